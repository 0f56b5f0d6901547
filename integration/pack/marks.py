"""Where the marks [c] and [x] are explained: where each first stands, so that no page explains what it has not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from integration.pack.tell import HIDDEN_MARK, HIDDEN_NOTE, NO_ANSWERS_MARK, NO_ANSWERS_NOTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from integration.pack.behind import BehindTable
    from integration.pack.content import PackContent, Section

NOTES = {HIDDEN_MARK: HIDDEN_NOTE, NO_ANSWERS_MARK: NO_ANSWERS_NOTE}


class PageMarks(NamedTuple):
    """The line on marks of the first page, of each section's figures, of each table behind the charts; "" if none."""

    first_page: str
    sections: tuple[str, ...]
    behind: tuple[str, ...]


def page_marks(content: PackContent, behind: Sequence[BehindTable]) -> PageMarks:
    """Return what to explain where in outputs that have the tables behind the charts at their end."""
    sections = [section_words(section) for section in content.sections]
    tables = [[cell for cells in table.rows for cell in cells] for table in behind]
    first, *others = explained([headline_words(content), *sections, *tables])
    return PageMarks(first, tuple(others[: len(sections)]), tuple(others[len(sections) :]))


def explained(blocks: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return for each block of words, in the order of reading, what the marks mean that stand in none before it."""
    known: set[str] = set()
    notes = []
    for block in blocks:
        words = "\n".join(block)
        new = [mark for mark in NOTES if mark in words and mark not in known]
        known.update(new)
        notes.append(" ".join(NOTES[mark] for mark in new))
    return tuple(notes)


def headline_words(content: PackContent) -> list[str]:
    """Return the words of the first page in which a mark may stand."""
    return [f"{headline.figure.main} {headline.since}" for headline in content.headlines]


def section_words(section: Section) -> list[str]:
    """Return the figures of a section's table."""
    return [figure.main for row in section.rows for figure in row.figures if figure]
