"""What the tests of the web side are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.webhooks.pushed import google_config

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def in_google(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a programme whose forms and spreadsheets are in Google; it is only read."""
    return google_config(tmp_path_factory.mktemp("in_google") / "config")
