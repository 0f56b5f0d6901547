"""new-store: begins with an empty store, where an operator means to; what was forgotten stays forgotten."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from integration.adapters.home import STORE_FILE, lock_home, lock_out_web
from integration.adapters.store import open_store
from integration.adapters.store.file import is_blank_file
from integration.adapters.store.restore import make_new_file
from integration.adapters.store_place import refuse_other_kind
from integration.errors import CallError
from integration.operations.audit import record_action
from integration.operations.personal_data.receipts import read_tombstones
from integration.operations.restore import LOCK_WAIT_SECONDS
from integration.text_format import format_count

if TYPE_CHECKING:
    from pathlib import Path

    from integration.wiring import Service


@dataclass(frozen=True, slots=True)
class NewStore:
    """An empty store that was begun on purpose: how many erased responses stay so, and what was put aside."""

    place: str
    buried: int
    aside: Path | None

    def in_words(self) -> str:
        """Return what was done and what to know, a sentence a line."""
        lines = [f"{self.place} is a new store, and holds nothing yet."]
        if self.aside:
            lines.append(f"What lay there before is kept as {self.aside}.")
        if self.buried:
            receipts = f"of {format_count(self.buried, 'response')} receipts/ says that it was erased"
            lines.append(f"What was forgotten stays forgotten: {receipts}, and nothing stores it again.")
        lines += [
            (
                "Not known to it: answers, until sync and reconcile have read them again; what came by webhook alone; "
                "the audit trail; and which packs were mailed, so look into the outbox or at your mail server before "
                "one is mailed again."
            ),
            "Corrections that still stand in the published tabs are read again by the next sync.",
        ]  # fmt: skip
        return "\n".join(lines)


def begin_anew(service: Service) -> NewStore:
    """Make an empty store on purpose, in which what the receipts name stays forgotten, and record that an operator did.

    Raises CallError where the store holds anything, BusyError at once where the web side or a job runs.
    """
    home, path = service.home, service.home / STORE_FILE
    with lock_out_web(home), lock_home(home, wait_seconds=LOCK_WAIT_SECONDS):
        buried = read_tombstones(home)
        if service.database_url is None:
            refuse_other_kind(path)
            if not is_blank_file(path):
                raise CallError(
                    f"The store {path} holds what was stored, so it was left as it is; to begin with an empty one all "
                    "the same, move it away first."
                )
            fill = partial(_fill, service, buried=buried, place=str(path))
            aside = make_new_file(path, now=service.clock.now(), fill=fill)
            return NewStore(str(path), len(buried), aside)
        place = _fill(service, service.database_url, buried=buried)
        return NewStore(place, len(buried), None)


def _fill(service: Service, url: str, *, buried: list[dict[str, str]], place: str = "") -> str:
    """Make the tables, and enter what must never be stored again; return the name of the place."""
    with closing(open_store(url)) as store:
        if not store.is_blank():
            raise CallError(
                f"The store {store.database.name} holds what was stored, so it was left as it is; to begin with an "
                "empty one all the same, name another database."
            )
        store.tombstones.add_rows(buried)
        place = place or store.database.name
        begun = replace(service, database_url=None)
        begun.__dict__["store"] = store  # the one that is being made: it has its name only when it is whole
        record_action(begun, "new-store", place, f"begun empty on purpose; {len(buried)} erased responses stay erased")
    return place
