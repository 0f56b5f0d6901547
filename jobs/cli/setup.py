"""The commands that set a form up: scaffold writes its YAML file, connect prints the script for its owner."""

from __future__ import annotations

from functools import partial

import click

from jobs.cli.options import GlobalOptions, with_globals


@click.command("scaffold")
@click.argument("form")
@click.option("--key", default="", help="The form's key [made from its title].")
@with_globals
def scaffold_command(given: GlobalOptions, form: str, key: str) -> None:
    """Write forms/<key>.yaml from a form, ready to edit: FORM is its JSON file, or its id or link in Google."""
    from integration.operations.scaffold import fetch_from_google, scaffold  # noqa: PLC0415

    settings = given.load_settings()
    fetch = partial(fetch_from_google, settings, given.home_folder())
    click.echo(scaffold(settings, given.config_folder, form, key=key, fetch=fetch).in_words())


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
    from integration.operations.connect import connect  # noqa: PLC0415

    script, advice = connect(given.load_settings(), given.home_folder(), form, address=address)
    click.echo(script, nl=False)
    for sentence in advice:
        click.echo(sentence, err=True)
