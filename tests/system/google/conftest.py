"""Programmes in the stand-in for Google that were read and published once, and copies of them to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.google import StandIn
from tests.generate import main as generate
from tests.system.google.story import FORMS, Story, begin, copy_of, small_config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANSWERS = 80
SMALL_AS_OF = "2021-10-05"


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Give a small programme of the first weeks, read and published; it is only looked at."""
    folder = tmp_path_factory.mktemp("small")
    generate(["--seed", "5", "--out", str(folder / "data"), "--as-of", SMALL_AS_OF])
    for key in ("time_and_barriers", "change_idea"):
        (folder / "data" / "forms" / key / "form.json").unlink()
    config = small_config(folder / "small")
    with StandIn() as google:
        story = begin(google, folder / "home", data=folder / "data", config=config, as_of=SMALL_AS_OF)
        for key in FORMS:
            story.responses(key)[:] = story.responses(key)[:ANSWERS]
        story.sync()
        story.publish()
        yield story


@pytest.fixture
def lost_calls(pytestconfig: pytest.Config) -> int:
    """Return how many calls to Google go wrong, each in a run of its own: a few, or as `make chaos` says."""
    return int(pytestconfig.getoption("--lost-calls"))


@pytest.fixture
def google() -> Iterator[StandIn]:
    """Give a stand-in of this test alone; at its end no call may have asked for what we must never do."""
    with StandIn() as running:
        yield running


@pytest.fixture
def story(small: Story, google: StandIn, tmp_path: Path) -> Story:
    """Return a copy of the small programme, read and published, to do things with."""
    return copy_of(small, google, tmp_path / "home")
