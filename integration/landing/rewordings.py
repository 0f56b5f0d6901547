"""Which questions were reworded, and on which day a reading first saw it: what a sync must remember of it."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from config.fold import fold
from config.schema import GridField
from config.series import Rewording
from integration.landing.questions import match_questions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.schema import FieldSpec, Form
    from config.schema.fields import Reworded
    from integration.landing.questions import Expected
    from integration.model import Question


def rewordings(
    form: Form, questions: Sequence[Question], *, before: Sequence[Question], seen: Sequence[Rewording], today: date
) -> tuple[Rewording, ...]:
    """Return every rewording seen so far, those of this reading last: what is to be remembered instead of `seen`.

    `before` are the questions as they were remembered; a question that is not among them is held against the
    YAML's words. Case and white space are no rewording, nor is one that is undone on the day it was seen: a slip of
    the keyboard must not break a series. `today` is the day of the reading in Europe/London.
    """
    found = list(seen)
    for new in _new(form, questions, before, today):
        last = next((old for old in reversed(found) if old.field == new.field), None)
        if last is not None and last.on == today and _undoes(new, last):
            found.remove(last)
        elif last is None or (fold(last.was), fold(last.now)) != (fold(new.was), fold(new.now)):
            found.append(new)
    return tuple(found)


def write_rewordings(seen: Sequence[Rewording]) -> str:
    """Return the rewordings as a text that can be remembered."""
    rows = [(each.field, each.was, each.now, each.on.isoformat(), each.was_read) for each in seen]
    return json.dumps(rows, ensure_ascii=False)


def read_rewordings(text: str | None) -> tuple[Rewording, ...]:
    """Return the rewordings of a remembered text; none where nothing was remembered."""
    rows = json.loads(text or "[]")
    return tuple(Rewording(field, was, now, date.fromisoformat(on), read) for field, was, now, on, read in rows)


def _new(form: Form, questions: Sequence[Question], before: Sequence[Question], today: date) -> Iterator[Rewording]:
    once = {question.question_id: question for question in reversed(before)}
    given: set[str] = set()
    for match in match_questions(form, questions, before):
        expected, question = match.expected, match.question
        if question is None:
            continue
        earlier = once.get(question.question_id)
        for name, was, now in _changes(expected, earlier, question):
            known = {fold(entry.was) for entry in _entries(expected.field)}
            # Words that an entry calls the old ones are those before a change that is approved and still to come.
            is_new = fold(was) != fold(now) and (earlier is not None or fold(now) not in known)
            if was and is_new and name not in given:
                given.add(name)
                yield Rewording(name, was, now, today, was_read=earlier is not None)


def _changes(expected: Expected, earlier: Question | None, now: Question) -> Iterator[tuple[str, str, str]]:
    """Give (field, words before, words now): of a grid's row the grid's words and the row's label, each for itself."""
    field = expected.field
    if not isinstance(field, GridField) or not now.grid:
        yield expected.name, earlier.title if earlier else expected.title, now.title
        return
    was_grid, was_row = field.question or "", field.rows[expected.row].label
    if earlier is not None:
        was_grid, was_row = split_row(earlier, now.grid)
    yield field.name, was_grid, now.grid
    yield expected.name, was_row, split_row(now, now.grid)[1]


def split_row(question: Question, grid: str) -> tuple[str, str]:
    """Return the words above the grid and the row's label; `grid` are those words where the question has none."""
    words = question.grid or grid
    head = f"{words} ["
    if question.title.startswith(head) and question.title.endswith("]"):
        return words, question.title[len(head) : -1]
    above, _, row = question.title.removesuffix("]").rpartition(" [")
    return above, row


def _undoes(new: Rewording, last: Rewording) -> bool:
    return last.was_read and (fold(last.was), fold(last.now)) == (fold(new.now), fold(new.was))


def _entries(field: FieldSpec) -> Iterator[Reworded]:
    yield from field.reworded
    if isinstance(field, GridField):
        for row in field.rows.values():
            yield from row.reworded
