"""A correction typed into needs_attention counts from the next sync on, is never lost and never read beside another."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from tests.fakes.google import StandIn
from tests.system.google.story import copy_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.fakes.google.call_log import Call
    from tests.system.google.story import Story

ATTENTION = "needs_attention"
HOURS: tuple[tuple[str | float, float], ...] = ((37.5, 37.5), (37, 37), ("37,5 hours", 37.5), (0, 0))
"""What is typed as the hours of a week, and what then counts."""


@pytest.fixture(scope="module")
def begun(small: Story, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Give a story in which some answers need attention, each in its own way; it is only looked at."""
    with StandIn() as google:
        story = copy_of(small, google, tmp_path_factory.mktemp("begun") / "home")
        story.answer("pulse", "a-unclear", team="Elm", ownership="Agreed!")
        for number in range(len(HOURS)):
            story.answer("pulse", f"b-hours-{number}", team="Elm", ownership="Agree", hours_total="many")
        story.answer("families", "c-unclear", team="Elm", needs_met="Yes!")
        story.answer("pulse", "e-code", team="Elm", ownership="Agree", code="not a code")
        story.sync()
        story.publish()
        yield story


@pytest.fixture
def waiting(begun: Story, google: StandIn, tmp_path: Path) -> Story:
    """Return a copy of that story, to do things with."""
    return copy_of(begun, google, tmp_path / "home")


def place(story: Story, key: str, tab: str = ATTENTION, heading: str = "correction") -> str:
    """Return the cell into which the correction of this answer is typed."""
    headings = list(map(str, story.google.values(story.data, tab)[0]))
    return f"{chr(ord('A') + headings.index(heading))}{story.row_number(tab, key=key)}"


def type_in(story: Story, key: str, value: str | float, tab: str = ATTENTION) -> None:
    story.google.person.type(story.data, tab, place(story, key, tab), value)


def asked_about(story: Story, tab: str = ATTENTION) -> set[str]:
    return {str(row["key"]) for row in story.rows(tab)}


def field(story: Story, tab: str, key: str, name: str) -> Any:
    (row,) = [row for row in story.rows(tab) if row["response_id"] == key]
    return row[name]


def test_a_correction_counts_from_the_next_sync_and_its_row_leaves(waiting: Story) -> None:
    others = asked_about(waiting) - {"a-unclear"}
    type_in(waiting, "a-unclear", "Agree")
    assert "1 correction taken up" in waiting.sync().out
    waiting.publish()
    assert field(waiting, "pulse", "a-unclear", "ownership") == 4
    assert asked_about(waiting) == others
    assert waiting.sync().out == "sync: nothing new\n"
    assert "nothing had changed" in waiting.publish().out


def test_corrections_are_known_by_what_stands_beside_them_wherever_that_is(waiting: Story) -> None:
    person = waiting.google.person
    person.rename_tab(waiting.data, ATTENTION, "To mend")
    person.move_column(waiting.data, "To mend", "I", to="A")
    person.insert_column(waiting.data, "To mend", "C", ["our own", "x", "y"])
    person.sort(waiting.data, "To mend", "E", descending=True)
    type_in(waiting, "a-unclear", "Agree", "To mend")
    type_in(waiting, "c-unclear", "Disagree", "To mend")
    assert "2 corrections taken up" in waiting.sync().out
    waiting.publish()
    assert field(waiting, "pulse", "a-unclear", "ownership") == 4
    assert field(waiting, "families", "c-unclear", "needs_met") == 2
    assert {"a-unclear", "c-unclear"} & asked_about(waiting, "To mend") == set()
    assert "nothing had changed" in waiting.publish().out


def test_a_number_is_typed_as_a_number(waiting: Story) -> None:
    for number, (typed, _) in enumerate(HOURS):
        type_in(waiting, f"b-hours-{number}", typed)
    assert f"{len(HOURS)} corrections taken up" in waiting.sync().out
    waiting.publish()
    for number, (_, counts) in enumerate(HOURS):
        assert field(waiting, "pulse", f"b-hours-{number}", "hours_total") == counts
    assert not [key for key in asked_about(waiting) if key.startswith("b-hours-0")]


def test_a_correction_that_is_wrong_as_well_stays_asked_about(waiting: Story) -> None:
    type_in(waiting, "b-hours-0", "lots")
    waiting.sync()
    waiting.publish()
    assert "b-hours-0" in asked_about(waiting)
    type_in(waiting, "b-hours-0", "38")
    assert "1 correction taken up" in waiting.sync().out
    waiting.publish()
    assert field(waiting, "pulse", "b-hours-0", "hours_total") == 38
    assert "b-hours-0" not in asked_about(waiting)


def test_a_correction_typed_after_the_last_sync_waits_through_any_number_of_publishings(waiting: Story) -> None:
    """Publish takes it up itself, or leaves it where it is: it is never overwritten."""
    type_in(waiting, "a-unclear", "Agree")
    waiting.answer("pulse", "d-unclear", team="Elm", ownership="Sure")
    waiting.publish()
    waiting.sync()
    waiting.publish()
    assert field(waiting, "pulse", "a-unclear", "ownership") == 4
    assert "d-unclear" in asked_about(waiting)


MOMENTS: dict[str, Callable[[Call], bool]] = {
    "before it is asked when the file was changed": lambda call: call.name == "drive.files.get",
    "before the tab is read": lambda call: call.name == "sheets.spreadsheets.values.batchGet",
    "before rows are taken out": lambda call: call.name == "sheets.spreadsheets.batchUpdate",
    "before cells are written": lambda call: call.name == "sheets.spreadsheets.values.batchUpdate",
}


