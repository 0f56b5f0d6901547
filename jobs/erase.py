"""Erasing what people answered: from the store first, then wherever else we hold it.

What is still to be done is remembered in the store, so that an erasure that was cut short is finished by the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from integration.errors import CrescendoError, Unerased
from integration.wiring import BACKUPS
from jobs.flow import Flow
from jobs.old_copies import backups, put_aside
from jobs.pack import PACK_FILES, build_pack, pack_folder
from jobs.publish import publish
from jobs.published import last_reporting_date, published_names
from jobs.still_held import still_held

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from integration.model import Erasure
    from integration.wiring import Service
    from jobs.whose import Whose

LOCAL_DATA = "data.xlsx"


@dataclass(frozen=True, slots=True)
class Erased:
    """What went, and where from. `unscrubbed` are sentences on backups that could not be opened.

    `rewritten` are the names of what was published anew, `still` are files in the home folder that hold ids of the
    responses and are not ours. `is_sure` says whether the database's own files are clean already.
    """

    erasure: Erasure
    backups: tuple[str, ...]
    unscrubbed: tuple[str, ...]
    rewritten: tuple[str, ...]
    packs: tuple[str, ...]
    still: tuple[str, ...]
    is_sure: bool

    def in_words(self) -> str:
        """Return how much went, in a sentence."""
        gone = self.erasure
        parts = [
            counted(len(gone.responses), "response"),
            counted(gone.versions, "version"),
            counted(gone.corrections, "correction"),
            counted(len(gone.packs), "unsent pack"),
        ]
        return f"erased {', '.join(parts)}; {counted(len(self.backups), 'backup')} cleaned"


def erase(service: Service, doomed: Whose, *, why: str, tell: Callable[[str], None]) -> Erased:
    """Erase these responses everywhere; only for who holds the home folder.

    Raises Unerased where something outside the store could not be done yet; the same again then finishes it.
    """
    tell("the store")
    service.store.erasures.erase(doomed, why=why, now=service.clock.now())
    done = finish_erasing(service, tell=tell)
    if done is None:
        raise AssertionError("what was begun just now is not remembered")
    return done


def finish_erasing(service: Service, *, tell: Callable[[str], None]) -> Erased | None:
    """Do what an erasure has still to do outside the store; None where there is nothing. Each step may be repeated."""
    erasure = service.store.erasures.unfinished()
    if erasure is None:
        return None
    tell("backups and files")
    service.store.erasures.blank_images(_without_cells)
    backups, unscrubbed = _clean_backups(service, erasure)
    _remove_files(service, erasure)
    service.files.remove_leftovers()
    is_sure = service.store.erasures.scrub()
    errors: list[CrescendoError] = []
    rewritten = _collect(errors, lambda: _publish(service, tell))
    packs = _collect(errors, lambda: _build_packs(service, erasure, tell))
    if errors:
        raise Unerased(
            errors,
            "The answers are erased from the store and its backups, but not yet from all that was published: put this "
            "right, then run the same command again.",
        )
    ids = [response_id for _, response_id in erasure.responses]
    still = still_held(service.home, ids, but=(*_mailed_folders(erasure), BACKUPS))
    service.store.erasures.finish()
    # Once more, because until now the ids had to be remembered.
    is_sure = service.store.erasures.scrub() and is_sure
    return Erased(erasure, backups, unscrubbed, rewritten, packs, still, is_sure)


def counted(number: int, what: str) -> str:
    """Return `1 response`, `2 responses`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def by_source(erasure: Erasure) -> Mapping[str, frozenset[str]]:
    """Return the erased response ids by their form."""
    sources = dict.fromkeys(source for source, _ in erasure.responses)
    return {each: frozenset(i for source, i in erasure.responses if source == each) for each in sources}


def _collect(errors: list[CrescendoError], step: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    try:
        return step()
    except CrescendoError as error:
        errors.append(error)
        return ()


def _without_cells(body: bytes) -> bytes:
    from integration.adapters.google.memory import without_cells  # noqa: PLC0415  # only where there are images

    return without_cells(body)


def _clean_backups(service: Service, erasure: Erasure) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Erase the same from each other copy of the store; return which were cleaned, and a sentence for each other."""
    from integration.adapters.store.file import sweep  # noqa: PLC0415  # SQLAlchemy is slow to import
    from integration.adapters.store.old_copy import erase_in_old_copy  # noqa: PLC0415

    for folder in (service.home, service.home / BACKUPS):
        sweep(folder)  # copies of the store over which somebody was killed
    cleaned, failed = [], []
    for path in (*backups(service.home), *put_aside(service.home)):
        try:
            erase_in_old_copy(path, by_source(erasure), why=erasure.why, now=service.clock.now(), blank=_without_cells)
            cleaned.append(path.name)
        except CrescendoError as error:
            failed.append(f"{path.name}: {error}")
    others = (path for path in sorted((service.home / BACKUPS).glob("*")) if path.is_file() and path.suffix != ".db")
    failed += [f"{path.name}: it is no SQLite file that ends in .db, so it was left as it is." for path in others]
    return tuple(cleaned), tuple(failed)


def _remove_files(service: Service, erasure: Erasure) -> None:
    """Take away the files of the unsent packs, and a workbook that nobody writes any more."""
    for authority, month, _ in erasure.packs:
        for name in PACK_FILES:
            (service.home / pack_folder(authority, month) / name).unlink(missing_ok=True)
    if service.writes_google:
        (service.home / LOCAL_DATA).unlink(missing_ok=True)


def _publish(service: Service, tell: Callable[[str], None]) -> tuple[str, ...]:
    """Write the tabs anew as of the day of the last publishing, if there was one; return what stands there now."""
    as_of = last_reporting_date(service)
    if as_of is None:
        return ()
    publish(service, as_of=as_of, make_flow=lambda: Flow(service), tell=tell)
    return published_names(service)


def _build_packs(service: Service, erasure: Erasure, tell: Callable[[str], None]) -> tuple[str, ...]:
    """Build the unsent packs again from what is left; return which. One of an authority that is gone stays away."""
    make_flow = cache(lambda: Flow(service))
    whole = [pack for pack in erasure.packs if pack[0] in service.settings.programme.authorities]
    for authority, month, as_of in whole:
        build_pack(
            service, authority=authority, month=month, reporting_date=date.fromisoformat(as_of), make_flow=make_flow,
            tell=tell,
        )  # fmt: skip
    return tuple(f"{month} {authority}" for authority, month, _ in whole)


def _mailed_folders(erasure: Erasure) -> tuple[str, ...]:
    return ("outbox", *(pack_folder(mail.authority, mail.month) for mail in erasure.mailed))
