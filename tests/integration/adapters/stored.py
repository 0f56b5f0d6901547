"""What the tests of the store share: a response in few words, where a store lies, all that is in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from integration.model import RawResponse

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2022, 7, 31, 9, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
MORNING, EVENING = "2022-03-01T09:00:00.000000000Z", "2022-03-01T18:00:00.000000001Z"


def response(response_id: str = "R1", submitted_at: str = MORNING, body: str = "{}") -> RawResponse:
    """Return a response, first submitted in the morning."""
    return RawResponse(response_id, MORNING, submitted_at, body)


def url_of(folder: Path) -> str:
    """Return the address of the store in a folder."""
    return f"sqlite:///{folder / 'crescendo.db'}"


def dump(folder: Path) -> list[str]:
    """Return every row of every table, as SQL."""
    with closing(sqlite3.connect(folder / "crescendo.db")) as connection:
        return list(connection.iterdump())
