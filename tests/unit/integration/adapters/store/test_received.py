from __future__ import annotations

import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integration.adapters.clock import as_datetime, write_moment
from integration.adapters.store import open_store
from integration.model import (
    Arrival,
    Correction,
    DateCell,
    LandingResult,
    RawResponse,
    SheetReading,
    Slot,
    SlotState,
)
from tests.example_counts import example_count
from tests.unit.integration.adapters.store.stored import EVENING, LATER, MORNING, NOW, dump, empty_store, response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.adapters.store import Store
    from integration.model import RawResponse

DELIVERY = st.builds(response, st.sampled_from(["R1", "R2", "R3"]), st.sampled_from([MORNING, EVENING]))

SECOND = timedelta(seconds=1)

HEARD = as_datetime(MORNING)


def submitted(seconds: int) -> str:
    return write_moment(HEARD + seconds * SECOND)


def test_a_new_store_holds_no_responses(store: Store) -> None:
    assert store.responses.versions_after("pulse", 0) == []


def test_responses_come_back_in_the_order_in_which_they_came(store: Store) -> None:
    landed = store.responses.land("pulse", [response("R2"), response("R1", body='{"a":"Ж"}')], received_at=NOW)
    assert landed == LandingResult(new=2, duplicates=0)
    first, second = store.responses.versions_after("pulse", 0)
    assert (first.response_id, second.response_id) == ("R2", "R1")
    assert (second.created_at, second.last_submitted_at, second.body) == (MORNING, MORNING, '{"a":"Ж"}')
    assert store.responses.versions_after("pulse", first.seq) == [second]
    assert store.responses.versions_after("families", 0) == []


def test_the_same_response_again_is_a_duplicate_whatever_it_says(store: Store, url: str) -> None:
    store.responses.land("pulse", [response(), response()], received_at=NOW)
    before = dump(url)
    assert store.responses.land("pulse", [response(body="other")], received_at=LATER) == LandingResult(
        new=0, duplicates=1
    )
    assert dump(url) == before


def test_an_older_version_that_comes_late_is_kept_beside_the_newer(store: Store) -> None:
    store.responses.land("pulse", [response(submitted_at=EVENING, body="new")], received_at=NOW)
    assert store.responses.land("pulse", [response(body="old")], received_at=LATER).new == 1
    versions = store.responses.versions_after("pulse", 0)
    assert [version.body for version in versions] == ["new", "old"]
    assert max(versions, key=lambda version: version.last_submitted_at).body == "new"


def test_one_id_in_two_forms_is_two_responses(store: Store) -> None:
    store.responses.land("pulse", [response()], received_at=NOW)
    assert store.responses.land("families", [response()], received_at=NOW).new == 1


@settings(max_examples=example_count(8), deadline=None)
@given(deliveries=st.lists(st.lists(DELIVERY, max_size=5), max_size=4), order=st.randoms(use_true_random=False))
def test_any_order_and_repetition_of_deliveries_gives_the_same_versions(
    deliveries: list[list[RawResponse]], order: object
) -> None:
    arrived = {(r.response_id, r.last_submitted_at) for delivery in deliveries for r in delivery}
    again = [*deliveries, *deliveries]
    order.shuffle(again)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    for sequence in (deliveries, again):
        with tempfile.TemporaryDirectory() as folder, closing(open_store(empty_store(Path(folder)))) as store:
            landed = [store.responses.land("pulse", delivery, received_at=NOW) for delivery in sequence]
            versions = store.responses.versions_after("pulse", 0)
        assert {(v.response_id, v.last_submitted_at) for v in versions} == arrived
        assert len(versions) == len(arrived) == sum(one.new for one in landed)
        assert sum(one.new + one.duplicates for one in landed) == sum(map(len, sequence))
        assert [v.seq for v in versions] == sorted({v.seq for v in versions})


def test_the_newest_version_of_each_response_is_told(store: Store) -> None:
    store.responses.land(
        "pulse", [response(submitted_at=EVENING), response(submitted_at=MORNING), response("R2")], received_at=NOW
    )
    store.responses.land("families", [response("R3")], received_at=NOW)
    assert store.responses.last_submitted("pulse") == {"R1": EVENING, "R2": MORNING}
    assert store.responses.last_submitted("time_and_barriers") == {}


def test_responses_are_counted_that_were_submitted_and_stored_after_a_moment(store: Store) -> None:
    store.responses.receive([Arrival("pulse", response("by itself", submitted(2)))], received_at=HEARD)
    store.responses.land("pulse", [response("before", submitted(0)), response("R1", submitted(1))], received_at=LATER)
    store.responses.land("pulse", [response("R2", submitted(2)), response("R2", submitted(3))], received_at=NOW)
    store.responses.land("pulse", [response("R1", submitted(2))], received_at=NOW)
    store.responses.land("pulse", [response("early", submitted(1))], received_at=HEARD + SECOND)
    store.responses.land("families", [response("R4", submitted(3))], received_at=NOW)
    for after, until, count in (
        (HEARD, NOW - SECOND, 1),
        (HEARD, NOW, 3),
        (HEARD + 2 * SECOND, NOW, 1),
        (HEARD + 3 * SECOND, NOW, 0),
        (NOW - SECOND, NOW, 0),
    ):
        assert store.responses.count_between("pulse", after=after, until=until) == count, (after, until)


