"""The command `subject-export`: a person's data, to a file that nobody else may read, or to the screen."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from integration.errors import CallError
from jobs.options import Globals, code_option, open_service, refuse_empty_home, with_globals


@click.command("subject-export")
@click.option("--response", default="", metavar="ID", help="The id of one response.")
@code_option
@click.option("--form", default="", metavar="KEY", help="Only from this form.")
@click.option("--team", default="", metavar="KEY", help="Only of this team, where a code was used in several; or: all.")
@click.option(
    "--to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write [the screen, where others may read it].",
)
@with_globals
def subject_export_command(given: Globals, *, to: Path | None, **who: str) -> None:
    """Give out everything that we hold of a person, as readable JSON."""
    from jobs.audit import record  # noqa: PLC0415
    from jobs.flow import Flow  # noqa: PLC0415
    from jobs.subject_export import export  # noqa: PLC0415
    from jobs.whose import digests_of, whose  # noqa: PLC0415

    refuse_empty_home(given)
    service = open_service(given)
    try:
        found = whose(service, **who)
        told = json.dumps(export(service, Flow(service), found), ensure_ascii=False, indent=1)
        record(service, "subject-export", digests_of(service, found), "to a file" if to else "to the screen")
    finally:
        service.close()
    if to is None:
        click.echo(told)
        return
    _write_private(to, f"{told}\n")
    click.echo(f"Written to {to}, which only you can read: hand it over safely, then delete it.")


def _write_private(path: Path, text: str) -> None:
    """Write a file for its owner alone, also where there was one before. Raises CallError."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(text)
    except OSError as error:
        raise CallError(f"{path} cannot be written ({error.strerror}); name another file with --to.") from None
