"""Erasing what people answered: from the store first, then wherever else we hold it.

What is still to be done is remembered in the store, so that an erasure that was cut short is finished by the next.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from integration.adapters.clock import write_moment
from integration.errors import CrescendoError, ErasureIncompleteError
from integration.model import Erasure
from integration.operations.audit import record_action
from integration.operations.job_runs import today
from integration.operations.packs import PACK_FILES, build_pack, pack_folder
from integration.operations.pipeline import Pipeline, last_reporting_date, published_names
from integration.operations.publish import publish
from integration.operations.receipts import (
    FORGET,
    ErasureReport,
    ErasureResult,
    confirm_database_files,
    first_reason,
    responses_by_form,
    save_receipt,
)
from integration.wiring import BACKUPS, STORE_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from integration.operations.data_subjects import ResponseIds
    from integration.wiring import Service

LOCAL_DATA = "data.xlsx"


def erase_responses(
    service: Service, doomed: ResponseIds, *, why: str, on_step: Callable[[str], None]
) -> ErasureReport:
    """Erase these responses everywhere; only for who holds the home folder.

    Raises Unerased where something outside the store could not be done yet; the same again then finishes it.
    """
    on_step("the store")
    service.store.erasures.erase(doomed, why=why, now=service.clock.now())
    done = finish_erasure(service, on_step=on_step)
    if done is None:
        raise AssertionError("what was begun just now is not remembered")
    return done


def finish_erasure(service: Service, *, on_step: Callable[[str], None]) -> ErasureReport | None:
    """Do what an erasure has still to do outside the store; None where there is nothing. Each step may be repeated."""
    erasure = service.store.erasures.unfinished()
    if erasure is None:
        return None
    service.store.erasures.blank_images(_without_cells)
    # Written anew at the end once more, because until then the ids have to be remembered.
    service.store.erasures.scrub()
    return conclude(service, _outside_the_store(service, erasure, on_step))


def clean_home_folder(service: Service, forgotten: ResponseIds, *, on_step: Callable[[str], None]) -> ErasureReport:
    """Erase what this home folder still holds of responses that were forgotten before, maybe on another machine."""
    erasure = Erasure(
        FORGET,
        write_moment(service.clock.now()),
        responses=tuple((source, each) for source, ids in forgotten.items() for each in sorted(ids)),
        packs=tuple(_unsent_packs_here(service)),
    )
    erased = replace(_outside_the_store(service, erasure, on_step), only_here=True)
    text, place = save_receipt(service, erased)
    return ErasureReport(erased, text, place)


def _outside_the_store(service: Service, erasure: Erasure, on_step: Callable[[str], None]) -> ErasureResult:
    """Erase from all that lies outside the store. Raises Unerased."""
    on_step("backups and files")
    cleaned, unscrubbed = _clean_backups(service, erasure)
    _remove_files(service, erasure)
    service.files.remove_leftovers()
    in_use = _sweep(service)
    errors: list[CrescendoError] = []
    rewritten = _collect(errors, lambda: _publish(service, on_step))
    packs = _collect(errors, lambda: _build_packs(service, erasure, on_step))
    if errors:
        raise ErasureIncompleteError(
            errors,
            "The answers are erased from the store and its backups, but not yet from all that was published: put this "
            "right, then run the same command again.",
        )
    ids = [response_id for _, response_id in erasure.responses]
    still = find_files_with_ids(service.home, ids, but=("outbox", BACKUPS, *_mailed_folders(service), *in_use))
    return ErasureResult(erasure, cleaned, unscrubbed, rewritten, packs, still, in_use)


def _collect(errors: list[CrescendoError], step: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    try:
        return step()
    except CrescendoError as error:
        errors.append(error)
        return ()


def _without_cells(body: bytes) -> bytes:
    from integration.adapters.google.publishing.actual_state import drop_cells  # noqa: PLC0415  # only where there are images

    return drop_cells(body)


def _clean_backups(service: Service, erasure: Erasure) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Erase the same from each other copy of the store; return which were cleaned, and a sentence for each other."""
    from integration.adapters.store.old_copy import erase_in_old_copy  # noqa: PLC0415  # SQLAlchemy is slow to import

    cleaned, failed, why = [], [], first_reason(erasure.why)
    for path in (*backup_files(service.home), *replaced_stores(service.home)):
        try:
            erase_in_old_copy(path, responses_by_form(erasure), why=why, now=service.clock.now(), blank=_without_cells)
            cleaned.append(path.name)
        except CrescendoError as error:
            failed.append(f"{path.name}: {error}")
    others = (path for path in sorted((service.home / BACKUPS).glob("*")) if path.is_file() and path.suffix != ".db")
    failed += [f"{path.name}: it is no SQLite file that ends in .db, so it was left as it is." for path in others]
    return tuple(cleaned), tuple(failed)


