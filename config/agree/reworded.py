"""The approved changes of a question's words: in the order of their days, and each from other words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.agree.fields import places
from config.fold import fold
from config.nearest import quoted
from config.schema import GridField
from config.series import with_new_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.draft import Document
    from config.errors import Problem
    from config.places import Step
    from config.schema import Form, Programme
    from config.schema.fields import Reworded


def check_reworded(document: Document[Form], programme: Programme | None) -> Iterator[Problem]:
    """Give the problems with the changes of words in a form; without a programme its days are not looked at."""
    for path, field in places(document.model.fields):
        yield from _check(document, path, field.reworded, field.question, programme)
        if isinstance(field, GridField):
            for key, row in field.rows.items():
                yield from _check(document, (*path, "rows", key), row.reworded, row.label, programme)


def _check(
    document: Document[Form],
    path: tuple[Step, ...],
    entries: tuple[Reworded, ...],
    words: str | None,
    programme: Programme | None,
) -> Iterator[Problem]:
    if entries and words is None:
        yield document.problem_of_key((*path, "reworded"), "reworded without question", "question: the words now")
        return
    for place, (entry, then) in enumerate(with_new_words(entries, words or "")):
        steps = (*path, "reworded", place)
        if fold(entry.was) == fold(then):
            yield document.problem((*steps, "was"), f"{quoted(entry.was)}, the words that follow it", "the old words")
        if place and entry.on <= entries[place - 1].on:
            found = f"{entry.on}, not after the change before it ({entries[place - 1].on})"
            yield document.problem((*steps, "on"), found, "the days in order, the oldest first")
        if programme and not programme.start <= entry.on <= programme.end:
            allowed = f"a day from {programme.start} to {programme.end}"
            yield document.problem((*steps, "on"), f"{entry.on}, outside the programme", allowed)
