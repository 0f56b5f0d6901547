"""A programme in which everybody has answered: made once, copied for each test that does things with it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.system.erasure.small_programme import PHRASES, fill, make_programme

if TYPE_CHECKING:
    from pathlib import Path

    from tests.system.erasure.small_programme import SmallProgramme


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> SmallProgramme:
    """Return the programme, published, with two backups and a leftover; it is only looked at."""
    programme = make_programme(tmp_path_factory.mktemp("published"))
    fill(programme)
    (programme.home / ".data.xlsx.0a1b2c3d.writing").write_text(PHRASES["an edit"], encoding="utf-8")
    return programme


@pytest.fixture
def programme(published: SmallProgramme, tmp_path: Path) -> SmallProgramme:
    """Return a copy of it, to do things with."""
    shutil.copytree(published.home, tmp_path / "home")
    shutil.copytree(published.data, tmp_path / "data")
    return replace(published, home=tmp_path / "home", data=tmp_path / "data")
