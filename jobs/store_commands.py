"""The commands about the store as a whole: restore, move-store."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobs.options import Globals, open_to_look, with_globals

if TYPE_CHECKING:
    from integration.wiring import Service

WAIT_SECONDS = 1
"""A person waits at the keyboard: who holds the home folder is told at once."""


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@with_globals
def restore_command(given: Globals, file: Path) -> None:
    """Put a backup in the place of the store; the store before it is kept under another name.

    What was forgotten in the store before it stays forgotten.
    """
    from integration.adapters.lock import hold, hold_without_web  # noqa: PLC0415
    from jobs.audit import record  # noqa: PLC0415
    from jobs.backup import restore  # noqa: PLC0415

    with (
        closing(open_to_look(given)) as service,
        hold_without_web(service.home),
        hold(service.home, wait_seconds=WAIT_SECONDS),
    ):
        restored = restore(service, file, now=service.clock.now())
        record(service, "restore", restored.place, f"from {file.name}")
        click.echo(restored.in_words())


@click.command("move-store")
@click.option("--to-sqlite", is_flag=True, help="The way back: from the database into a file in the home folder.")
@with_globals
def move_store_command(given: Globals, *, to_sqlite: bool) -> None:
    """Carry everything from the home folder's file into the empty database that DATABASE_URL names."""
    from integration.adapters.lock import hold, hold_without_web  # noqa: PLC0415
    from jobs.audit import record  # noqa: PLC0415
    from jobs.move_store import move_store  # noqa: PLC0415

    service: Service = open_to_look(given)
    with hold_without_web(service.home), hold(service.home, wait_seconds=WAIT_SECONDS):
        done = move_store(service, now=service.clock.now(), to_sqlite=to_sqlite)
        where = replace(service, database_url=None) if to_sqlite else service
        record(where, "move-store", "to SQLite" if to_sqlite else "to PostgreSQL")
        where.close()
        click.echo(done)