@pytest.fixture(scope="module")
def moving(begun: Story, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Give a story of which the next publishing takes rows of the tab out and adds others; it is only looked at."""
    with StandIn() as google:
        story = copy_of(begun, google, tmp_path_factory.mktemp("moving") / "home")
        story.google.person.sort(story.data, ATTENTION, "B")
        type_in(story, "a-unclear", "Agree")
        story.answer("families", "d-unclear", team="Elm", needs_met="Hm")
        story.sync()
        yield story


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_correction_typed_while_we_publish_is_taken_up_and_stays_beside_its_row(
    moving: Story, google: StandIn, tmp_path: Path, moment: str
) -> None:
    waiting = copy_of(moving, google, tmp_path / "home")
    waiting.google.meanwhile(lambda: type_in(waiting, "c-unclear", "Disagree"), on=MOMENTS[moment])
    waiting.publish()
    typed = {str(row["key"]): row["correction"] for row in waiting.rows(ATTENTION) if row["correction"] != ""}
    assert typed in ({"c-unclear": "Disagree"}, {})
    waiting.sync()
    waiting.publish()
    assert field(waiting, "families", "c-unclear", "needs_met") == 2
    assert asked_about(waiting).isdisjoint({"a-unclear", "c-unclear"})
    assert {"b-hours-0", "d-unclear"} <= asked_about(waiting)


def stored(story: Story) -> set[tuple[str, str]]:
    """Return the key and the value of every correction that was ever stored."""
    with closing(sqlite3.connect(story.home / "crescendo.db")) as store:
        return set(store.execute("SELECT key, value FROM corrections"))


Edit: TypeAlias = "Callable[[Story], None]"


def retype(story: Story) -> None:
    """Type another correction into a row that is about to be taken out, and one into a row that stays."""
    if any(row["key"] == "a-unclear" for row in story.rows(ATTENTION)):
        type_in(story, "a-unclear", "Disagree")
    type_in(story, "c-unclear", "Disagree")


def sort_and_retype(story: Story) -> None:
    """Move every row to another place first."""
    story.google.person.sort(story.data, ATTENTION, "B", descending=True)
    retype(story)


def insert_and_retype(story: Story) -> None:
    """Insert a row of one's own above all others first."""
    story.google.person.insert_row(story.data, ATTENTION, 2, ["a note"])
    retype(story)


class At:
    """Whether a call is the one of this number; without the ones that sign in, and those that read where so said."""

    def __init__(self, number: int, *, only_writes: bool) -> None:
        self._left = number
        self._only_writes = only_writes

    def __call__(self, call: Call) -> bool:
        if call.kind == "token" or (self._only_writes and call.reads):
            return False
        self._left -= 1
        return self._left < 0


EDITS = (retype, sort_and_retype, insert_and_retype)


def test_whatever_is_typed_at_any_call_of_a_publishing_is_stored(
    moving: Story, tmp_path: Path, lost_calls: int
) -> None:
    """Also into a row that this publishing takes out, and though rows move: `make chaos` tries every call."""
    every = lost_calls > len(EDITS) * 10
    for number in range(100) if every else range(1):
        for edit in EDITS if every else EDITS[:2]:
            with StandIn() as google:
                waiting = copy_of(moving, google, tmp_path / f"{edit.__name__}-{number}")
                there: list[bool] = []

                def act(waiting: Story = waiting, there: list[bool] = there, edit: Edit = edit) -> None:
                    there.append(any(row["key"] == "a-unclear" for row in waiting.rows(ATTENTION)))
                    edit(waiting)

                google.meanwhile(act, on=At(number, only_writes=not every))
                waiting.publish()
                if not there:
                    return  # it made fewer calls
                waiting.sync()
                waiting.publish()
                wanted = {("c-unclear", "Disagree"), *([("a-unclear", "Disagree")] if there == [True] else [])}
                assert wanted <= stored(waiting), f"{edit.__name__} at call {number}"
                assert not [tab.title for tab in google.spreadsheet(waiting.data).tabs if tab.hidden]
                assert {"b-hours-0", "d-unclear"} <= asked_about(waiting)


def test_a_correction_typed_just_after_we_wrote_is_seen_though_the_file_looks_unchanged(waiting: Story) -> None:
    """Google may be slow to say that a file was changed."""
    waiting.sync()
    modified_at = waiting.google.file(waiting.data).modified_at
    type_in(waiting, "a-unclear", "Agree")
    waiting.google.file(waiting.data).modified_at = modified_at
    waiting.answer("families", "d-unclear", team="Elm", needs_met="Hm")
    waiting.sync()
    waiting.publish()
    waiting.sync()
    waiting.publish()
    assert field(waiting, "pulse", "a-unclear", "ownership") == 4


def test_a_tab_without_the_column_of_corrections_is_told_and_nothing_is_replaced(waiting: Story) -> None:
    waiting.google.person.delete_column(waiting.data, ATTENTION, "I")
    before = waiting.contents()
    assert "needs_attention" in waiting.sync(code=1).err
    assert waiting.contents() == before
    waiting.google.person.delete_tab(waiting.data, ATTENTION)
    waiting.sync()
    waiting.publish()
    assert {"a-unclear", "b-hours-0", "c-unclear"} <= asked_about(waiting)


def test_a_code_is_shown_to_nobody_and_its_correction_neither(waiting: Story) -> None:
    assert [row["found"] for row in waiting.rows(ATTENTION) if row["key"] == "e-code"] == ["(not shown)"]
    type_in(waiting, "e-code", "AB12")
    waiting.sync()
    waiting.publish()
    kept = waiting.standing()
    assert not [tab for tab, rows in kept.items() for row in rows if "AB12" in row or "not a code" in row]
    assert "e-code" not in asked_about(waiting)
