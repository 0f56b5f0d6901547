"""A programme in which everybody has answered: made once, copied for each test that does things with it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.system.erasing.household import WORDS, begin, live_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.system.erasing.household import Household


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Household:
    """Return the programme, published, with two backups and a leftover; it is only looked at."""
    household = begin(tmp_path_factory.mktemp("lived"))
    live_in(household)
    (household.home / ".data.xlsx.0a1b2c3d.writing").write_text(WORDS["an edit"], encoding="utf-8")
    return household


@pytest.fixture
def household(lived: Household, tmp_path: Path) -> Household:
    """Return a copy of it, to do things with."""
    shutil.copytree(lived.home, tmp_path / "home")
    shutil.copytree(lived.data, tmp_path / "data")
    return replace(lived, home=tmp_path / "home", data=tmp_path / "data")
