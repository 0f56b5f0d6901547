from __future__ import annotations

import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integration.adapters.store import open_store
from integration.errors import StoreError
from integration.model import (
    Correction,
    DateCell,
    IssueKey,
    LandingResult,
    RawResponse,
    RunRecord,
    SheetReading,
    StoredPack,
    TypedChunk,
)
from tests.example_counts import example_count
from tests.unit.integration.adapters.stored import EVENING, LATER, MORNING, NOW, dump, empty_store, response

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration.adapters.store import Store


# --- responses --------------------------------------------------------------------------------------------


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


DELIVERY = st.builds(response, st.sampled_from(["R1", "R2", "R3"]), st.sampled_from([MORNING, EVENING]))


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


# --- sheets, corrections, issues --------------------------------------------------------------------------


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


def test_an_issue_is_known_since_it_was_first_reported_and_forgotten_when_it_is_not(store: Store) -> None:
    one, other = (IssueKey("pulse", "R1", "team", "unknown_team", found) for found in ("Elmm", "Okk"))
    assert store.issues.reported_since([one], now=NOW) == [NOW]
    assert store.issues.reported_since([other, one, other], now=LATER) == [LATER, NOW, LATER]
    assert store.issues.reported_since([], now=LATER) == []
    assert store.issues.reported_since([one], now=LATER) == [LATER]


# --- what the flow remembers ------------------------------------------------------------------------------


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


def test_chunks_are_kept_by_their_rules_in_order(store: Store) -> None:
    store.chunks.save("pulse", "rules", TypedChunk(20, b"second"), replaces_all=False)
    store.chunks.save("pulse", "rules", TypedChunk(10, b"first"), replaces_all=False)
    store.chunks.save("pulse", "other rules", TypedChunk(10, b"other"), replaces_all=False)
    store.chunks.save("families", "rules", TypedChunk(10, b"families"), replaces_all=False)
    store.chunks.save("pulse", "rules", TypedChunk(10, b"first again"), replaces_all=False)
    assert store.chunks.all("pulse", "rules") == [TypedChunk(10, b"first again"), TypedChunk(20, b"second")]
    store.chunks.save("pulse", "new rules", TypedChunk(20, b"all"), replaces_all=True)
    assert store.chunks.all("pulse", "rules") == store.chunks.all("pulse", "other rules") == []
    assert store.chunks.all("pulse", "new rules") == [TypedChunk(20, b"all")]
    assert store.chunks.all("families", "rules") == [TypedChunk(10, b"families")]


def test_what_is_remembered_is_recalled_also_after_reopening(store: Store, url: str) -> None:
    assert store.state.bookmark("fingerprint").get() is None
    store.state.bookmark("fingerprint").set("one")
    store.state.bookmark("fingerprint").set("two")
    store.close()
    with closing(open_store(url)) as reopened:
        assert reopened.state.bookmark("fingerprint").get() == "two"


def test_the_ledger_tells_of_the_last_run_of_each_job(store: Store) -> None:
    store.runs.record("sync", started_at=NOW, ended_at=LATER, outcome="done", note="3 new")
    store.runs.record("sync", started_at=NOW, ended_at=NOW, outcome="failed", note="no folder")
    store.runs.record("publish", started_at=NOW, ended_at=NOW, outcome="done", note="")
    assert store.runs.last() == {
        "publish": RunRecord(NOW, "done", ""),
        "sync": RunRecord(NOW, "failed", "no folder"),
    }


# --- packs and mails --------------------------------------------------------------------------------------


def test_a_pack_has_a_new_version_only_when_its_figures_changed(store: Store) -> None:
    versions = [
        store.packs.save("northbrook", "2022-07", digest, "{}", built_at=at)
        for digest, at in [("a", NOW), ("a", LATER), ("b", LATER), ("a", LATER)]
    ]
    assert versions == [1, 1, 2, 3]
    assert store.packs.save("southmere", "2022-07", "a", "{}", built_at=NOW) == 1
    listed = [(pack.authority, pack.month, pack.version, pack.digest) for pack in store.packs.all()]
    assert listed == [
        ("northbrook", "2022-07", 1, "a"),
        ("northbrook", "2022-07", 2, "b"),
        ("northbrook", "2022-07", 3, "a"),
        ("southmere", "2022-07", 1, "a"),
    ]


def test_nobody_is_sent_a_months_pack_twice(store: Store) -> None:
    store.packs.save("northbrook", "2022-07", "a", "{}", built_at=NOW)
    assert store.deliveries.claim("northbrook", "2022-07", 1, "ada@example.org", "<1@x>")
    assert store.deliveries.claim("northbrook", "2022-07", 1, "ada@example.org", "<1@x>"), "nobody said that it went"
    assert store.packs.all()[0].mailed_at is None
    store.deliveries.confirm("<1@x>", sent_at=NOW)
    store.deliveries.confirm("<1@x>", sent_at=LATER)
    assert not store.deliveries.claim("northbrook", "2022-07", 1, "ada@example.org", "<1@x>")
    assert not store.deliveries.claim("northbrook", "2022-07", 2, "ada@example.org", "<2@x>")
    assert store.deliveries.claim("northbrook", "2022-07", 1, "ben@example.org", "<3@x>")
    assert store.deliveries.claim("northbrook", "2022-08", 1, "ada@example.org", "<4@x>")
    assert store.packs.all() == [StoredPack("northbrook", "2022-07", 1, "a", NOW, NOW)]


def test_a_mail_that_nobody_claimed_cannot_be_confirmed(store: Store) -> None:
    with pytest.raises(StoreError, match="no claim"):
        store.deliveries.confirm("<1@x>", sent_at=NOW)
