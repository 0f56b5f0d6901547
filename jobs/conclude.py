"""The end of an erasure: the receipt first, then the ids are let go, then the database's files are written anew.

What is left to do after the ids are gone is remembered without them, so that it is done also where the process dies.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.audit import record
from jobs.erased import Done
from jobs.receipt import keep_receipt, settled
from jobs.why import first_reason

if TYPE_CHECKING:
    from integration.wiring import Service
    from jobs.erased import Erased


@dataclass(frozen=True, slots=True)
class Scrubbed:
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


def conclude(service: Service, erased: Erased) -> Done:
    """Keep the receipt, let the ids go, and have nothing of them left in the database's files."""
    _, place = keep_receipt(service, erased)
    note = {"why": erased.erasure.why, "place": place, "words": erased.in_words(), "began_at": erased.erasure.began_at}
    service.store.erasures.finish(json.dumps(note))
    sure = replace(erased, is_sure=service.store.erasures.scrub())
    text, place = keep_receipt(service, sure)
    _end(service, note)
    return Done(sure, text, place)


def finish_scrubbing(service: Service) -> Scrubbed | None:
    """Do the last step of an erasure that was cut short just before it; None where there is none."""
    kept = service.store.erasures.unscrubbed()
    if kept is None:
        return None
    note = json.loads(kept)
    is_sure = service.store.erasures.scrub()
    receipt, text = Path(note["place"]), ""
    if receipt.is_file() and receipt.is_relative_to(service.home):
        text = settled(receipt.read_text(encoding="utf-8"), is_sure=is_sure)
        service.files.replace(receipt.relative_to(service.home).as_posix(), text.encode())
    _end(service, note)
    return Scrubbed(note["words"], note["place"], text)


def _end(service: Service, note: dict[str, str]) -> None:
    record(service, first_reason(note["why"]), note["place"], f"done: {note['words']}")
    service.store.erasures.scrubbed()
