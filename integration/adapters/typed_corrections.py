"""What people typed into the column `correction` of needs_attention, wherever its rows and columns stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.fold import fold
from integration.normalise.answers import as_text

if TYPE_CHECKING:
    from integration.model import SheetReading

ATTENTION = "needs_attention"
ASKED = ("source", "key", "field", "correction")
"""The columns by which a correction is known, wherever they stand."""


def typed_corrections(reading: SheetReading) -> list[tuple[str, str, str, str]]:
    """Return (source, key, field, value) of each; raises ValueError where a column is gone."""
    headings = [fold(as_text(cell)) for cell in reading.rows[0]] if reading.rows else []
    places = [headings.index(name) for name in ASKED]
    corrections = []
    for row in reading.rows[1:]:
        source, key, field, value = (as_text(row[i]) if i < len(row) else "" for i in places)
        if source.strip() and key and field.strip() and value.strip():
            corrections.append((source.strip(), key, field.strip(), value.strip()))
    return corrections
