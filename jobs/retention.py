"""retention: what has been kept as long as retention.yaml says is erased, by the clock and never the reporting date."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.adapters.moment import write_moment
from integration.model import Kept
from integration.wiring import BACKUPS
from integration.words import long_date
from jobs.audit import record
from jobs.erase import by_source, counted, erase, finish_erasing
from jobs.old_copies import put_aside
from jobs.pack import PACK_FILES, pack_folder
from jobs.receipt import FOLDER, keep_receipt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from integration.wiring import Service
    from jobs.erase import Erased
    from jobs.whose import Whose

WHY = "retention"
NOTICE = "notices.retention"
IN_TABLES = {
    Kept.CORRECTIONS: "correction",
    Kept.SHEETS: "older reading of a sheet",
    Kept.PACKS: "pack",
    Kept.RUNS: "line on runs and alerts",
    Kept.AUDIT: "line of the audit trail",
}
"""What is kept in tables, as one of it is called."""
IN_FILES = {"mails": "mail in the outbox", "backups": "backup", "receipts": "receipt"}
"""What is kept in files, as one of it is called."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """How much of each kind went, by what one of it is called; only what there was."""

    gone: dict[str, int]

    def in_words(self) -> str:
        """Return what went, in a sentence."""
        parts = [counted(number, what) for what, number in self.gone.items()]
        return f"erased {', '.join(parts)}" if parts else "nothing had been kept long enough"


def apply_retention(service: Service, *, now: datetime, dry: bool = False) -> Outdated:
    """Erase what is old enough, and finish an erasure that was cut short; only for who holds the home folder.

    With `dry` it is counted and nothing is erased. Raises Unerased where something published could not be rewritten.
    """
    finished = None if dry else finish_erasing(service, tell=_quiet)
    if finished:
        _conclude(service, finished)
    gone = dict(_files(service, now, dry=dry))
    in_tables = dict(_tables(service, now, dry=dry))
    answers = _answers(service, now)
    if answers and not dry:
        _conclude(service, erase(service, answers, why=WHY, tell=_quiet))
        _tell(service, now)
    elif any(in_tables.values()) and not dry:
        service.store.erasures.scrub()
    counts = {"response": sum(map(len, answers.values())), **in_tables, **gone}
    done = Outdated({what: number for what, number in counts.items() if number})
    if done.gone and not dry:
        record(service, WHY, "retention.yaml", done.in_words())
    return done


def _answers(service: Service, now: datetime) -> Whose:
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


def _tables(service: Service, now: datetime, *, dry: bool) -> Iterator[tuple[str, int]]:
    erasures = service.store.erasures
    for kind, what in IN_TABLES.items():
        before = _cut(service, kind, now)
        if before is None:
            continue
        packs = erasures.packs_before(before) if kind is Kept.PACKS and not dry else []
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
        return [*backups_before(home / BACKUPS, before), *_older(others, before), *_older(put_aside(home), before)]
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


def _conclude(service: Service, erased: Erased) -> None:
    _, place = keep_receipt(service, erased)
    forms = ", ".join(f"{counted(len(ids), 'response')} of {key}" for key, ids in by_source(erased.erasure).items())
    record(service, WHY, place, forms)


def _tell(service: Service, now: datetime) -> None:
    """Say at every sync and in the status why figures are no longer what they were: emptied tabs must not be silent."""
    notice = (
        f"Answers were erased on {long_date(now.date())}, because they have been kept as long as retention.yaml says: "
        "tabs and summaries no longer count them. Packs that were built before keep their figures."
    )
    service.store.remember(NOTICE, json.dumps([notice]))


def _quiet(_: str) -> None:
    """Say nothing of the steps: it runs at night."""
