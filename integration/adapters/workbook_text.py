"""Text as a cell of a workbook can hold it."""

from __future__ import annotations

import re

LONGEST_TEXT = 32_767
"""What one cell may hold, in UTF-16 units, as Excel counts them."""

CUT = " … [cut here; the service keeps the whole text]"

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")


def clean_text(text: str) -> str:
    """Return the text with what XML forbids as U+FFFD, line ends as line feeds, and cut where it is too long."""
    if text.isprintable() and len(text) <= LONGEST_TEXT // 2:
        return text
    text = _FORBIDDEN.sub("\ufffd", _LINE_END.sub("\n", text))
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    # A character outside the basic plane is two units: half of one is left out.
    return units[: 2 * (LONGEST_TEXT - len(CUT))].decode("utf-16-le", "ignore") + CUT
