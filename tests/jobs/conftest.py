"""A home folder in which the demo has run once, shared by the tests that only look at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.jobs.commands import run


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home folder of the demo on the shipped sample."""
    folder = tmp_path_factory.mktemp("demo")
    ran = run("demo", "--home", folder)
    assert ran.code == 0, ran.err
    return folder
