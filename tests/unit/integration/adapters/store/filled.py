"""A store with something in each of its tables, odd text and the largest numbers among it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import insert

from integration.adapters.store import open_store, tables
from integration.model import (
    AlertMail,
    AlertMailStatus,
    Condition,
    Correction,
    DateCell,
    IssueKey,
    SheetReading,
    TypedChunk,
)
from tests.unit.integration.adapters.store.stored import EVENING, LATER, NOW, PUBLISHED, response

if TYPE_CHECKING:
    from integration.adapters.store import Store

# A NUL, half a surrogate pair, our own mark, and what it makes of one: no database takes all of these as they are.
ODD = "a\0b \ud83d \x1a \x1a0000 \x1a\x1a Ж 👩‍👧"
LARGEST = 2**63 - 2


def fill(url: str) -> None:
    """Put something into each table of the store at the URL."""
    with closing(open_store(url)) as store:
        _receive(store)
        _remember(store)
        store.packs.save("northbrook", "2022-07", "a", ODD, built_at=NOW)
        store.published_figures.add([replace(PUBLISHED, told=ODD, reason=ODD)], read_to=0)
        store.deliveries.claim("northbrook", "2022-07", 1, "ada@example.org", "<1@x>")
        store.deliveries.confirm("<1@x>", sent_at=NOW)
        store.deliveries.claim("northbrook", "2022-07", 1, "ben@example.org", "<2@x>")
        store.ledger.register(["sync"], now=NOW)
        store.ledger.request("publish", now=LATER)
        store.alerts.add([Condition("failed/sync", ODD, ""), Condition("erased", "", "")], now=NOW)
        with store.database.writing() as connection:  # the newest: its number is not given again
            connection.execute(tables.alerts.delete().where(tables.alerts.c.key == "erased"))
        store.alerts.save_mail(AlertMail(AlertMailStatus.UNDER_WAY, wrong=(1,), over=(2,), dated_at=NOW, problem=ODD))
        store.deliveries.notice_unconfirmed(NOW)
        store.audit.write(who="ada", action="look", about=ODD, detail="", now=NOW)


def _receive(store: Store) -> None:
    store.responses.land("pulse", [response(f"R{number}") for number in range(1200)], received_at=NOW)
    store.responses.land("pulse", [response(ODD, EVENING, ODD)], received_at=NOW)
    store.sheets.land("teams", SheetReading((("Ж", None, 0.1, True, DateCell("2022-03-01")),)), received_at=NOW)
    store.corrections.add([Correction("pulse", ODD, "team", "Elm", "2022-07-31", by="Ada")])
    store.tombstones.add("pulse", ["gone"], why="asked", now=NOW)
    row = {"job": "sync", "started_at": "x", "ended_at": "x", "outcome": "done", "note": ODD}
    with store.database.writing() as connection:  # a store that is very old
        connection.execute(insert(tables.runs), row | {"seq": LARGEST})


def _remember(store: Store) -> None:
    store.chunks.save("pulse", "rules", TypedChunk(1200, bytes(range(256)) * 5000), replaces_all=True)
    store.images.set("data", b"\0" * 3_000_000)
    store.issues.reported_since([IssueKey("pulse", "R1", "team", "unknown_team", "Elmm")], now=NOW)
    store.state.bookmark("name").set(ODD)
