"""Any one call goes wrong, or the machine stops at it: all ends as after a clean run, and never looks empty.

A seeded handful of the calls and faults is tried, in `make chaos` each of them (--lost-calls).
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from integration.adapters.google.publishing import cell_changes, update_plan
from tests.fakes.google import StandIn
from tests.system.google.prepared_publish import Part, Rehearsal, Stood, work_out
from tests.system.google.story import copy_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.adapters.google.api.client import GoogleClient
    from tests.system.google.prepared_publish import Keeps
    from tests.system.google.story import Story

Case = TypeVar("Case")

ON_READS = ("half-body",)
ON_WRITES = ("reset", "500", "502-html", "lost-reply", "half-body", "500-applied")
SMALL_CALL = 6000
"""Bytes: as if every change were too large for one call."""


class Scene:
    """What stands, what is to be written, what a clean run makes of it and in how many calls."""

    def __init__(self, rehearsal: Rehearsal, before: Stood, keeps: Keeps) -> None:
        self.rehearsal = rehearsal
        self._before = before
        self._keeps = keeps
        self.begin_again()
        count = len(rehearsal.story.google.calls)
        self.write()
        self.calls = list(enumerate(rehearsal.story.calls_since(count)))
        self.clean = rehearsal.contents()

    def begin_again(self, *, watched: bool = False) -> None:
        """Let all stand as at the beginning; a watch looks at every change, for ever, so not everything has one."""
        self.rehearsal.begin_again(self._before)
        self._watches = [self.rehearsal.story.google.watch_tabs(each) for each in self.rehearsal.ids if watched]

    def write(self) -> None:
        self.rehearsal.write(self._keeps)

    def is_right(self) -> bool:
        """Say whether all stands as after a clean run."""
        return self.rehearsal.contents() == self.clean

    def is_settled(self) -> bool:
        """Say whether all is right, nobody saw a tab of ours empty or gone, and a further run writes nothing."""
        seen = {title for watch in self._watches for title, _ in (*watch.seen_empty, *watch.seen_gone)}
        is_right, count = self.is_right() and seen <= {"Sheet1"}, len(self.rehearsal.story.google.calls)
        self.write()
        return is_right and all(call.reads for call in self.rehearsal.story.calls_since(count))


@pytest.fixture(scope="module")
def rehearsal(small: Story, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    folder = tmp_path_factory.mktemp("rehearsal")
    with StandIn(discovery=False) as google, pytest.MonkeyPatch.context() as patch:
        story = copy_of(small, google, folder / "home")
        for name, value in story.environment.items():
            patch.setenv(name, value)
        yield Rehearsal(story)


@pytest.fixture(scope="module")
def first(rehearsal: Rehearsal) -> Keeps:
    """Return what is to be published first."""
    for number in range(3):
        rehearsal.story.answer("pulse", f"unclear {number}", team="Elm", ownership="Sure")
    rehearsal.story.sync()
    return work_out(rehearsal.story)


@pytest.fixture(scope="module")
def second(rehearsal: Rehearsal, first: Keeps) -> Keeps:
    """Return what is to be published next: new answers, others that were edited, other headcounts, another chart."""
    assert first.tabs
    story = rehearsal.story
    story.responses("pulse")[:] = [each for each in story.responses("pulse") if "unclear" not in each["responseId"]]
    for number, said in enumerate(("Agree", "Sure", "Disagree", "Hm")):
        story.answer("pulse", f"unclear {number}", "2024-01-01T11:00:00Z", team="Elm", ownership=said)
    for number in range(30):
        story.answer("pulse", f"new {number}", team=("Elm", "Oak")[number % 2], ownership="Strongly agree")
    story.sync()
    return work_out(story)


@pytest.fixture(scope="module", params=["new spreadsheets", "an update", "tabs too large for a call"])
def scene(
    request: pytest.FixtureRequest, rehearsal: Rehearsal, first: Keeps, second: Keeps,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scene]:  # fmt: skip
    folder = tmp_path_factory.mktemp("scene")
    blank = rehearsal.blank(folder / "blank")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "new spreadsheets":
            yield Scene(rehearsal, blank, second.part(Part.SUMMARY))
            return
        rehearsal.begin_again(blank)
        rehearsal.write(first)
        stood = rehearsal.stood(folder / "stood.db")
        if request.param == "an update":
            yield Scene(rehearsal, stood, second)
            return
        for module in (cell_changes, update_plan):
            patch.setattr(module, "LARGEST_CALL", SMALL_CALL)
        yield Scene(rehearsal, stood, second.part(Part.DATA))


def handful(cases: list[Case], count: int) -> list[Case]:
    """Return so many of the cases, drawn with a seed, in order; all, where there are no more."""
    drawn = set(random.Random(3).sample(range(len(cases)), min(count, len(cases))))
    return [case for place, case in enumerate(cases) if place in drawn]


def test_any_one_call_that_goes_wrong_is_made_good_in_the_same_run(scene: Scene, lost_calls: int) -> None:
    wrong = []
    faults = scene.rehearsal.story.google.faults
    of_reads = [(each, fault) for each in scene.calls if each[1].reads for fault in ON_READS]
    of_writes = [(each, fault) for each in scene.calls if not each[1].reads for fault in ON_WRITES]
    for (number, call), fault in [*handful(of_reads, lost_calls // 4), *handful(of_writes, lost_calls)]:
        watched = fault == "lost-reply"
        scene.begin_again(watched=watched)
        faults.script([*[None] * number, fault])
        scene.write()
        faults.clear()
        if not (scene.is_settled() if watched else scene.is_right()):
            wrong.append((fault, number, call.name))
    assert wrong == []


class Stopped(BaseException):
    """The machine stopped."""


def stop_after(patch: pytest.MonkeyPatch, client: GoogleClient, number: int) -> None:
    """Let the machine stop when the call of this number was made, before anything is noted of it."""
    made, real = iter(range(10**6)), client.request

    def request(*given: Any, **named: Any) -> Any:
        answer = real(*given, **named)
        if next(made) == number:
            raise Stopped
        return answer

    patch.setattr(client, "request", request)


def test_a_run_that_stops_after_any_call_is_made_good_by_the_next(scene: Scene, lost_calls: int) -> None:
    wrong = []
    for number, call in handful([each for each in scene.calls if not each[1].reads], lost_calls):
        scene.begin_again(watched=True)
        with pytest.MonkeyPatch.context() as patch:
            stop_after(patch, scene.rehearsal.client, number)
            with pytest.raises(Stopped):
                scene.write()
        scene.write()
        if not scene.is_settled():
            wrong.append((number, call.name))
    assert wrong == []
