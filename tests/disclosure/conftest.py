"""The six months of a programme, played once for all tests and processes that look at them."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from tests.disclosure.months import play_months
from tests.disclosure.programmes import write_programme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.disclosure.months import Played


@pytest.fixture(scope="session")
def play(shared_folder: Path) -> Callable[[str], Played]:
    """Return what gives the six months of the programme of a name; what lies in the folders is only looked at."""

    def play_once(name: str) -> Played:
        folder = shared_folder / "programmes"
        folder.mkdir(exist_ok=True)
        kept = folder / f"{name}.pickle"
        with FileLock(kept.with_suffix(".lock")):  # the first of the processes that run tests plays it for all
            if not kept.exists():
                programme = write_programme(name, folder / name)
                kept.write_bytes(pickle.dumps(play_months(programme, folder / name / "played")))
        played: Played = pickle.loads(kept.read_bytes())  # noqa: S301  # written just now by the same tests
        return played

    return play_once
