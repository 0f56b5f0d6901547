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
@click.option("--yes", is_flag=True, help="Erase without asking.")
@with_globals
def forget_command(given: Globals, *, yes: bool, **who: str) -> None:
    """Erase a person's answers everywhere we hold them, for good, and print a receipt."""
    refuse_empty_home(given)
    service = open_service(given)
    try:
        _forget(service, yes=yes, **who)
    finally:
        service.close()


def _forget(service: Service, *, yes: bool, response: str, code: str, form: str) -> None:
    from jobs.forget import forget, nothing_to_forget, preview  # noqa: PLC0415
    from jobs.progress import progress  # noqa: PLC0415
    from jobs.runner import run_job  # noqa: PLC0415
    from jobs.whose import whose  # noqa: PLC0415

    doomed = whose(service, response=response, code=code, form=form)
    if doomed:
        click.echo(preview(service, doomed))
        _ask(yes=yes)
    elif service.store.erasures.unfinished() is None:
        click.echo(nothing_to_forget(service, response=response))
        return
    else:
        click.echo("An earlier erasure was cut short; it is finished now.")
    with progress("forget", STEPS) as tell:
        done = run_job(service, "forget", lambda: forget(service, response=response, code=code, form=form, tell=tell))
    click.echo(f"\n{done.in_full()}")


def _ask(*, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise CallError("Nothing was erased: run it again with --yes to erase this.")
    click.confirm("Erase it?", abort=True)
