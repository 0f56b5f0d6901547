"""Names of sheets that every spreadsheet program takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 31
TAKEN = ("cover", "contents", "notes", "headlines", "history")
"""Names that are ours, or that Excel keeps for itself."""

_REFUSED = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]+")


def sheet_names(titles: Iterable[str]) -> tuple[str, ...]:
    """Return a plain and unique name for each title: at most 31 characters, none that Excel refuses."""
    names: list[str] = []
    taken = set(TAKEN)
    for title in titles:
        # An apostrophe would break the link from Contents, and may not stand at either end.
        plain = " ".join(_REFUSED.sub(" ", title.replace("'", "\u2019")).split()) or "Sheet"
        name, number = plain[:LONGEST].strip(), 1
        while name.casefold() in taken:
            number += 1
            ending = f" {number}"
            name = plain[: LONGEST - len(ending)].strip() + ending
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
