"""A restored backup brings no forgotten person back, and the audit trail goes on."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from integration.operations.audit import find_broken_line, record_action
from integration.operations.backup import replace_store
from tests.system.erasure.small_programme import CODE, MINE, find_phrases

if TYPE_CHECKING:
    from pathlib import Path

    from tests.system.erasure.small_programme import SmallProgramme


@pytest.fixture
def away(programme: SmallProgramme, tmp_path: Path) -> Path:
    """Return a backup that was taken away to another machine, with a line of the audit trail in it."""
    write_down(programme, "status", "before the backup")
    taken = tmp_path / "taken away.db"
    shutil.move(programme.back_up("crescendo-away.db"), taken)
    return taken


def write_down(programme: SmallProgramme, action: str, about: str) -> None:
    service = programme.service()
    record_action(service, action, about)
    service.close()


def put_back(programme: SmallProgramme, backup: Path) -> str:
    """Restore the backup, and return what the command says."""
    service = programme.service()
    return replace_store(service, backup, now=programme.now).in_words()


def trail(programme: SmallProgramme) -> list[str]:
    """Return what was done, in order; the chain holds."""
    service = programme.service()
    lines = service.store.audit.lines()
    service.close()
    assert find_broken_line(lines) is None
    return [line.action for line in lines]


def test_a_backup_that_was_taken_away_brings_nobody_back(programme: SmallProgramme, away: Path) -> None:
    programme.forget(code=CODE)
    done = trail(programme)
    said = put_back(programme, away)
    assert "stays forgotten; erased from it again: 2." in said
    assert "The audit trail goes on: 2 of its lines" in said
    assert "is back" not in said
    assert find_phrases(programme.home) == {}
    assert trail(programme) == done == ["status", "forget", "forget"]
    programme.later(hours=1).run(pack=False)
    assert find_phrases(programme.home) == {}, "no sync brings them back either"


def test_what_an_erasure_has_still_to_do_is_still_known_after_a_restore(programme: SmallProgramme, away: Path) -> None:
    service = programme.service()
    begun = service.store.erasures.erase({"pulse": [MINE[0]]}, why="forget", now=programme.now)
    service.close()
    put_back(programme, away)
    service = programme.service()
    assert service.store.state.unfinished_erasure.get() == begun
    service.close()


def test_where_nobody_was_forgotten_nothing_is_erased(programme: SmallProgramme, away: Path) -> None:
    before = find_phrases(programme.home)
    said = put_back(programme, away)
    assert "nothing of it was in the backup" in said
    assert set(find_phrases(programme.home)) == set(before)


@pytest.mark.parametrize(
    ("content", "says"), [(None, "There was no store there before"), (b"lost", "could not be read")]
)
def test_where_nobody_can_be_asked_it_is_said_what_is_back(
    programme: SmallProgramme, away: Path, content: bytes | None, says: str
) -> None:
    programme.forget(code=CODE)
    store = programme.home / "crescendo.db"
    store.unlink()
    if content is not None:
        store.write_bytes(content * 1000)
    said = put_back(programme, away)
    assert says in said
    assert "is back: forget it again" in said
    assert "stays forgotten" not in said


def test_the_trail_of_another_store_is_left_where_it_is(programme: SmallProgramme, away: Path) -> None:
    (programme.home / "crescendo.db").unlink()
    write_down(programme, "sync", "a store of its own")
    said = put_back(programme, away)
    assert "is another one, and was not carried over" in said
    assert trail(programme) == ["status"]
