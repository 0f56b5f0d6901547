"""Erases people's answers everywhere that the service holds them.

The steps, in their order. Until step 8 each may be repeated: the store remembers what is still to do, so that an
erasure that was cut short is finished by the next `forget` or `retention`.

1. The store: every version, correction and issue, and the unsent packs that may count them; a tombstone for each
   response, so that nothing stores it again.
2. The cells in the last known contents of spreadsheets, and the rows that the database's own files still hold.
3. The backups, and the stores that were put aside.
4. Files in the home folder: of the unsent packs, of a workbook that is written to Google now, of runs that were killed.
5. What is published: the tabs are written anew.
6. The unsent packs: built again from what is left.
7. The receipt: it also names the files in the home folder that still hold an id and are not ours to change.
8. The response ids, which had to be remembered until now, are deleted from the store.
9. The database's files are written anew a second time, and the receipt says so; where only this is left after a crash,
   `finish_vacuum` does it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from integration.adapters.clock import write_moment
from integration.adapters.home import BACKUPS, OUTBOX
from integration.adapters.store_place import list_files
from integration.errors import CrescendoError, ErasureIncompleteError
from integration.model import Erasure, UnsentPack
from integration.operations.audit import record_action
from integration.operations.job_runs import today
from integration.operations.pack_outputs import find_index, pack_files, pack_folder
from integration.operations.packs import build_pack
from integration.operations.personal_data.files import find_files_with_ids, replaced_stores
from integration.operations.personal_data.receipts import (
    DATABASE_FILES,
    FORGET,
    ErasureReport,
    ErasureResult,
    first_reason,
    responses_by_form,
    save_receipt,
)
from integration.operations.pipeline import Pipeline, last_reporting_date
from integration.operations.publish import publish, published_names
from integration.operations.sync import collect_corrections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from integration.operations.personal_data.data_subjects import ResponseIds
    from integration.wiring import Service

LOCAL_DATA = "data.xlsx"


def erase_responses(
    service: Service, responses: ResponseIds, *, reason: str, on_step: Callable[[str], None]
) -> ErasureReport:
    """Erase these responses everywhere; the caller holds the lock of the home folder.

    Raises ErasureIncompleteError where something outside the store could not be done yet; a second call finishes it.
    """
    on_step("the store")
    service.store.erasures.erase(responses, why=reason, now=service.clock.now())
    report = finish_erasure(service, on_step=on_step)
    if report is None:
        raise AssertionError("what was begun just now is not remembered")
    return report


def finish_erasure(service: Service, *, on_step: Callable[[str], None]) -> ErasureReport | None:
    """Do every step after the first of an erasure that was begun; None where there is none.

    Raises ErasureIncompleteError.
    """
    erasure = service.store.state.unfinished_erasure.get()
    if erasure is None:
        return None
    service.store.images.rewrite(_without_cells)
    service.store.erasures.vacuum()
    result = _erase_outside_store(service, erasure, on_step)
    path = save_receipt(service, result).path
    note = {"why": erasure.why, "place": path, "words": result.in_words(), "began_at": erasure.began_at}
    service.store.erasures.finish(json.dumps(note))
    report = save_receipt(service, replace(result, are_files_clean=service.store.erasures.vacuum()))
    _end(service, note)
    return report


@dataclass(frozen=True, slots=True)
class VacuumResult:
    """An erasure of which only the last step was left; `receipt` is "" where it lies on another machine."""

    words: str
    path: str
    receipt: str

    def in_words(self) -> str:
        """Return what was done, in a sentence."""
        return f"the last step of an earlier erasure, which {self.words}"

    def in_full(self) -> str:
        """Return the receipt, and where it lies."""
        return f"{self.receipt}\nKept as {self.path}"


def finish_vacuum(service: Service) -> VacuumResult | None:
    """Do the last step of an erasure that was cut short just before it; None where there is none."""
    kept = service.store.state.vacuum_note.get()
    if kept is None:
        return None
    note = json.loads(kept)
    are_files_clean = service.store.erasures.vacuum()
    path, receipt = Path(note["place"]), ""
    if path.is_file() and path.is_relative_to(service.home):
        receipt = path.read_text(encoding="utf-8").replace(DATABASE_FILES[None], DATABASE_FILES[are_files_clean])
        service.files.replace(path.relative_to(service.home).as_posix(), receipt.encode())
    _end(service, note)
    return VacuumResult(note["words"], note["place"], receipt)


def _end(service: Service, note: dict[str, str]) -> None:
    record_action(service, first_reason(note["why"]), note["place"], f"done: {note['words']}")
    service.store.erasures.finish_vacuum()


def clean_home_folder(service: Service, forgotten: ResponseIds, *, on_step: Callable[[str], None]) -> ErasureReport:
    """Erase what this home folder still holds of responses that were forgotten before, maybe on another machine."""
    erasure = Erasure(
        FORGET,
        write_moment(service.clock.now()),
        responses=tuple((source, each) for source, ids in forgotten.items() for each in sorted(ids)),
        packs=tuple(_unsent_packs_here(service)),
    )
    return save_receipt(service, replace(_erase_outside_store(service, erasure, on_step), only_here=True))


def _unsent_packs_here(service: Service) -> Iterator[UnsentPack]:
    """Give each pack in this home folder of which the version was not mailed."""
    store = service.store
    mailed = {(pack.authority, pack.month, pack.version) for pack in store.packs.all() if pack.mailed_at}
    mailed.update((mail.authority, mail.month, mail.version) for mail in store.deliveries.unconfirmed())
    for folder in sorted(service.home.glob(pack_folder("*", "*"))):
        authority, month = folder.name, folder.parent.name
        try:
            pack = json.loads((folder / find_index().name).read_bytes())
            version, as_of = pack["version"], pack["as_of"]
        except (OSError, ValueError, KeyError, TypeError):  # cut short, or changed by hand: made anew
            version, as_of = 0, str(today(service))
        if (authority, month, version) not in mailed:
            yield UnsentPack(authority, month, as_of)


def _erase_outside_store(service: Service, erasure: Erasure, on_step: Callable[[str], None]) -> ErasureResult:
    """Erase from all that lies outside the store: steps 3 to 6, and what the receipt says of them.

    Raises ErasureIncompleteError.
    """
    from integration.adapters.store.file import COPY_PREFIX, DRY_RUN_PREFIX, remove_leftovers  # noqa: PLC0415  # SQLAlchemy is slow to import

    on_step("backups and files")
    cleaned, not_cleaned = _clean_backups(service, erasure)
    for authority, month, _ in erasure.packs:
        for name in pack_files(authority, month):
            (service.home / name).unlink(missing_ok=True)
    if service.writes_google:
        for path in (service.home / LOCAL_DATA, *service.home.glob(f".{LOCAL_DATA}.*.taken*")):
            path.unlink(missing_ok=True)
    service.files.remove_leftovers()
    in_backups = [f"{BACKUPS}/{name}" for name in remove_leftovers(service.home / BACKUPS)]
    in_home = [name for prefix in (DRY_RUN_PREFIX, COPY_PREFIX) for name in remove_leftovers(service.home, prefix)]
    in_use = (*in_home, *in_backups)
    rewritten: tuple[str, ...] = ()
    packs: list[str] = []
    errors: list[CrescendoError] = []
    try:
        if as_of := last_reporting_date(service):  # the tabs as of the day of the last publishing, if there was one
            publish(service, as_of=as_of, pipeline=Pipeline(service), on_step=on_step)
            collect_corrections(service)  # what was taken out for the new tabs goes, unless a program has it open
            rewritten = published_names(service)
    except CrescendoError as error:
        errors.append(error)
    try:
        pipeline = Pipeline(service)
        # Those of an authority that is gone stay away.
        for each in (pack for pack in erasure.packs if pack.authority in service.settings.programme.authorities):
            build_pack(
                service, authority=each.authority, month=each.month, reporting_date=date.fromisoformat(each.as_of),
                pipeline=pipeline, on_step=on_step,
            )  # fmt: skip
            packs.append(f"{each.month} {each.authority}")
    except CrescendoError as error:
        errors.append(error)
    if errors:
        raise ErasureIncompleteError(
            errors,
            "The answers are erased from the store and its backups, but not yet from all that was published: put this "
            "right, then run the same command again.",
        )
    # Packs that were mailed, or may have been, stay as the leaders have them.
    mailed = [(pack.authority, pack.month) for pack in service.store.packs.all() if pack.mailed_at]
    mailed += [(mail.authority, mail.month) for mail in service.store.deliveries.unconfirmed()]
    excluded = (OUTBOX, BACKUPS, *(pack_folder(authority, month) for authority, month in mailed), *in_use)
    # Of each other copy of the store the receipt has said what there is to say: cleaned, or why not.
    told = {path.name for path in replaced_stores(service.home)}
    ids = [response_id for _, response_id in erasure.responses]
    still_there, unread = find_files_with_ids(service.home, ids, excluded=excluded, told=told)
    return ErasureResult(
        erasure, cleaned, not_cleaned, rewritten, tuple(packs), still_there, in_use=in_use, unread=unread
    )


def _clean_backups(service: Service, erasure: Erasure) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Erase the same from each other copy of the store; return which were cleaned, and a sentence for each other."""
    from integration.adapters.store.backup import erase_in_old_copy  # noqa: PLC0415  # for the same reason

    cleaned, failed, reason = [], [], first_reason(erasure.why)
    backups = list_files(service.home / BACKUPS, "*")
    copies = [path for path in backups if path.suffix == ".db"]
    for path in (*copies, *replaced_stores(service.home)):
        try:
            ids, now = responses_by_form(erasure), service.clock.now()
            erase_in_old_copy(path, ids, why=reason, now=now, blank=_without_cells)
            cleaned.append(path.name)
        except CrescendoError as error:
            failed.append(f"{path.name}: {error}")
    others = (path for path in backups if path.is_file() and path.suffix != ".db")
    no_backup = "it is no SQLite file that ends in .db, so it was left as it is."
    failed += [f"{path.name}: {no_backup}" for path in others]
    return tuple(cleaned), tuple(failed)


def _without_cells(body: bytes) -> bytes:
    from integration.adapters.google.publishing.actual_state import drop_cells  # noqa: PLC0415  # only where there are images

    return drop_cells(body)
