"""A store with something in each of its tables, odd text and the largest numbers among it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import insert

from integration.adapters.store import open_store, tables
from integration.model import Condition, Correction, DateCell, SheetReading
from tests.unit.integration.adapters.stored import EVENING, LATER, NOW, response

if TYPE_CHECKING:
    from integration.adapters.store import SqlStore

# A NUL, half a surrogate pair, our own mark, and what it makes of one: no database takes all of these as they are.
ODD = "a\0b \ud83d \x1a \x1a0000 \x1a\x1a Ж 👩‍👧"
LARGEST = 2**63 - 2


def fill(url: str) -> None:
    """Put something into each table of the store at the URL."""
    with closing(open_store(url)) as store:
        _receive(store)
        _remember(store)
        store.save_pack("northbrook", "2022-07", "a", ODD, built_at=NOW)
        store.claim_delivery("northbrook", "2022-07", 1, "ada@example.org", "<1@x>")
        store.confirm_delivery("<1@x>", sent_at=NOW)
        store.claim_delivery("northbrook", "2022-07", 1, "ben@example.org", "<2@x>")
        store.ledger.know(["sync"], now=NOW)
        store.ledger.ask("publish", now=LATER)
        store.alerts.raise_([Condition("failed/sync", ODD, ""), Condition("erased", "", "")], now=NOW)
        with store._database.writing() as connection:  # noqa: SLF001  # the newest: its number is not given again
            connection.execute(tables.alerts.delete().where(tables.alerts.c.key == "erased"))
        store.audit.write(who="ada", action="look", about=ODD, detail="", now=NOW)


def _receive(store: SqlStore) -> None:
    store.land_responses("pulse", [response(f"R{number}") for number in range(1200)], received_at=NOW)
    store.land_responses("pulse", [response(ODD, EVENING, ODD)], received_at=NOW)
    store.land_sheet("teams", SheetReading((("Ж", None, 0.1, True, DateCell("2022-03-01")),)), received_at=NOW)
    store.add_corrections([Correction("pulse", ODD, "team", "Elm", "2022-07-31", by="Ada")])
    store.tombstones.bury("pulse", ["gone"], why="asked", now=NOW)
    row = {"job": "sync", "started_at": "x", "ended_at": "x", "outcome": "done", "note": ODD}
    with store._database.writing() as connection:  # noqa: SLF001  # a store that is very old
        connection.execute(insert(tables.runs), row | {"seq": LARGEST})


def _remember(store: SqlStore) -> None:
    store.save_chunk("pulse", "rules", 1200, bytes(range(256)) * 5000, replaces_all=True)
    store.keep_image("data", b"\0" * 3_000_000)
    store.first_seen([("pulse", "R1", "team", "unknown_team", "Elmm")], now=NOW)
    store.remember("name", ODD)
