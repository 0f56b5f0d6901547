"""Readings of shared sheets: every one that differed from the one before."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, insert, select

from integration.adapters.store.tables import readings
from integration.model import DateCell, SheetReading

if TYPE_CHECKING:
    from sqlalchemy import Connection

_CELLS = msgspec.json.Decoder(tuple[tuple[str | int | float | bool | DateCell | None, ...], ...])


def land(connection: Connection, source: str, reading: SheetReading, received_at: str) -> bool:
    """Store the reading if it differs from the newest one; return whether it did."""
    cells = msgspec.json.encode(reading.rows)
    digest = hashlib.sha256(cells).hexdigest()
    if digest == _newest(connection, source, "digest"):
        return False
    row = {"source": source, "digest": digest, "received_at": received_at, "cells": cells.decode()}
    connection.execute(insert(readings), row)
    return True


def newest(connection: Connection, source: str) -> SheetReading | None:
    """Return the newest reading of a sheet."""
    cells = _newest(connection, source, "cells")
    return None if cells is None else SheetReading(_CELLS.decode(cells))


def newest_received(connection: Connection) -> dict[str, str]:
    """Return the moment at which each sheet's newest reading was stored."""
    newest_of_each = select(func.max(readings.c.seq)).group_by(readings.c.source)
    query = select(readings.c.source, readings.c.received_at).where(readings.c.seq.in_(newest_of_each))
    return dict(connection.execute(query).all())


def _newest(connection: Connection, source: str, column: str) -> str | None:
    query = select(readings.c[column]).where(readings.c.source == source)
    found: str | None = connection.execute(query.order_by(readings.c.seq.desc()).limit(1)).scalar()
    return found
