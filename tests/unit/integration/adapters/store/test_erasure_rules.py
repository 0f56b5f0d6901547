"""Each table says what `forget` and `retention` do with it, and that is what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert

from integration.adapters.clock import write_moment
from integration.adapters.store import tables
from integration.adapters.store.tables import OnForget, erasure_rule
from integration.model import (
    AlertMail,
    AlertMailStatus,
    Condition,
    Correction,
    IssueKey,
    RetentionCategory,
    SheetReading,
    SlotState,
    TypedChunk,
)
from integration.operations.personal_data.retention import IN_TABLES
from tests.unit.integration.adapters.store.stored import LATER, NOW, PUBLISHED, dump, response

if TYPE_CHECKING:
    from integration.adapters.store import Store

LONG_AFTER = NOW.replace(year=2040)


def undeclared(metadata: MetaData) -> list[str]:
    """Return the tables that do not say what erasures do with them."""
    return [table.name for table in metadata.sorted_tables if erasure_rule(table) is None]


def declared(*, on_forget: OnForget | None = None, retention: RetentionCategory | None = None) -> set[str]:
    """Return the tables that say this of themselves."""
    rules = {table.name: erasure_rule(table) for table in tables.metadata.sorted_tables}
    return {
        name
        for name, rule in rules.items()
        if rule
        and (on_forget is None or rule.on_forget is on_forget)
        and (retention is None or rule.retention is retention)
    }


def test_a_table_that_says_nothing_is_named() -> None:
    other = MetaData()
    Table("visits", other, Column("seq", Integer, primary_key=True))
    assert undeclared(other) == ["visits"]
    assert undeclared(tables.metadata) == [], (
        "on_forget= and retention= are missing in integration/adapters/store/tables.py"
    )


def fill(store: Store) -> None:
    """Put something into each table; two rows where the newest always stays."""
    store.responses.land("pulse", [response("R1"), response("R2")], received_at=NOW)
    for cell in ("Elm", "Oak"):
        store.sheets.land("teams", SheetReading((("Team",), (cell,))), received_at=NOW)
        store.audit.write(who="ada", action="look", about=cell, detail="", now=NOW)
        store.runs.record("sync", started_at=NOW, ended_at=NOW, outcome="done", note=cell)
    store.corrections.add([Correction("pulse", "R1", "team", "Elm", "2022-07-31", by="Ada")])
    store.tombstones.add("pulse", ["gone"], why="asked", now=NOW)
    store.chunks.save("pulse", "rules", TypedChunk(2, b"typed"), replaces_all=True)
    store.issues.reported_since([IssueKey("pulse", "R1", "team", "unknown_team", "Elmm")], now=NOW)
    store.images.set("data", b"cells")
    store.state.gone_responses("pulse").set(frozenset({"R1"}))
    for version, digest in ((1, "a"), (2, "b")):  # the second is not sent to anybody
        assert store.packs.save("northbrook", "2022-07", digest, '{"as_of": "2022-07-31"}', built_at=NOW) == version
    store.published_figures.add([PUBLISHED], read_to=0)
    for person in ("ada", "ben"):
        store.deliveries.claim("northbrook", "2022-07", 1, f"{person}@example.org", f"<{person}@x>")
    store.deliveries.confirm("<ada@x>", sent_at=NOW)
    store.deliveries.notice_unconfirmed(NOW)
    store.alerts.add([Condition("failed/sync", "It failed.", "Look."), Condition("erased", "", "")], now=NOW)
    for mark in (store.alerts.mark_notified, store.alerts.mark_cleared, store.alerts.mark_all_clear):
        mark([1], now=NOW)
    store.alerts.save_mail(AlertMail(AlertMailStatus.UNDER_WAY, wrong=(2,), over=(1,), dated_at=NOW))
    ended = {
        "job": "sync", "state": SlotState.DONE, "covers": 1, "attempts": 1, "cut_short": 0, "retryable": 0,
        "planned_at": write_moment(NOW), "ended_at": write_moment(NOW), "by_whom": "", "note": "",
    }  # fmt: skip
    with store.database.writing() as connection:
        for due_at in (NOW, LATER):
            connection.execute(insert(tables.slots), ended | {"due_at": write_moment(due_at)})


def test_the_store_of_these_tests_has_something_in_each_table(store: Store, url: str) -> None:
    fill(store)
    rows = dump(url)
    assert [name for name in tables.metadata.tables if not rows[name]] == []


def test_forgetting_does_with_each_table_what_it_says(store: Store, url: str) -> None:
    fill(store)
    before = dump(url)
    doomed = {"pulse": store.responses.ids("pulse")}
    with store.database.writing() as connection:
        store.erasures.erase_from_copy(connection, doomed, why="asked", now=LATER, blank=lambda _: b"")
    after = dump(url)
    names = set(tables.metadata.tables)
    changed = {name for name in names if after[name] != before[name]}
    assert names - changed == declared(on_forget=OnForget.KEEPS)
    assert {name for name in changed if set(before[name]) < set(after[name])} == declared(on_forget=OnForget.RECORDS)
    erased = {name for name in changed if set(after[name]) < set(before[name])}
    may_be_emptied = declared(on_forget=OnForget.REWRITES)
    assert erased - may_be_emptied == declared(on_forget=OnForget.ERASES)
    assert may_be_emptied <= changed


@pytest.mark.parametrize("category", RetentionCategory)
def test_retention_takes_old_rows_from_the_tables_that_name_its_category(
    store: Store, url: str, category: RetentionCategory
) -> None:
    fill(store)
    before = dump(url)
    assert store.erasures.drop_before(category, LONG_AFTER, now=LONG_AFTER)
    after = dump(url)
    assert {name for name in tables.metadata.tables if len(after[name]) < len(before[name])} == declared(
        retention=category
    )


def test_retention_knows_every_category() -> None:
    assert set(IN_TABLES) == set(RetentionCategory)
