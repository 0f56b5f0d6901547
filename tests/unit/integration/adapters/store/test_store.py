from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from integration.model import (
    AlertMail,
    Correction,
    IssueKey,
    LandingResult,
    SheetReading,
)
from tests.unit.integration.adapters.store.stored import EVENING, LATER, NOW, dump, response

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration.adapters.store import Store


def test_a_new_store_is_empty(store: Store) -> None:
    assert (store.ledger.open_entries(), store.alerts.unsettled(), store.audit.lines()) == ([], [], [])
    assert store.alerts.last_mail() == AlertMail()
    assert store.tombstones.erased("pulse", ["R1"]) == set()


def test_the_same_sync_twice_changes_not_one_row(store: Store, url: str) -> None:
    responses = [response(f"R{place}") for place in range(6000)]
    reading = SheetReading((("Ref", "Hours"), ("SC-001", 2.0)))
    correction = Correction("pulse", "R1", "team", "Elm", "2022-07-31")
    issue = IssueKey("pulse", "R1", "team", "unknown_team", "Elmm")
    dumps = []
    for at in (NOW, LATER):
        landed = store.responses.land("pulse", responses, received_at=at)
        changed = store.sheets.land("small_changes", reading, received_at=at)
        added = store.corrections.add([correction])
        assert store.issues.reported_since([issue], now=at) == [NOW]
        store.state.bookmark("fingerprint").set("abc")
        dumps.append(dump(url))
    assert (landed, changed, added) == (LandingResult(new=0, duplicates=6000), False, 0)
    assert dumps[0] == dumps[1]


def test_the_generation_changes_with_all_that_is_received_or_typed_and_with_nothing_else(store: Store) -> None:
    seen = [store.generation()]
    changes: list[Callable[[], object]] = [
        lambda: store.responses.land("pulse", [response()], received_at=NOW),
        lambda: store.sheets.land("teams", SheetReading((("Team",),)), received_at=NOW),
        lambda: store.corrections.add([Correction("pulse", "R1", "team", "Elm", "2022-07-31")]),
        lambda: store.responses.land("pulse", [response(submitted_at=EVENING)], received_at=NOW),
    ]
    for change in changes:
        change()
        seen.append(store.generation())
        change()
        store.state.bookmark("name").set(str(len(seen)))
        assert store.generation() == seen[-1]
    assert len(set(seen)) == len(changes) + 1


def test_each_source_knows_when_its_newest_thing_was_stored(store: Store) -> None:
    assert store.newest_received() == {}
    store.responses.land("pulse", [response()], received_at=NOW)
    store.sheets.land("teams", SheetReading((("Team",),)), received_at=NOW)
    store.responses.land("pulse", [response(), response("R2")], received_at=LATER)
    store.responses.land("pulse", [response("R2")], received_at=LATER + timedelta(days=1))
    assert store.newest_received() == {"pulse": LATER, "teams": NOW}
