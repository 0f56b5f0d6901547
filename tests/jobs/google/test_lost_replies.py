"""Any one call goes wrong, or the machine stops at it: the spreadsheets end as after a clean run, and never look empty."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from integration.adapters.google import changes, plan
from tests.google import StandIn
from tests.jobs.commands import PROJECT
from tests.jobs.google.story import copy_of
from tests.jobs.google.worked_out import Rehearsal, Stood, work_out

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from integration.adapters.google.client import GoogleClient
    from tests.jobs.google.story import Story
    from tests.jobs.google.worked_out import Keeps

FAULTS = ("reset", "500", "502-html", "lost-reply", "half-body", "500-applied")
SMALL_CALL = 6000
"""Bytes: as if every change were too large for one call."""


class Scene:
    """What stands, what is to be written, what a clean run makes of it and in how many calls."""

    def __init__(self, rehearsal: Rehearsal, before: Stood, keeps: Keeps) -> None:
        self.rehearsal = rehearsal
        self._before = before
        self._keeps = keeps
        self.begin_again()
        self.calls = self.write()
        self.clean = rehearsal.look()

    def begin_again(self) -> None:
        self.rehearsal.begin_again(self._before)
        self.watches = [self.rehearsal.story.google.watch_tabs(identity) for identity in self.rehearsal.ids]

    def write(self) -> int:
        return self.rehearsal.write(self._keeps)

    def is_right(self) -> bool:
        """Say whether all stands as after a clean run, and nobody saw a tab of ours empty or gone meanwhile."""
        seen = [title for watch in self.watches for title, _ in (*watch.seen_empty, *watch.seen_gone)]
        return self.rehearsal.look() == self.clean and set(seen) <= {"Sheet1"} and self.write_nothing()

    def write_nothing(self) -> bool:
        """Say whether a further run finds nothing to write."""
        count = len(self.rehearsal.story.google.calls)
        self.write()
        return all(call.reads for call in self.rehearsal.story.calls_since(count))


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
            yield Scene(rehearsal, blank, second)
            return
        rehearsal.begin_again(blank)
        rehearsal.write(first)
        stood = rehearsal.stood(folder / "stood.db")
        if request.param.startswith("tabs"):
            for module in (changes, plan):
                patch.setattr(module, "LARGEST_CALL", SMALL_CALL)
        yield Scene(rehearsal, stood, second)


@pytest.mark.parametrize("fault", FAULTS)
def test_any_one_call_that_goes_wrong_is_made_good_in_the_same_run(scene: Scene, fault: str) -> None:
    wrong = []
    for number in range(scene.calls):
        scene.begin_again()
        scene.rehearsal.story.google.faults.script([*[None] * number, fault])
        scene.write()
        scene.rehearsal.story.google.faults.clear()
        if not scene.is_right():
            wrong.append(number)
    assert wrong == []


class Stopped(BaseException):
    """The machine stopped."""


def stop_at(patch: pytest.MonkeyPatch, client: GoogleClient, number: int, *, is_sent: bool) -> None:
    """Let the machine stop at the call of this number: before it is sent, or when its answer comes."""
    made, real = iter(range(10**6)), client.request

    def request(*given: Any, **named: Any) -> Any:
        is_last = next(made) == number
        if is_last and not is_sent:
            raise Stopped
        answer = real(*given, **named)
        if is_last:
            raise Stopped
        return answer

    patch.setattr(client, "request", request)


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_run_that_stops_at_any_call_is_made_good_by_the_next(scene: Scene, is_sent: bool) -> None:  # noqa: FBT001  # a parameter
    wrong = []
    for number in range(scene.calls):
        scene.begin_again()
        with pytest.MonkeyPatch.context() as patch:
            stop_at(patch, scene.rehearsal.client, number, is_sent=is_sent)
            with pytest.raises(Stopped):
                scene.write()
        scene.write()
        if not scene.is_right():
            wrong.append(number)
    assert wrong == []


def test_a_publishing_that_is_killed_is_made_good_by_the_next(story: Story, tmp_path: Path, small: Story) -> None:
    with StandIn() as other:
        clean = copy_of(small, other, tmp_path / "clean")
        for each in (clean, story):
            each.answer("pulse", "new", team="Elm", ownership="Agree")
            each.google.person.delete_tab(each.data, "families")
            each.sync()
        clean.publish()
        expected = clean.look()
    watch = story.google.watch_tabs(story.data)
    command = [sys.executable, "-m", "jobs", "run", "publish", "--as-of", story.as_of,
               "--config", str(story.config), "--home", str(story.home)]  # fmt: skip
    publishing = subprocess.Popen(  # noqa: S603  # our own command
        command, cwd=PROJECT, env={"PATH": "/usr/bin:/bin"} | story.environment, stderr=subprocess.DEVNULL
    )
    story.google.meanwhile(
        lambda: publishing.send_signal(signal.SIGKILL), on=lambda call: call.name == "sheets.spreadsheets.values.batchUpdate"
    )
    assert publishing.wait() == -signal.SIGKILL
    story.publish()
    assert story.look() == expected
    assert watch.seen_empty == []
