"""Who was forgotten stays forgotten when a backup that was taken away before is put back; so does who did what."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from integration.operations.audit import find_broken_line, list_lines, record_action
from integration.operations.backup import replace_store
from tests.system.erasing.household import CODE, MINE, places_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.system.erasing.household import Household


@pytest.fixture
def away(household: Household, tmp_path: Path) -> Path:
    """Return a backup that was taken away to another machine, with a line of the audit trail in it."""
    write_down(household, "status", "before the backup")
    taken = tmp_path / "taken away.db"
    shutil.move(household.back_up("crescendo-away.db"), taken)
    return taken


def write_down(household: Household, action: str, about: str) -> None:
    service = household.service()
    record_action(service, action, about)
    service.close()


def put_back(household: Household, backup: Path) -> str:
    """Restore the backup, and return what the command says."""
    service = household.service()
    return replace_store(service, backup, now=household.now).in_words()


def trail(household: Household) -> list[str]:
    """Return what was done, in order; the chain holds."""
    service = household.service()
    lines = list_lines(service)
    service.close()
    assert find_broken_line(lines) is None
    return [line.action for line in lines]


def test_a_backup_that_was_taken_away_brings_nobody_back(household: Household, away: Path) -> None:
    household.forget(code=CODE)
    done = trail(household)
    told = put_back(household, away)
    assert "stays forgotten; erased from it again: 2." in told
    assert "The audit trail goes on: 2 of its lines" in told
    assert "is back" not in told
    assert places_of(household.home) == {}
    assert trail(household) == done == ["status", "forget", "forget"]
    household.later(hours=1).run(pack=False)
    assert places_of(household.home) == {}, "no sync brings them back either"


def test_what_an_erasure_has_still_to_do_is_still_known_after_a_restore(household: Household, away: Path) -> None:
    service = household.service()
    begun = service.store.erasures.erase({"pulse": [MINE[0]]}, why="forget", now=household.now)
    service.close()
    put_back(household, away)
    service = household.service()
    assert service.store.erasures.unfinished() == begun
    service.close()


def test_where_nobody_was_forgotten_nothing_is_erased(household: Household, away: Path) -> None:
    before = places_of(household.home)
    told = put_back(household, away)
    assert "nothing of it was in the backup" in told
    assert set(places_of(household.home)) == set(before)


@pytest.mark.parametrize(
    ("content", "says"), [(None, "There was no store there before"), (b"lost", "could not be read")]
)
def test_where_nobody_can_be_asked_it_is_said_what_is_back(
    household: Household, away: Path, content: bytes | None, says: str
) -> None:
    household.forget(code=CODE)
    store = household.home / "crescendo.db"
    store.unlink()
    if content is not None:
        store.write_bytes(content * 1000)
    told = put_back(household, away)
    assert says in told
    assert "is back: forget it again" in told
    assert "stays forgotten" not in told


def test_the_trail_of_another_store_is_left_where_it_is(household: Household, away: Path) -> None:
    (household.home / "crescendo.db").unlink()
    write_down(household, "sync", "a store of its own")
    told = put_back(household, away)
    assert "is another one, and was not carried over" in told
    assert trail(household) == ["status"]
