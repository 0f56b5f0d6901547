"""The commands about the store as a whole: restore, move-store."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobs.cli.options import GlobalOptions, open_without_key, with_globals

if TYPE_CHECKING:
    from integration.wiring import Service

WAIT_SECONDS = 1
"""A person waits at the keyboard: who holds the home folder is told at once."""


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@with_globals
def restore_command(given: GlobalOptions, file: Path) -> None:
    """Put a backup in the place of the store; the store before it is kept under another name.

    What was forgotten in the store before it stays forgotten.
    """
    from integration.adapters.home import lock_home, lock_out_web  # noqa: PLC0415
    from integration.operations.audit import record_action  # noqa: PLC0415
    from integration.operations.backup import restore  # noqa: PLC0415

    with (
        closing(open_without_key(given)) as service,
        lock_out_web(service.home),
        lock_home(service.home, wait_seconds=WAIT_SECONDS),
    ):
        restored = restore(service, file, now=service.clock.now())
        record_action(service, "restore", restored.place, f"from {file.name}")
        click.echo(restored.in_words())


@click.command("move-store")
@click.option("--to-sqlite", is_flag=True, help="The way back: from the database into a file in the home folder.")
@with_globals
def move_store_command(given: GlobalOptions, *, to_sqlite: bool) -> None:
    """Carry everything from the home folder's file into the empty database that DATABASE_URL names."""
    from integration.adapters.home import lock_home, lock_out_web  # noqa: PLC0415
    from integration.operations.audit import record_action  # noqa: PLC0415
    from integration.operations.backup import move_store  # noqa: PLC0415

    service: Service = open_without_key(given)
    with lock_out_web(service.home), lock_home(service.home, wait_seconds=WAIT_SECONDS):
        done = move_store(service, now=service.clock.now(), to_sqlite=to_sqlite)
        where = replace(service, database_url=None) if to_sqlite else service
        record_action(where, "move-store", "to SQLite" if to_sqlite else "to PostgreSQL")
        where.close()
        click.echo(done)


EXIT_BROKEN = 1


@click.command("audit")
@click.option("--verify", is_flag=True, help="Only check that no line was changed or taken out.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@with_globals
def audit_command(given: GlobalOptions, *, verify: bool, as_json: bool) -> None:
    """List who did what, and check that nobody has changed it since; a broken list ends with exit code 1."""
    from integration.operations.audit import as_dicts, describe_lines, find_broken_line, list_lines  # noqa: PLC0415

    service = open_without_key(given)
    try:
        lines = list_lines(service)
    finally:
        service.close()
    broken = find_broken_line(lines)
    if as_json:
        told = {"whole": broken is None, "first_broken": broken.seq if broken else None, "lines": as_dicts(lines)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    elif not verify:
        click.echo(describe_lines(lines))
    if broken:
        click.echo(
            f"Line {broken.seq} of the audit trail is not as it was written, or the line before it is gone: somebody "
            "has changed the store by hand; compare it with a backup.",
            err=True,
        )
        sys.exit(EXIT_BROKEN)
    if verify and not as_json:
        click.echo(f"All {len(lines)} lines hold." if lines else "Nothing has been written down yet.")
