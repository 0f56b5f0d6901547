"""The command `forget`: says what will be erased, asks, erases, prints the receipt."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from integration.errors import CallError
from jobs.options import Globals, code_option, open_service, refuse_empty_home, with_globals

if TYPE_CHECKING:
    from integration.wiring import Service

STEPS = 8


@click.command("forget")
@click.option("--response", default="", metavar="ID", help="The id of one response.")
@code_option
@click.option("--form", default="", metavar="KEY", help="Only in this form.")
@click.option("--team", default="", metavar="KEY", help="Only of this team, where a code was used in several; or: all.")
@click.option("--yes", is_flag=True, help="Erase without asking.")
@with_globals
def forget_command(given: Globals, *, yes: bool, **who: str) -> None:
    """Erase a person's answers everywhere we hold them, for good, and print a receipt.

    Where several machines share a database, run it with --response on each other machine as well: what a home folder
    holds (backups, packs, workbooks) can only be erased there.
    """
    refuse_empty_home(given)
    service = open_service(given)
    try:
        _forget(service, yes=yes, **who)
    finally:
        service.close()


def _forget(service: Service, *, yes: bool, response: str, **named: str) -> None:
    from jobs.forget import forget, preview, what_is_left  # noqa: PLC0415
    from jobs.progress import progress  # noqa: PLC0415
    from jobs.runner import run_job  # noqa: PLC0415
    from jobs.whose import whose  # noqa: PLC0415

    doomed = whose(service, response=response, **named)
    if doomed:
        click.echo(preview(service, doomed))
        _ask(yes=yes)
    elif service.store.erasures.unfinished() or service.store.erasures.unscrubbed():
        click.echo("An earlier erasure was cut short; it is finished now.")
    else:
        click.echo(what_is_left(service, response=response, form=named["form"]))
        _ask(yes=yes)
    with progress("forget", STEPS) as tell:
        done = run_job(service, "forget", lambda: forget(service, response=response, **named, tell=tell))
    click.echo(f"\n{done.in_full()}")


def _ask(*, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise CallError("Nothing was erased: run it again with --yes to erase this.")
    click.confirm("Erase it?", abort=True)
