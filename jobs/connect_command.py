"""The command `connect`: prints the script for a form's owner, and says what to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from config.errors import SecretMissing
from config.nearest import listed, quoted
from config.secrets import webhook_secrets
from integration.errors import CallError
from jobs.options import Globals, load_settings, with_globals

if TYPE_CHECKING:
    from config.schema import Settings

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
def connect_command(given: Globals, form: str, address: str) -> None:
    """Print the script by which the form FORM tells this service at once when somebody has answered it.

    The script goes to standard output, what to do with it to standard error.
    """
    from jobs.connect import is_of_this_machine, make_script  # noqa: PLC0415

    settings = load_settings(given)
    if form not in settings.forms:
        raise CallError(f"There is no form {quoted(form)}: name one of {listed(settings.forms)}.")
    reached_at = _address(settings, address)
    newest = _secret(given)
    form_id = settings.google.forms.get(form, "") if settings.google else ""
    click.echo(make_script(form=form, form_id=form_id, address=reached_at, secret=newest), nl=False)
    click.echo(WHAT_TO_DO.format(form=form), err=True)
    if is_of_this_machine(reached_at):
        click.echo(UNREACHABLE.format(address=reached_at), err=True)


def _secret(given: Globals) -> str:
    """Return the newest secret that the web side knows scripts by. Raises SecretMissing."""
    try:
        return webhook_secrets(given.home_folder())[0]
    except SecretMissing as error:
        raise SecretMissing(
            f"{error} It must be the secret of the web side that is to be told: run this where that runs, with its "
            "environment and its --home; every message with another secret is refused."
        ) from None


def _address(settings: Settings, said: str) -> str:
    """Return where the service is reached from outside: as the command said, else google.yaml. Raises CallError."""
    from jobs.connect import AN_ADDRESS, read_address  # noqa: PLC0415

    watch = settings.google.watch if settings.google else None
    address = said or (watch.address if watch else None)
    if not address:
        raise CallError(
            f"--address is missing, and google.yaml has no address under watch: {AN_ADDRESS}, or write it there."
        )
    return read_address(address)
