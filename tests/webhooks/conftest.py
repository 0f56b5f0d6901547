"""How much the tests of the web side are to bear: a little in `make test`, a lot in `make chaos`."""

from __future__ import annotations

import pytest


@pytest.fixture
def hook_posts(pytestconfig: pytest.Config) -> int:
    """Return how many responses are posted while the web side is killed."""
    return int(pytestconfig.getoption("--hook-posts"))


@pytest.fixture
def hook_kills(pytestconfig: pytest.Config) -> int:
    """Return how often the web side is killed meanwhile."""
    return int(pytestconfig.getoption("--hook-kills"))
