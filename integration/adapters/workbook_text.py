"""Text as a cell of a spreadsheet can hold it."""

from __future__ import annotations

import re

LONGEST_TEXT = 32_767
"""What one cell of a workbook may hold, in UTF-16 units, as Excel counts them."""

CUT = " … [cut here; the service keeps the whole text]"

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")


def clean_texts(texts: list[str], *, longest: int = LONGEST_TEXT) -> list[str]:
    """Return what `clean_text` returns of each; where there is nothing to clean in any of them, at one look."""
    if "".join(texts).replace("\n", "").isprintable() and max(map(len, texts), default=0) <= longest // 2:
        return texts
    return [clean_text(text, longest=longest) for text in texts]


def clean_text(text: str, *, longest: int = LONGEST_TEXT) -> str:
    """Return the text with what XML forbids as U+FFFD, line ends as line feeds, cut above `longest` UTF-16 units."""
    if text.isprintable() and len(text) <= longest // 2:
        return text
    text = _FORBIDDEN.sub("\ufffd", _LINE_END.sub("\n", text))
    units = text.encode("utf-16-le")
    if len(units) <= 2 * longest:
        return text
    # A character outside the basic plane is two units: half of one is left out.
    return units[: 2 * (longest - len(CUT))].decode("utf-16-le", "ignore") + CUT
