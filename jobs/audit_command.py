"""The command `audit`: who did what."""

from __future__ import annotations

import json
import sys

import click

from jobs.options import Globals, open_to_look, with_globals

EXIT_BROKEN = 1


@click.command("audit")
@click.option("--verify", is_flag=True, help="Only check that no line was changed or taken out.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@with_globals
def audit_command(given: Globals, *, verify: bool, as_json: bool) -> None:
    """List who did what, and check that nobody has changed it since; a broken list ends with exit code 1."""
    from jobs.audit import as_dicts, first_broken, in_words, list_audit  # noqa: PLC0415

    service = open_to_look(given)
    try:
        lines = list_audit(service)
    finally:
        service.close()
    broken = first_broken(lines)
    if as_json:
        told = {"whole": broken is None, "first_broken": broken.seq if broken else None, "lines": as_dicts(lines)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    elif not verify:
        click.echo(in_words(lines))
    if broken:
        click.echo(
            f"Line {broken.seq} of the audit trail is not as it was written, or the line before it is gone: somebody "
            "has changed the store by hand; compare it with a backup.",
            err=True,
        )
        sys.exit(EXIT_BROKEN)
    if verify and not as_json:
        click.echo(f"All {len(lines)} lines hold." if lines else "Nothing has been written down yet.")
