"""retention: what has been kept as long as retention.yaml says is erased, by the clock and never the reporting date.

1. What is old enough: responses whose last version is, rows of tables, files.
2. The guard: a clock that is wrong must erase nothing. A large part of all responses, or any after a long silence, goes
   only where an operator confirms it; so does a large part of anything else (mails, packs, backups, the audit trail).
3. Rows and files go; then an erasure that was cut short is finished, and the responses are erased like forgotten ones.
4. The audit trail says what went. What could not be done, or must be confirmed, is raised when the rest is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from integration.adapters.clock import write_moment
from integration.adapters.home import BACKUPS, OUTBOX, RECEIPTS
from integration.adapters.store_place import list_files
from integration.errors import CombinedError, ConfirmationRequiredError, CrescendoError, JobTimeoutError
from integration.model import RetentionCategory
from integration.operations.audit import record_action
from integration.operations.pack_outputs import pack_files
from integration.operations.personal_data.erasure import erase_responses, finish_erasure, finish_vacuum
from integration.operations.personal_data.files import replaced_stores
from integration.operations.personal_data.receipts import RETENTION, ErasureReport
from integration.operations.personal_data.retention_guard import Held, Part, hold_answers, is_held
from integration.text_format import format_count, format_date

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime
    from pathlib import Path

    from integration.operations.personal_data.data_subjects import ResponseIds
    from integration.wiring import Service

IN_TABLES = {
    RetentionCategory.CORRECTIONS: "correction",
    RetentionCategory.SHEETS: "older reading of a sheet",
    RetentionCategory.PACKS: "pack",
    RetentionCategory.RUNS: "line on runs and alerts",
    RetentionCategory.AUDIT: "line of the audit trail",
}
"""What is kept in tables, as one of it is called."""
IN_FILES = {"mails": "mail in the outbox", "backups": "old copy of the store", "receipts": "receipt"}
"""What is kept in files, as one of it is called."""
NOTICE = (
    "Answers were erased on {}, because they have been kept as long as retention.yaml says: tabs and summaries no "
    "longer count them. Packs that were built before keep their figures."
)


@dataclass(frozen=True, slots=True)
class RetentionResult:
    """How much of each kind went, by what one of it is called, only what there was; and why answers stayed, or ""."""

    gone: dict[str, int]
    unconfirmed: str = ""

    def in_words(self) -> str:
        """Return what went, in a sentence."""
        parts = [format_count(number, what) for what, number in self.gone.items()]
        went = f"erased {', '.join(parts)}" if parts else "nothing had been kept long enough"
        return f"{went}. {self.unconfirmed}" if self.unconfirmed else went


def apply_retention(service: Service, *, now: datetime, dry: bool = False, confirmed: bool = False) -> RetentionResult:
    """Erase what is old enough, and finish an erasure that was cut short; the caller holds the lock of the home folder.

    With `dry` it is counted and nothing is erased. Raises ConfirmationRequiredError where an operator must confirm that
    something goes, and ErasureIncompleteError where something published could not be rewritten; everything else is done
    then.
    """
    responses = _old_responses(service, now)
    held = Held({}) if confirmed else find_held(service, responses, now=now)
    unconfirmed = held.in_words(service, now=now)
    going: ResponseIds = {} if "answers" in held.kinds else responses
    in_tables = dict(_drop_rows(service, now, dry=dry, excluded=held.kinds))
    in_files = dict(_delete_files(service, now, dry=dry, excluded=held.kinds))
    counts = {"response": sum(map(len, going.values())), **in_tables, **in_files}
    result = RetentionResult({what: number for what, number in counts.items() if number}, unconfirmed)
    if dry:
        return result
    errors = _erase(service, going, vacuum=any(in_tables.values()), now=now)
    if errors and going and _old_responses(service, now):  # cut short before the store was erased from
        result.gone.pop("response")
    if result.gone:
        record_action(service, RETENTION, "retention.yaml", RetentionResult(result.gone).in_words())
    remember_run(service, held.kinds, now=now)
    if unconfirmed:
        errors.append(ConfirmationRequiredError(unconfirmed))
    if errors:
        rest = f"Beside this: {RetentionResult(result.gone).in_words()}."
        raise errors[0] if len(errors) == 1 else CombinedError(errors, rest)
    return result


def find_held(service: Service, responses: ResponseIds, *, now: datetime) -> Held:
    """Return what an operator must confirm of these responses, and of all else that is old enough."""
    store, ran = service.store, _last_runs(service)
    newest = max(store.newest_received().values(), default=None)
    stored = sum(len(store.responses.ids(source)) for source in store.responses.sources())
    answers = Part("response", sum(map(len, responses.values())), stored)
    corrections = _part_in_table(service, RetentionCategory.CORRECTIONS, now)
    held = hold_answers(answers, corrections, newest=newest, now=now)
    parts = [
        (str(kind), _part_in_table(service, kind, now))
        for kind in IN_TABLES
        if kind is not RetentionCategory.CORRECTIONS
    ]
    for kind, what in IN_FILES.items():
        parts.append((kind, Part(what, len(old_files(service, kind, now)), len(files_of(service, kind)))))
    for kind, part in parts:
        if is_held(part, newest=newest, last_run=ran.get(kind), now=now):
            held[kind] = part
    return Held(held)


def _part_in_table(service: Service, kind: RetentionCategory, now: datetime) -> Part:
    erasures, before = service.store.erasures, keep_since(service, kind, now)
    return Part(IN_TABLES[kind], erasures.count_before(kind, before, now=now) if before else 0, erasures.count(kind))


def _last_runs(service: Service) -> dict[str, datetime]:
    """Return when the job last did what was due, by what is kept; a store of an earlier release knows when it ran."""
    ran = service.store.state.retention_ran.get()
    if ran is not None:
        return ran
    last = service.store.runs.last().get(RETENTION)
    kinds = map(str, (*IN_TABLES, *IN_FILES))
    return dict.fromkeys(kinds, last.ended_at) if last and last.outcome == "done" else {}


def remember_run(service: Service, held: Collection[str], *, now: datetime) -> None:
    """Remember that what was due was done, but for what was held."""
    done = {str(kind): now for kind in (*IN_TABLES, *IN_FILES) if kind not in held}
    service.store.state.retention_ran.set({**_last_runs(service), **done})


def _old_responses(service: Service, now: datetime) -> ResponseIds:
    """Return the responses whose last version was submitted long enough ago, by their form."""
    before = keep_since(service, "answers", now)
    if before is None:
        return {}
    store = service.store
    old = {
        source: frozenset(store.responses.ids(source) - store.responses.ids(source, write_moment(before)))
        for source in store.responses.sources()
    }
    return {source: ids for source, ids in old.items() if ids}


def keep_since(service: Service, kind: str, now: datetime) -> datetime | None:
    """Return the moment before which what is of this kind is old enough; None where it is kept for ever."""
    keep = getattr(service.settings.retention, kind)
    since: datetime | None = keep.cutoff(now=now, end=service.settings.programme.end)
    return since


def _drop_rows(service: Service, now: datetime, *, dry: bool, excluded: Collection[str]) -> Iterator[tuple[str, int]]:
    """Drop the old rows of each kind; give what one of them is called, and how many they were."""
    erasures = service.store.erasures
    for kind, what in IN_TABLES.items():
        before = keep_since(service, kind, now)
        if before is None or kind in excluded:
            continue
        packs = erasures.packs_before(before) if kind is RetentionCategory.PACKS and not dry else []
        for authority, month in packs:  # before the rows, which say which they are
            for name in pack_files(authority, month):
                (service.home / name).unlink(missing_ok=True)
        yield what, (erasures.count_before if dry else erasures.drop_before)(kind, before, now=now)


def _delete_files(
    service: Service, now: datetime, *, dry: bool, excluded: Collection[str]
) -> Iterator[tuple[str, int]]:
    """Delete the old files of each kind; give what one of them is called, and how many went."""
    for kind, what in IN_FILES.items():
        if kind in excluded:
            continue
        old = old_files(service, kind, now)
        yield what, len(old)
        for path in () if dry else old:
            path.unlink(missing_ok=True)


def files_of(service: Service, kind: str) -> list[Path]:
    """Return every file of the kind that goes when its time is over."""
    home = service.home
    match kind:
        case "mails":
            paths = list_files(home / OUTBOX, "*.eml")
        case "receipts":
            paths = list_files(home / RECEIPTS, "*.txt")
        case _:
            paths = [*list_files(home / BACKUPS, "*"), *replaced_stores(home)]
    return [path for path in paths if path.is_file()]


def old_files(service: Service, kind: str, now: datetime) -> list[Path]:
    """Return the files of the kind that are old enough to go, of backups never the newest."""
    from integration.adapters.store.backup import backups, backups_before  # noqa: PLC0415  # slow to import

    before = keep_since(service, kind, now)
    if before is None:
        return []
    paths, old, folder = files_of(service, kind), [], service.home / BACKUPS
    if kind == "backups":  # ours bear their moment in their names
        old, ours = backups_before(folder, before, now=now), backups(folder)
        paths = [path for path in paths if path not in ours]
    return old + [path for path in paths if path.stat().st_mtime < before.timestamp()]


def _erase(service: Service, responses: ResponseIds, *, vacuum: bool, now: datetime) -> list[CrescendoError]:
    """Finish what was cut short, and erase these responses; return what could not be done.

    A notice for every sync and the status says why figures have changed: emptied tabs must not be silent.
    """
    steps: list[Callable[[], object]] = [service.store.erasures.vacuum] if vacuum else []
    steps += [partial(finish_vacuum, service), partial(finish_erasure, service, on_step=_show_nothing)]
    if responses:
        steps.append(partial(erase_responses, service, responses, reason=RETENTION, on_step=_show_nothing))
    errors: list[CrescendoError] = []
    for step in steps:
        try:
            done = step()
            if isinstance(done, ErasureReport) and RETENTION in done.result.erasure.why:
                service.store.state.notices("retention").set((NOTICE.format(format_date(now.date())),))
        except JobTimeoutError:
            raise
        except CrescendoError as error:
            errors.append(error)
    return errors


def _show_nothing(_step: str) -> None:
    """Show no progress: this runs at night."""
