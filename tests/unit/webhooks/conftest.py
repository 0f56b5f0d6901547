"""What the tests of the web side are given, and how much they bear: a little in `make test`, more in `make chaos`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.webhooks.google_programme import write_google_config

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def in_google(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a programme whose forms and spreadsheets are in Google; it is only read."""
    return write_google_config(tmp_path_factory.mktemp("in_google") / "config")


@pytest.fixture
def hook_requests(pytestconfig: pytest.Config) -> int:
    """Return how many requests are made up from the description of each route."""
    return int(pytestconfig.getoption("--hook-requests"))