def _sweep(service: Service) -> tuple[str, ...]:
    """Take away the copies that killed processes left; return the names of those that somebody works on."""
    from integration.adapters.store.workshop import MAKING, TRYING, sweep  # noqa: PLC0415  # for the same reason

    in_backups = sweep(service.home / BACKUPS)
    return (*sweep(service.home, TRYING), *sweep(service.home, MAKING), *(f"{BACKUPS}/{name}" for name in in_backups))


def _remove_files(service: Service, erasure: Erasure) -> None:
    """Take away the files of the unsent packs, and a workbook that nobody writes any more."""
    for authority, month, _ in erasure.packs:
        for name in PACK_FILES:
            (service.home / pack_folder(authority, month) / name).unlink(missing_ok=True)
    if service.writes_google:
        (service.home / LOCAL_DATA).unlink(missing_ok=True)


def _publish(service: Service, on_step: Callable[[str], None]) -> tuple[str, ...]:
    """Write the tabs anew as of the day of the last publishing, if there was one; return what stands there now."""
    as_of = last_reporting_date(service)
    if as_of is None:
        return ()
    publish(service, as_of=as_of, pipeline=Pipeline(service), on_step=on_step)
    return published_names(service)


def _build_packs(service: Service, erasure: Erasure, on_step: Callable[[str], None]) -> tuple[str, ...]:
    """Build the unsent packs again from what is left; return which. One of an authority that is gone stays away."""
    pipeline = Pipeline(service)
    whole = [pack for pack in erasure.packs if pack[0] in service.settings.programme.authorities]
    for authority, month, as_of in whole:
        build_pack(
            service, authority=authority, month=month, reporting_date=date.fromisoformat(as_of), pipeline=pipeline,
            on_step=on_step,
        )  # fmt: skip
    return tuple(f"{month} {authority}" for authority, month, _ in whole)


def _unsent_packs_here(service: Service) -> Iterator[tuple[str, str, str]]:
    """Give (authority, month, as of which day) of each pack in this home folder of which the version was not mailed."""
    store = service.store
    mailed = {(authority, month, version) for authority, month, version, *_, at in store.packs() if at}
    mailed.update((authority, month, version) for authority, month, version, _ in store.unconfirmed_deliveries())
    for folder in sorted(service.home.glob(pack_folder("*", "*"))):
        authority, month = folder.name, folder.parent.name
        try:
            told = json.loads((folder / PACK_FILES[-1]).read_bytes())
            version, as_of = told["version"], told["as_of"]
        except (OSError, ValueError, KeyError, TypeError):  # cut short, or changed by somebody: made anew
            version, as_of = 0, str(today(service))
        if (authority, month, version) not in mailed:
            yield authority, month, as_of


