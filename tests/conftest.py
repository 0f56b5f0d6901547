"""What many tests are given."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.load import load
from config.schema import Settings

PROJECT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The configuration that is shipped."""
    return load(PROJECT / "config" / "crescendo")
