"""The commands that set a form up: scaffold writes its YAML file, connect prints the script for its owner."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import click

from config.environment import read_webhook_secrets
from config.errors import SecretMissing
from config.schema import Google
from config.spelling import listed, quoted
from integration.errors import CallError
from jobs.cli.options import GlobalOptions, with_globals

if TYPE_CHECKING:
    from config.schema import Settings

NEW = "new"
"""What the form is called until it has a key."""


@click.command("scaffold")
@click.argument("form")
@click.option("--key", default="", help="The form's key [made from its title].")
@with_globals
def scaffold_command(given: GlobalOptions, form: str, key: str) -> None:
    """Write forms/<key>.yaml from a form, ready to edit: FORM is its JSON file, or its id or link in Google."""
    from integration.operations.scaffold import scaffold  # noqa: PLC0415

    settings = given.load_settings()
    fetch = partial(_fetch, settings, given)
    click.echo(scaffold(settings, given.config_folder, form, key=key, fetch=fetch).in_words())


def _fetch(settings: Settings, given: GlobalOptions, form_id: str) -> bytes:
    """Return the form from Google, also where google.yaml does not name it, or is not there at all."""
    from integration.adapters.google.source import fetch_form  # noqa: PLC0415
    from integration.wiring import build_service  # noqa: PLC0415

    # The account asks for the right to read forms only where google.yaml has any.
    google = settings.google or Google()
    if form_id not in google.forms.values():
        google = google.model_copy(update={"forms": {**google.forms, NEW: form_id}})
    wider = settings.model_copy(update={"google": google})
    with closing(build_service(settings=wider, home=given.home_folder(), data=None, key="")) as service:
        return fetch_form(service.google, form_id)


WHAT_TO_DO = """\
Give this to whoever owns the form “{form}”: its first lines say where to paste it, and how to see that it works.
It holds a secret: whoever has it can send answers in the name of any of your forms. Hand it over in a folder that only
you two can open, not by e-mail, and leave no copy behind.\
"""
UNREACHABLE = "Google cannot reach {address}, which is this machine itself: a script with it serves for tests only."


@click.command("connect")
@click.argument("form")
@click.option(
    "--address", default="", metavar="URL", help="Where this service is reached from outside [as google.yaml says]."
)
@with_globals
def connect_command(given: GlobalOptions, form: str, address: str) -> None:
    """Print the script by which the form FORM tells this service at once when somebody has answered it.

    The script goes to standard output, what to do with it to standard error.
    """
    from integration.operations.connect import is_loopback, make_script  # noqa: PLC0415

    settings = given.load_settings()
    if form not in settings.forms:
        raise CallError(f"There is no form {quoted(form)}: name one of {listed(settings.forms)}.")
    reached_at = _address(settings, address)
    newest = _secret(given)
    form_id = settings.google.forms.get(form, "") if settings.google else ""
    click.echo(make_script(form=form, form_id=form_id, address=reached_at, secret=newest), nl=False)
    click.echo(WHAT_TO_DO.format(form=form), err=True)
    if is_loopback(reached_at):
        click.echo(UNREACHABLE.format(address=reached_at), err=True)


def _secret(given: GlobalOptions) -> str:
    """Return the newest secret that the web side knows scripts by. Raises SecretMissing."""
    try:
        return read_webhook_secrets(given.home_folder())[0]
    except SecretMissing as error:
        raise SecretMissing(
            f"{error} It must be the secret of the web side that is to be told: run this where that runs, with its "
            "environment and its --home; every message with another secret is refused."
        ) from None


def _address(settings: Settings, said: str) -> str:
    """Return where the service is reached from outside: as the command said, else google.yaml. Raises CallError."""
    from integration.operations.connect import ADDRESS_ADVICE, parse_address  # noqa: PLC0415

    watch = settings.google.watch if settings.google else None
    address = said or (watch.address if watch else None)
    if not address:
        raise CallError(
            f"--address is missing, and google.yaml has no address under watch: {ADDRESS_ADVICE}, or write it there."
        )
    return parse_address(address)
