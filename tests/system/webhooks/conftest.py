"""How much the tests of the running web side bear: a little in `make test`, more in `make chaos`."""

from __future__ import annotations

import pytest

from tests.unit.webhooks.conftest import in_google

__all__ = ["in_google"]


@pytest.fixture
def hook_posts(pytestconfig: pytest.Config) -> int:
    """Return how many responses are posted while the web side is killed."""
    return int(pytestconfig.getoption("--hook-posts"))


@pytest.fixture
def hook_kills(pytestconfig: pytest.Config) -> int:
    """Return how often the web side is killed meanwhile."""
    return int(pytestconfig.getoption("--hook-kills"))


@pytest.fixture
def slow_posts(pytestconfig: pytest.Config) -> int:
    """Return how many responses are posted while other callers take for ever."""
    return int(pytestconfig.getoption("--slow-posts"))


@pytest.fixture
def whole_deadline(pytestconfig: pytest.Config) -> bool:
    """Say whether a slow caller is given as long as in production."""
    return bool(pytestconfig.getoption("--whole-deadline"))


@pytest.fixture
def fuzz_runs(pytestconfig: pytest.Config) -> int:
    """Return how many requests the fuzzer makes up."""
    return int(pytestconfig.getoption("--fuzz-runs"))
