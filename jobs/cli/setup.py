"""The commands for the configuration: check it, scaffold a form's YAML file, connect (the script for its owner)."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from config.environment import read_database_url
from config.errors import ConfigError, SettingError
from integration.adapters.home import STORE_FILE
from integration.adapters.store_place import refuse_unreadable_home
from integration.errors import CrescendoError
from jobs.cli.help_pages import EXIT_CALL, Example, explained_command
from jobs.cli.options import GlobalOptions, open_without_key, progress, with_globals

if TYPE_CHECKING:
    from config.schema import Settings


@explained_command(
    "check",
    examples=[
        Example("check --config config/yours", "After each change of the YAML, until it says all right."),
        Example("check --live", "Whether everything outside can be reached."),
    ],
    read_on="configure.md#your-own-programme",
)
@click.option(
    "--live",
    is_flag=True,
    help="Also ask Google and the mail server, and look at the store; nothing is changed or sent.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@with_globals
def check_command(given: GlobalOptions, *, live: bool, as_json: bool) -> None:
    """Check the configuration: every problem at once, with its file, line and what is allowed.

    With `--live` it also asks Google about each form and spreadsheet in `google.yaml`: whether it can be read and
    written, with whom it is shared, until when it is watched. And it looks at the sign-in, the clock, what the web side
    needs, the store and the mail server (signs in, sends nothing).

    Where the home holds answers, and some that counted would count no more by the YAML as it is now, it says how many,
    of what, and which line did it. It changes nothing and shows no answer.
    """
    try:
        settings = given.load_settings()
    except ConfigError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"ok": False, "problems": error.as_dicts()}, ensure_ascii=False, indent=1))
        sys.exit(EXIT_CALL)
    losses, sentences = _find_losses(given, settings)
    if not as_json:
        click.echo(f"{given.config_folder}: all right ({settings.in_words()}).")
        for sentence in (*settings.describe_assumptions(), *sentences):
            click.echo(sentence)
    elif not live:
        click.echo(json.dumps({"ok": True, "problems": [], **losses}, ensure_ascii=False))
    if not live:
        return
    from integration.operations.monitoring.check_report import report_as_data, report_in_words  # noqa: PLC0415
    from integration.operations.monitoring.checks import run_live_checks  # noqa: PLC0415

    with closing(open_without_key(given)) as service:
        report = run_live_checks(service, progress=progress)
        if as_json:
            click.echo(json.dumps({**report_as_data(report), **losses}, ensure_ascii=False, indent=1))
        else:
            click.echo("\n" + report_in_words(report, now=service.clock.now()))
        sys.exit(report.exit_code)


def _find_losses(given: GlobalOptions, settings: Settings) -> tuple[dict[str, Any], list[str]]:
    """Return what counts no more since the YAML changed, as a part of the JSON and as lines; nothing without a store.

    A store that cannot be asked is no mistake of the YAML: that is said, and nothing more.
    """
    home = given.home_folder()
    try:
        database_url = read_database_url()
        refuse_unreadable_home(home)
        if database_url is None and not (home / STORE_FILE).exists():
            return {}, []
        from integration.operations.losses.finding import find_uncomparable, look_without_change  # noqa: PLC0415
        from integration.operations.losses.wording import describe_losses, losses_as_data  # noqa: PLC0415
        from integration.wiring import build_service  # noqa: PLC0415

        with closing(
            build_service(settings=settings, home=home, data=None, key="", database_url=database_url)
        ) as service:
            looked = look_without_change(service, is_home_named=given.is_home_named)
            found = losses_as_data(looked, now=service.clock.now())
            uncompared = find_uncomparable(service) if given.is_home_named and service.has_store else ""
    except (SettingError, CrescendoError) as error:
        click.echo(f"Whether all still counts that counted could not be looked up: {error}", err=True)
        return {}, []
    data = {"losses": found, "uncompared": uncompared}
    return {key: each for key, each in data.items() if each}, [*describe_losses(found), *filter(None, [uncompared])]


@explained_command(
    "scaffold",
    examples=[
        Example("scaffold DIR/forms/pulse/form.json", "From the file of a form."),
        Example("scaffold https://docs.google.com/forms/d/…/edit --key pulse", "From Google, by its link."),
    ],
    read_on="configure.md#your-own-programme",
)
@click.argument("form", help="The form's JSON file, or its id or link in Google.")
@click.option("--key", default="", metavar="KEY", show_default="made from its title", help="The form's key.")
@with_globals
def scaffold_command(given: GlobalOptions, form: str, key: str) -> None:
    """Write `forms/<key>.yaml` from a form, ready to edit."""
    from integration.operations.scaffold import fetch_from_google, scaffold  # noqa: PLC0415

    settings = given.load_settings()
    fetch = partial(fetch_from_google, settings, given.home_folder())
    click.echo(scaffold(settings, given.config_folder, form, key=key, fetch=fetch).in_words())


@explained_command(
    "connect",
    examples=[
        Example("connect pulse --address https://crescendo.example.org > pulse.txt", "The script of the form pulse."),
    ],
    read_on="web.md#answers-at-once",
)
@click.argument("form", help="The form's key.")
@click.option(
    "--address", default="", metavar="URL", show_default="as `google.yaml` says",
    help="Where this service is reached from outside.",
)  # fmt: skip
@with_globals
def connect_command(given: GlobalOptions, form: str, address: str) -> None:
    """Print the script that a form's owner pastes into the form, so that answers come at once.

    The script goes to standard output, what to do with it to standard error. It holds a secret.
    """
    from integration.operations.connect import connect  # noqa: PLC0415

    script, advice = connect(given.load_settings(), given.home_folder(), form, address=address)
    click.echo(script, nl=False)
    for sentence in advice:
        click.echo(sentence, err=True)
