"""The commands about what is held of a person: forget erases it and prints a receipt, subject-export gives it out."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import click

from integration.errors import CallError
from jobs.cli.help_pages import Example, explained_command
from jobs.cli.options import GlobalOptions, code_option, open_service, progress, require_store, with_globals

STEPS = 8
TEAM_OF_A_CODE = "Only of this team, where a code was used in several; or: all."


@explained_command(
    "forget",
    examples=[
        Example("forget --code -", "Asks for the person's code, says what it will erase, and asks."),
        Example("forget --response ID", "One answer; its id stands in `data.xlsx`."),
    ],
    read_on="operations.md#when-a-person-asks-for-their-answers-or-to-be-forgotten",
)
@click.option("--response", default="", metavar="ID", help="The id of one response.")
@code_option
@click.option("--form", default="", metavar="KEY", help="Only in this form.")
@click.option("--team", default="", metavar="KEY", help=TEAM_OF_A_CODE)
@click.option("--yes", is_flag=True, help="Erase without asking.")
@with_globals
def forget_command(given: GlobalOptions, *, yes: bool, response: str, **named: str) -> None:
    """Erase a person's answers everywhere we hold them, for good, and print a receipt.

    It says first what it will erase, and asks. Give `--response` or `--code`. The receipt names what is out of our
    reach: above all, the answer in the form itself.

    Where several machines share a database, run it with `--response` on each other machine as well: what a home folder
    holds (backups, packs, workbooks) can only be erased there.
    """
    from integration.operations.job_runs import run_exclusively  # noqa: PLC0415
    from integration.operations.personal_data.data_subjects import find_responses  # noqa: PLC0415
    from integration.operations.personal_data.forget import describe_forgotten, forget, preview_erasure  # noqa: PLC0415

    require_store(given)
    with closing(open_service(given)) as service:
        doomed = find_responses(service, response=response, **named)
        if doomed:
            click.echo(preview_erasure(service, doomed))
            _confirm(yes=yes)
        elif service.store.state.unfinished_erasure.get() or service.store.state.vacuum_note.get():
            click.echo("An earlier erasure was cut short; it is finished now.")
        else:
            click.echo(describe_forgotten(service, response=response, form=named["form"]))
            _confirm(yes=yes)
        with progress("forget", STEPS) as on_step:
            work = partial(forget, service, response=response, **named, on_step=on_step)
            done = run_exclusively(service, "forget", work)
        click.echo(f"\n{done.in_full()}")


def _confirm(*, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise CallError("Nothing was erased: run it again with --yes to erase this.")
    click.confirm("Erase it?", abort=True)


@explained_command(
    "subject-export",
    examples=[Example("subject-export --code - --to for-them.json", "Asks for the person's code, and writes a file.")],
    read_on="operations.md#when-a-person-asks-for-their-answers-or-to-be-forgotten",
)
@click.option("--response", default="", metavar="ID", help="The id of one response.")
@code_option
@click.option("--form", default="", metavar="KEY", help="Only from this form.")
@click.option("--team", default="", metavar="KEY", help=TEAM_OF_A_CODE)
@click.option(
    "--to",
    type=click.Path(path_type=Path, dir_okay=False),
    show_default="the screen, where others may read it",
    help="The file to write, for its owner alone.",
)
@with_globals
def subject_export_command(given: GlobalOptions, *, to: Path | None, **named: str) -> None:
    """Give out everything that we hold of a person, as readable JSON.

    Give `--response` or `--code`. Who asked for it stands in the audit trail.
    """
    from integration.operations.audit import record_action  # noqa: PLC0415
    from integration.operations.personal_data.data_subjects import export_responses, find_responses, response_digests  # noqa: PLC0415
    from integration.operations.pipeline import Pipeline  # noqa: PLC0415

    require_store(given)
    with closing(open_service(given)) as service:
        responses = find_responses(service, **named)
        text = json.dumps(export_responses(service, Pipeline(service), responses), ensure_ascii=False, indent=1)
        where = "to a file" if to else "to the screen"
        record_action(service, "subject-export", response_digests(service, responses), where)
    if to is None:
        click.echo(text)
        return
    _write_private(to, f"{text}\n")
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