def _mailed_folders(service: Service) -> Iterator[str]:
    """Give the folders of packs that were mailed, or may have been: they stay as the leaders have them."""
    mailed = [(authority, month) for authority, month, *_, at in service.store.packs() if at]
    unsure = [(authority, month) for authority, month, *_ in service.store.unconfirmed_deliveries()]
    yield from dict.fromkeys(pack_folder(authority, month) for authority, month in (*mailed, *unsure))


@dataclass(frozen=True, slots=True)
class VacuumResult:
    """An erasure of which only the last step was left; `receipt` is "" where it lies on another machine."""

    words: str
    place: str
    receipt: str

    def in_words(self) -> str:
        """Return what was done, in a sentence."""
        return f"the last step of an earlier erasure, which {self.words}"

    def in_full(self) -> str:
        """Return the receipt, and where it lies."""
        return f"{self.receipt}\nKept as {self.place}"


def conclude(service: Service, erased: ErasureResult) -> ErasureReport:
    """Keep the receipt, let the ids go, and have nothing of them left in the database's files."""
    _, place = save_receipt(service, erased)
    note = {"why": erased.erasure.why, "place": place, "words": erased.in_words(), "began_at": erased.erasure.began_at}
    service.store.erasures.finish(json.dumps(note))
    sure = replace(erased, is_sure=service.store.erasures.scrub())
    text, place = save_receipt(service, sure)
    _end(service, note)
    return ErasureReport(sure, text, place)


def finish_vacuum(service: Service) -> VacuumResult | None:
    """Do the last step of an erasure that was cut short just before it; None where there is none."""
    kept = service.store.erasures.unscrubbed()
    if kept is None:
        return None
    note = json.loads(kept)
    is_sure = service.store.erasures.scrub()
    receipt, text = Path(note["place"]), ""
    if receipt.is_file() and receipt.is_relative_to(service.home):
        text = confirm_database_files(receipt.read_text(encoding="utf-8"), is_sure=is_sure)
        service.files.replace(receipt.relative_to(service.home).as_posix(), text.encode())
    _end(service, note)
    return VacuumResult(note["words"], note["place"], text)


def _end(service: Service, note: dict[str, str]) -> None:
    record_action(service, first_reason(note["why"]), note["place"], f"done: {note['words']}")
    service.store.erasures.scrubbed()


LARGEST_MEMBER = 256 * 1024 * 1024
"""A larger part of a workbook is not unpacked: it is none that the service wrote."""


def find_files_with_ids(home: Path, ids: Collection[str], *, but: Collection[str]) -> tuple[str, ...]:
    """Return the names of files under the home folder that hold one of the ids, `but` those under these folders.

    Workbooks are looked into. The store itself is not: it has been erased from.
    """
    wanted = [each.encode() for each in ids]
    held = []
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if path.is_file() and not is_store_file(name) and not name.startswith(tuple(f"{folder}/" for folder in but)):
            held += [name] if any(_holds(content, wanted) for content in _contents(path)) else []
    return tuple(held)


def _holds(content: bytes, wanted: Collection[bytes]) -> bool:
    return any(each in content for each in wanted)


def _contents(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            yield from (book.read(part) for part in book.infolist() if part.file_size <= LARGEST_MEMBER)


STORE_SUFFIXES = ("-wal", "-shm", "-journal", ".lock")
"""How the names of the files end that belong to a store and are none."""


def backup_files(home: Path) -> list[Path]:
    """Return the backups, the oldest first."""
    return sorted((home / BACKUPS).glob("*.db"))


def replaced_stores(home: Path) -> list[Path]:
    """Return the stores that `restore` and `move-store` have put aside, such as `crescendo.db.moved-…`."""
    return sorted(path for path in home.glob(f"{STORE_FILE}.*") if not path.name.endswith(STORE_SUFFIXES))


def is_store_file(name: str) -> bool:
    """Say whether the name in the home folder is that of the store itself, or of what belongs to it."""
    return name in {STORE_FILE, *(f"{STORE_FILE}{ending}" for ending in STORE_SUFFIXES)}
