"""What the tests of the store share: a response in few words, where a store lies, all that is in it."""

from __future__ import annotations

import atexit
import shutil
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import MetaData, create_engine, select
from sqlalchemy.pool import NullPool

from integration.adapters.store import open_store
from integration.model import PublishedFigure, RawResponse, ShownAs

NOW = datetime(2022, 7, 31, 9, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
MORNING, EVENING = "2022-03-01T09:00:00.000000000Z", "2022-03-01T18:00:00.000000001Z"

PUBLISHED = PublishedFigure(
    "northbrook", "ownership_positive", "elm", "fortnight", "1", NOW, ShownAs.FIGURE, told="", n=7.0, numerator=4.0,
    denominator=7.0, value=0.57, lower=None, upper=None, answers=bytes(8), persons=bytes(8),
)  # fmt: skip


def response(response_id: str = "R1", submitted_at: str = MORNING, body: str = "{}") -> RawResponse:
    """Return a response, first submitted in the morning."""
    return RawResponse(response_id, MORNING, submitted_at, body)


def url_of(folder: Path) -> str:
    """Return the address of the store in a folder."""
    return f"sqlite:///{folder / 'crescendo.db'}"


def empty_store(folder: Path) -> str:
    """Put an empty store of today into a folder; return its address."""
    shutil.copy(_made_once(), folder / "crescendo.db")
    return url_of(folder)


@cache
def _made_once() -> Path:
    folder = Path(mkdtemp(prefix="empty-store-"))
    atexit.register(shutil.rmtree, folder)
    open_store(url_of(folder)).close()
    return folder / "crescendo.db"


def dump(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    engine = create_engine(url, poolclass=NullPool)
    every = MetaData()
    with engine.connect() as connection:
        every.reflect(connection)
        rows = {table.name: connection.execute(select(table)).all() for table in every.sorted_tables}
    return {name: sorted((tuple(row) for row in found), key=repr) for name, found in rows.items()}
