from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from integration.adapters.store import audit
from tests.unit.integration.adapters.store.stored import LATER, NOW

if TYPE_CHECKING:
    from integration.adapters.store import Store


def test_each_line_of_the_trail_is_chained_to_the_one_before(store: Store) -> None:
    first = store.audit.write(who="ada", action="forget", about="pulse/R1", detail="3 versions", now=NOW)
    second = store.audit.write(who="Жanna", action="approve", about="northbrook 2022-07", detail="", now=LATER)
    assert store.audit.lines() == [first, second]
    assert (first.previous, second.previous) == ("", first.digest)
    for line in (first, second):
        assert line.digest == audit.line_digest(
            line.previous, at=line.at, who=line.who, action=line.action, about=line.about, detail=line.detail
        )


def test_a_line_that_was_changed_no_longer_fits_its_digest(store: Store) -> None:
    store.audit.write(who="ada", action="forget", about="pulse/R1", detail="3 versions", now=NOW)
    with store.database.writing() as connection:  # somebody with a tool
        connection.execute(text("UPDATE audit SET who = 'ben'"))
    (line,) = store.audit.lines()
    found = audit.line_digest(
        line.previous, at=line.at, who=line.who, action=line.action, about=line.about, detail=line.detail
    )
    assert found != line.digest


def test_two_lines_that_say_the_same_are_two_lines(store: Store) -> None:
    for _ in range(2):
        store.audit.write(who="ada", action="look", about="x", detail="", now=NOW)
    assert len({line.digest for line in store.audit.lines()}) == 2
