"""The commands about the store as a whole: restore, new-store, move-store, audit."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path

import click

from jobs.cli.help_pages import EXIT_FAILED, Example, explained_command
from jobs.cli.options import GlobalOptions, open_without_key, with_globals


@explained_command(
    "restore",
    examples=[Example("restore var/backups/crescendo-….db", "After everything else was stopped.")],
    read_on="operations.md#backup-and-restore",
)
@click.argument("file", type=click.Path(path_type=Path), help="The backup, from `backups/` in the home folder.")
@with_globals
def restore_command(given: GlobalOptions, file: Path) -> None:
    """Put a backup in the place of the store; the store before it is kept under another name.

    What was done since goes on in it: answers, corrections, which packs were mailed, the audit trail. What was
    forgotten stays forgotten. With `DATABASE_URL` it goes into an empty database.
    """
    from integration.operations.restore import restore  # noqa: PLC0415

    with closing(open_without_key(given)) as service:
        click.echo(restore(service, file).in_words())


@explained_command(
    "new-store",
    examples=[Example("new-store", "Where the store is lost, and so are its backups.")],
    read_on="operations.md#backup-and-restore",
)
@with_globals
def new_store_command(given: GlobalOptions) -> None:
    """Begin with an empty store on purpose, where the one before is lost and there is no backup to restore.

    Every other command refuses to, where the home folder holds what a store in use has left. What `receipts/` says was
    erased is never stored again; answers are read again by sync. A store that holds anything is left as it is.
    """
    from integration.operations.new_store import begin_anew  # noqa: PLC0415

    with closing(open_without_key(given)) as service:
        click.echo(begin_anew(service).in_words())


@explained_command(
    "move-store",
    examples=[Example("move-store", "With `DATABASE_URL` set, after everything else was stopped.")],
    read_on="operations.md#from-one-machine-to-several",
)
@click.option("--to-sqlite", is_flag=True, help="The way back: from the database into a file in the home folder.")
@with_globals
def move_store_command(given: GlobalOptions, *, to_sqlite: bool) -> None:
    """Carry the store from the home folder's file into the empty database that `DATABASE_URL` names, or back."""
    from integration.operations.backup import move_store  # noqa: PLC0415

    with closing(open_without_key(given)) as service:
        click.echo(move_store(service, to_sqlite=to_sqlite))


@explained_command(
    "audit",
    examples=[Example("audit --verify", "In one sentence, whether the list is as it was written.")],
)
@click.option("--verify", is_flag=True, help="Only check that no line was changed or taken out.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@with_globals
def audit_command(given: GlobalOptions, *, verify: bool, as_json: bool) -> None:
    """List who did what by hand, and check that the list was not changed since.

    A broken list ends with exit code 1.
    """
    from integration.operations.audit import read_audit  # noqa: PLC0415

    with closing(open_without_key(given)) as service:
        report = read_audit(service)
    if as_json:
        click.echo(json.dumps(report.as_data(), ensure_ascii=False, indent=1))
    elif not verify:
        click.echo(report.in_words())
    if report.broken:
        click.echo(report.verdict(), err=True)
        sys.exit(EXIT_FAILED)
    if verify and not as_json:
        click.echo(report.verdict())
