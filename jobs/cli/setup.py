"""The commands that set a form up: scaffold writes its YAML file, connect prints the script for its owner."""

from __future__ import annotations

from functools import partial

import click

from jobs.cli.help_pages import Example, explained_command
from jobs.cli.options import GlobalOptions, with_globals


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
