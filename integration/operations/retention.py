"""retention: what has been kept as long as retention.yaml says is erased, by the clock and never the reporting date."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from integration.adapters.clock import write_moment
from integration.errors import CombinedError, ConfirmationRequiredError, CrescendoError, JobTimeoutError
from integration.model import RetentionCategory
from integration.operations.audit import record_action
from integration.operations.erasure import erase_responses, finish_erasure, finish_vacuum, replaced_stores
from integration.operations.packs import PACK_FILES, pack_folder
from integration.operations.receipts import FOLDER
from integration.operations.receipts import RETENTION as WHY
from integration.text_format import format_count, format_date
from integration.wiring import BACKUPS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from integration.operations.data_subjects import ResponseIds
    from integration.operations.receipts import ErasureReport
    from integration.wiring import Service

NOTICE = "notices.retention"
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


@dataclass(frozen=True, slots=True)
class RetentionResult:
    """How much of each kind went, by what one of it is called; only what there was. `doubt` is why answers stayed."""

    gone: dict[str, int]
    doubt: str = ""

    def in_words(self) -> str:
        """Return what went, in a sentence."""
        parts = [format_count(number, what) for what, number in self.gone.items()]
        went = f"erased {', '.join(parts)}" if parts else "nothing had been kept long enough"
        return f"{went}. {self.doubt}" if self.doubt else went


def apply_retention(service: Service, *, now: datetime, dry: bool = False, confirmed: bool = False) -> RetentionResult:
    """Erase what is old enough, and finish an erasure that was cut short; only for who holds the home folder.

    With `dry` it is counted and nothing is erased. Raises Unconfirmed where a person must confirm that answers go, and
    Unerased where something published could not be rewritten; everything else is done then.
    """
    answers = _answers(service, now)
    why_not = (
        "" if confirmed else guard_retention(service, answers, corrections=_old_corrections(service, now), now=now)
    )
    but = (RetentionCategory.CORRECTIONS,) if why_not else ()
    in_tables = dict(_tables(service, now, dry=dry, but=but))
    files = dict(_files(service, now, dry=dry))
    going = {} if why_not else answers
    counts = {"response": sum(map(len, going.values())), **in_tables, **files}
    done = RetentionResult({what: number for what, number in counts.items() if number}, why_not)
    if dry:
        return done
    errors = _erase(service, going, scrub=any(in_tables.values()), now=now)
    if errors and going and _answers(service, now):  # it broke off before the store was erased from
        done.gone.pop("response")
    if done.gone:
        record_action(service, WHY, "retention.yaml", RetentionResult(done.gone).in_words())
    if why_not:
        errors.append(ConfirmationRequiredError(why_not))
    if errors:
        raise (
            errors[0]
            if len(errors) == 1
            else CombinedError(errors, f"Beside this: {RetentionResult(done.gone).in_words()}.")
        )
    return done


def _erase(service: Service, answers: ResponseIds, *, scrub: bool, now: datetime) -> list[CrescendoError]:
    """Finish what was cut short, and erase these answers; return what could not be done."""
    errors: list[CrescendoError] = []

    def attempt(step: Callable[[], object]) -> None:
        try:
            step()
        except JobTimeoutError:
            raise
        except CrescendoError as error:
            errors.append(error)

    if scrub:
        attempt(service.store.erasures.scrub)
    attempt(lambda: finish_vacuum(service))
    attempt(lambda: _tell(service, finish_erasure(service, on_step=_quiet), now))
    if answers:
        attempt(lambda: _tell(service, erase_responses(service, answers, why=WHY, on_step=_quiet), now))
    return errors


def _answers(service: Service, now: datetime) -> ResponseIds:
    """Return the responses whose last version was submitted long enough ago, by their form."""
    before = _cut(service, "answers", now)
    if before is None:
        return {}
    store = service.store
    old = {
        source: frozenset(store.response_ids(source) - store.response_ids(source, write_moment(before)))
        for source in store.erasures.sources()
    }
    return {source: ids for source, ids in old.items() if ids}


def _old_corrections(service: Service, now: datetime) -> int:
    before = _cut(service, RetentionCategory.CORRECTIONS, now)
    return service.store.erasures.count_before(RetentionCategory.CORRECTIONS, before) if before else 0


def _tables(
    service: Service, now: datetime, *, dry: bool, but: Collection[RetentionCategory]
) -> Iterator[tuple[str, int]]:
    erasures = service.store.erasures
    for kind, what in IN_TABLES.items():
        before = _cut(service, kind, now)
        if before is None or kind in but:
            continue
        packs = erasures.packs_before(before) if kind is RetentionCategory.PACKS and not dry else []
        for authority, month in packs:  # before the rows, which say which they are
            _remove_pack(service.home / pack_folder(authority, month))
        yield what, (erasures.count_before if dry else erasures.drop_before)(kind, before)


def _files(service: Service, now: datetime, *, dry: bool) -> Iterator[tuple[str, int]]:
    for kind, what in IN_FILES.items():
        before = _cut(service, kind, now)
        if before is None:
            continue
        old = _old_files(service.home, kind, before)
        yield what, len(old)
        for path in () if dry else old:
            path.unlink(missing_ok=True)


def _old_files(home: Path, kind: str, before: datetime) -> list[Path]:
    """Return the files of a kind that are older than the moment; of backups never the newest."""
    if kind == "backups":
        from integration.adapters.store.backup import backups, backups_before  # noqa: PLC0415  # slow to import

        ours = backups(home / BACKUPS)
        others = (path for path in (home / BACKUPS).glob("*") if path not in ours)
        return [
            *backups_before(home / BACKUPS, before),
            *_older(others, before),
            *_older(replaced_stores(home), before),
        ]
    found = (home / "outbox").glob("*.eml") if kind == "mails" else (home / FOLDER).glob("*.txt")
    return _older(found, before)


def _older(paths: Iterable[Path], before: datetime) -> list[Path]:
    return [path for path in paths if path.is_file() and path.stat().st_mtime < before.timestamp()]


def _cut(service: Service, kind: str, now: datetime) -> datetime | None:
    keep = getattr(service.settings.retention, kind)
    until: datetime | None = keep.until(now=now, end=service.settings.programme.end)
    return until


def _remove_pack(folder: Path) -> None:
    for name in PACK_FILES:
        (folder / name).unlink(missing_ok=True)


def _tell(service: Service, done: ErasureReport | None, now: datetime) -> None:
    """Say at every sync and in the status why figures are no longer what they were: emptied tabs must not be silent."""
    if done is None or WHY not in done.erased.erasure.why:
        return
    notice = (
        f"Answers were erased on {format_date(now.date())}, because they have been kept as long as retention.yaml "
        "says: tabs and summaries no longer count them. Packs that were built before keep their figures."
    )
    service.store.remember(NOTICE, json.dumps([notice]))


def _quiet(_: str) -> None:
    """Say nothing of the steps: it runs at night."""


SHARE = 0.2
"""More than this part of all responses goes at once only where a person confirms it."""
QUIET_AT_MOST = timedelta(days=400)
"""So long after the last thing that was received, either the programme has ended or the clock is wrong."""
CONFIRM = "python -m jobs run retention --confirm"


def guard_retention(service: Service, answers: ResponseIds, *, corrections: int, now: datetime) -> str:
    """Return why a person must confirm that these answers and so many corrections go, a sentence; "" where not."""
    going = sum(map(len, answers.values()))
    if not going and not corrections:
        return ""
    store = service.store
    stored = sum(len(store.response_ids(source)) for source in store.erasures.sources())
    newest = max(store.newest_received().values(), default=None)
    # Rounded, because 0.29 of 100 is 28.999999999999996 in a computer's arithmetic.
    if going <= round(stored * SHARE, 6) and newest is not None and now - newest <= QUIET_AT_MOST:
        return ""
    last = f"the last answer or sheet came on {format_date(newest.date())}" if newest else "nothing was ever received"
    return (
        f"By this machine's clock it is {format_date(now.date())}, and {last}; so the time of "
        f"{going} of {format_count(stored, 'response')} and of {format_count(corrections, 'correction')} is over "
        f"(retention.yaml). None of these was erased: check the clock, and if they are to go for good, run: {CONFIRM}"
    )
