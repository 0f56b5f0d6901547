"""Holds what leaves for others against the truth: nothing personal, and nothing of another authority."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.truth.workbook import Book

if TYPE_CHECKING:
    from pathlib import Path

    from tests.truth.tally import Tally

PACK = ("pack.html", "pack.pdf", "pack.txt", "pack.json", "review.ics")
"""What every pack has; whatever else lies in its folder is held against the truth as well."""
PICTURE = re.compile(r"base64,[A-Za-z0-9+/=]+")


def check_disclosure(tally: Tally, truth: dict[str, Any], home: Path) -> None:
    """Hold the summaries, the packs of the reporting month and the outbox against the truth."""
    authorities = truth["sheets"]["changes_implemented"]
    secrets = sorted({secret for one in truth["pii"] for secret in one["secrets"]})
    for authority in authorities:
        others = _others(truth, authority)
        summary = home / f"summary-{authority}.xlsx"
        tally.same(f"{summary.name} is there", summary.is_file(), expected=True)
        if summary.is_file():
            _check_text(tally, summary.name, Book(summary).text(), secrets, others)
        folder = home / "packs" / truth["as_of"][:7] / authority
        there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        for name in sorted({*PACK, *there}):
            path = folder / name
            tally.same(f"{authority}: {name} is there", path.is_file() and path.stat().st_size > 0, expected=True)
            text = _read_text(path) if path.is_file() else None
            if text is not None:
                _check_text(tally, f"{authority}: {name}", PICTURE.sub("", text), secrets, others)
    mails = len(list((home / "outbox").glob("*.eml")))
    tally.same("a mail to each authority lies in the outbox", mails >= len(authorities), expected=True)


def _read_text(path: Path) -> str | None:
    """Return what stands in a file; None where it is no text, as a PDF is not."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def _others(truth: dict[str, Any], authority: str) -> set[str]:
    """Return the names of other authorities and their teams."""
    names = {other for other in truth["sheets"]["changes_implemented"] if other != authority}
    for rows in truth["rows"].values():
        names |= {row["team"] for row in rows.values() if row["authority"] != authority}
    return names


def _check_text(tally: Tally, what: str, text: str, secrets: list[str], others: set[str]) -> None:
    tally.same(f"{what}: personal", [secret for secret in secrets if secret in text], [])
    named = sorted(name for name in others if re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE))
    tally.same(f"{what}: names another authority or its team", named, [])
