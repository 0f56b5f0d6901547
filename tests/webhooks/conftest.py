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


@pytest.fixture
def hook_requests(pytestconfig: pytest.Config) -> int:
    """Return how many requests are made up from the description of each route."""
    return int(pytestconfig.getoption("--hook-requests"))


@pytest.fixture
def fuzz_runs(pytestconfig: pytest.Config) -> int:
    """Return how many requests the fuzzer makes up."""
    return int(pytestconfig.getoption("--fuzz-runs"))
