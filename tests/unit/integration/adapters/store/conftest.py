"""A store in each of the databases that it can lie in."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from integration.adapters.store import open_store
from tests.unit.integration.adapters.store.stored import empty_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from integration.adapters.store import Store


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty store."""
    if request.param == "SQLite":
        return empty_store(tmp_path)
    address: str = request.getfixturevalue("postgresql_url")
    return address


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Open it."""
    with closing(open_store(url)) as opened:
        yield opened