def test_a_reading_of_a_sheet_comes_back_cell_by_cell(store: Store) -> None:
    reading = SheetReading((("Ref", None, " Ж "), (), ("SC-001", DateCell("2022-03-01"), 2.0, 0.1, True, None, 7)))
    assert store.sheets.newest("small_changes") is None
    assert store.sheets.land("small_changes", reading, received_at=NOW)
    found = store.sheets.newest("small_changes")
    assert found == reading
    assert found is not None
    assert [type(cell) for cell in found.rows[2]] == [type(cell) for cell in reading.rows[2]]


def test_a_reading_is_kept_only_if_it_differs_from_the_newest(store: Store) -> None:
    one, other = SheetReading((("Ref",), ("SC-001",))), SheetReading((("Ref",),))
    landed = [store.sheets.land("teams", reading, received_at=NOW) for reading in (one, one, other, one)]
    assert landed == [True, False, True, True]
    assert store.sheets.newest("teams") == one


def test_the_newest_correction_of_each_place_counts_and_only_a_change_is_kept(store: Store) -> None:
    elm = Correction("pulse", "R1", "team", "Elm", "2022-07-31", by="Ada")
    oak = Correction("pulse", "R1", "team", "Oak", "2022-08-01")
    other = Correction("pulse", "R2", "team", "Elm", "2022-08-01")
    assert store.corrections.add([elm, other, elm]) == 2
    assert store.corrections.newest() == [elm, other]
    assert store.corrections.add([oak, other]) == 1
    assert store.corrections.newest() == [other, oak]
    assert store.corrections.add([elm]) == 1
    assert store.corrections.add([]) == 0
    assert store.corrections.newest() == [other, elm]


def test_a_landing_of_anything_new_asks_for_a_job_once(store: Store) -> None:
    store.responses.land("pulse", [response()], received_at=NOW, wake="publish")
    store.responses.land("pulse", [response("R2")], received_at=LATER, wake="publish")
    store.sheets.land("teams", SheetReading((("Team",),)), received_at=LATER, wake="publish")
    assert store.ledger.ready(now=LATER) == [Slot(NOW, "publish")]


def test_a_landing_of_nothing_new_asks_for_nothing(store: Store, url: str) -> None:
    reading = SheetReading((("Team",),))
    store.responses.land("pulse", [response()], received_at=NOW)
    store.sheets.land("teams", reading, received_at=NOW)
    before = dump(url)
    store.responses.land("pulse", [response()], received_at=LATER, wake="publish")
    store.sheets.land("teams", reading, received_at=LATER, wake="publish")
    assert dump(url) == before


def test_what_comes_while_the_job_runs_asks_for_it_once_more(store: Store) -> None:
    store.responses.land("pulse", [response()], received_at=NOW, wake="publish")
    assert store.ledger.begin(Slot(NOW, "publish"), by="ada", now=NOW) == 1
    for number in range(2, 5):
        store.responses.land("pulse", [response(f"R{number}")], received_at=LATER, wake="publish")
    assert store.ledger.ready(now=LATER) == [Slot(LATER, "publish")]


def test_what_is_asked_for_at_one_moment_by_two_is_one_slot(store: Store) -> None:
    store.ledger.request("publish", now=NOW)
    store.ledger.begin(Slot(NOW, "publish"), by="ada", now=NOW)
    store.ledger.request("publish", now=NOW)
    assert [(entry.slot, entry.state) for entry in store.ledger.open_entries()] == [
        (Slot(NOW, "publish"), SlotState.RUNNING)
    ]  # fmt: skip


def test_a_landing_that_fails_asks_for_nothing(store: Store) -> None:
    def arriving() -> Iterator[RawResponse]:
        yield response()
        raise ValueError("the source broke off")

    with pytest.raises(ValueError, match="broke off"):
        store.responses.land("pulse", arriving(), received_at=NOW, wake="publish")
    assert store.ledger.open_entries() == []


def test_what_was_forgotten_never_lands_again(store: Store) -> None:
    store.tombstones.add("pulse", ["R1", "R3"], why="asked", now=NOW)
    arrived = [response("R1"), response("R2"), response("R1", EVENING)]
    landed = store.responses.land("pulse", arrived, received_at=LATER, wake="publish")
    assert landed == LandingResult(new=1, duplicates=0, erased=2)
    assert [version.response_id for version in store.responses.versions_after("pulse", 0)] == ["R2"]
    assert store.responses.land("families", [response("R1")], received_at=LATER).new == 1, "another form's R1"


def test_only_what_was_forgotten_wakes_nobody(store: Store) -> None:
    store.tombstones.add("pulse", ["R1"], why="asked", now=NOW)
    assert store.responses.land("pulse", [response("R1")], received_at=LATER, wake="publish").new == 0
    assert store.ledger.open_entries() == []


def test_a_tombstone_holds_no_name_and_stays_as_it_was_first_made(store: Store, url: str) -> None:
    names = [f"R{number}" for number in range(6000)]
    store.tombstones.add("pulse", names, why="asked", now=NOW)
    before = dump(url)
    store.tombstones.add("pulse", names[:100], why="kept long enough", now=LATER)
    assert dump(url) == before
    assert store.tombstones.erased("pulse", ["R1", "R5999", "R6000"]) == {"R1", "R5999"}
    assert "R5999" not in repr(before)
