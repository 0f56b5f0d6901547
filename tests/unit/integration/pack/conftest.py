"""`pytest tests/unit/integration/pack --renew-golden` writes the golden files anew: read the diff before a commit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parents[4] / "tests" / "golden" / "pack"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew-golden", action="store_true", help="Write the golden files of the pack anew.")


@pytest.fixture
def assert_golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Return a check that the bytes are those of the golden file, or, when renewing, write them there."""

    def check(name: str, made: bytes) -> None:
        golden = GOLDEN / name
        if request.config.getoption("--renew-golden", default=False):
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_bytes(made)
        assert golden.read_bytes() == made, f"{name} has changed; renew it with --renew-golden if that is meant"

    return check
