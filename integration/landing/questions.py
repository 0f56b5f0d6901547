"""Which question of a form belongs to which field: known by its id, then by its words, never by its place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from config.schema import GridField
from config.schema.sources import DetectedRewording
from config.spelling import fold_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.positions import Step
    from config.schema import FieldSpec, Form
    from config.schema.sources import Reworded
    from integration.model import Question, RawResponse

RESPONSES_SAMPLED = 200


@dataclass(frozen=True, slots=True)
class ExpectedQuestion:
    """A question that the configuration expects: of which field (and row of a grid), its id, its words ("" if unsaid).

    `name` is the name of the column: `field`, or `field.row`.
    """

    field: FieldSpec
    row: str
    question_id: str | None
    title: str

    @property
    def name(self) -> str:
        """The name of the column."""
        return f"{self.field.name}.{self.row}" if self.row else self.field.name

    @property
    def steps(self) -> tuple[Step, ...]:
        """The way to it in the YAML."""
        return ("fields", self.field.name, *(("rows", self.row) if self.row else ()))


@dataclass(frozen=True, slots=True)
class QuestionMatch:
    """What the form has of an expected question.

    `question` is None where the form has lost it; `twin` is then a question in the same words under another id.
    """

    expected: ExpectedQuestion
    question: Question | None
    twin: Question | None = None


def list_expected_questions(form: Form) -> Iterator[ExpectedQuestion]:
    """Give the questions that a form's fields name; a grid's row is `Question [Row]`, as Google writes it."""
    for field in form.fields:
        if isinstance(field, GridField):
            for key, row in field.rows.items():
                title = f"{field.question} [{row.label}]" if field.question else ""
                yield ExpectedQuestion(field, key, row.id, title)
        else:
            yield ExpectedQuestion(field, "", field.id, field.question or "")


def match_questions(
    form: Form, questions: Sequence[Question], before: Sequence[Question] = ()
) -> tuple[QuestionMatch, ...]:
    """Return for each expected question what the form has of it now.

    `before` are the questions remembered of earlier readings: by them a question that the YAML knows by its words
    alone is known again when its words change.
    """
    by_id = {question.question_id: question for question in reversed(questions)}
    by_words = {fold_case(question.title): question for question in reversed(questions)}
    once = {fold_case(question.title): question.question_id for question in reversed(before)}
    claimed = {expected.question_id for expected in list_expected_questions(form)}
    matches = []
    for expected in list_expected_questions(form):
        twin = by_words.get(fold_case(expected.title)) if expected.title else None
        if expected.question_id is not None:
            found = by_id.get(expected.question_id)
        else:
            known = once.get(fold_case(expected.title), "") if expected.title else ""
            found = twin or (by_id.get(known) if known not in claimed else None)
        matches.append(QuestionMatch(expected, found, twin if found is None else None))
    return tuple(matches)


def merge_known_questions(form: Form, before: Sequence[Question], now: Sequence[Question]) -> tuple[Question, ...]:
    """Return the questions to remember after a reading: those of now, and of those before what a field still needs.

    A field that the YAML knows by its words alone keeps the answers of a question that is gone or reworded only if
    somebody remembers under which id those words were asked.
    """
    ids = {expected.question_id for expected in list_expected_questions(form)}
    words = {fold_case(expected.title) for expected in list_expected_questions(form) if expected.title}
    have = {(question.question_id, fold_case(question.title)) for question in now}
    needed = [
        question
        for question in before
        if (question.question_id, fold_case(question.title)) not in have
        and fold_case(question.title) in words
        and question.question_id not in ids
    ]
    return (*now, *needed)


def is_another_form(form: Form, questions: Sequence[Question], responses: Sequence[RawResponse]) -> bool:
    """Return whether none of the answers looked at belongs to any question that the form's fields name.

    An answer may stand under the YAML's id, under the id of a question in the same words, or (a CSV) under the words.
    """
    expected = list(list_expected_questions(form))
    words = {fold_case(each.title) for each in expected if each.title}
    ids = {each.question_id for each in expected if each.question_id}
    ids |= {question.question_id for question in questions if fold_case(question.title) in words}
    ids |= {f"q:{title}" for title in words}
    answered = [response.body for response in responses[:RESPONSES_SAMPLED] if '"textAnswers"' in response.body]
    return bool(answered) and not any(f'"{each}"' in body for body in answered for each in ids)


def find_rewordings(
    form: Form,
    questions: Sequence[Question],
    *,
    before: Sequence[Question],
    seen: Sequence[DetectedRewording],
    today: date,
) -> tuple[DetectedRewording, ...]:
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
        elif last is None or (fold_case(last.was), fold_case(last.now)) != (fold_case(new.was), fold_case(new.now)):
            found.append(new)
    return tuple(found)


def encode_rewordings(seen: Sequence[DetectedRewording]) -> str:
    """Return the rewordings as a text that can be remembered."""
    rows = [(each.field, each.was, each.now, each.on.isoformat(), each.was_read) for each in seen]
    return json.dumps(rows, ensure_ascii=False)


def decode_rewordings(text: str | None) -> tuple[DetectedRewording, ...]:
    """Return the rewordings of a remembered text; none where nothing was remembered."""
    rows = json.loads(text or "[]")
    return tuple(DetectedRewording(field, was, now, date.fromisoformat(on), read) for field, was, now, on, read in rows)


def _new(
    form: Form, questions: Sequence[Question], before: Sequence[Question], today: date
) -> Iterator[DetectedRewording]:
    once = {question.question_id: question for question in reversed(before)}
    given: set[str] = set()
    for match in match_questions(form, questions, before):
        expected, question = match.expected, match.question
        if question is None:
            continue
        earlier = once.get(question.question_id)
        for name, was, now in _changes(expected, earlier, question):
            known = {fold_case(entry.was) for entry in _entries(expected.field)}
            # Words that an entry calls the old ones are those before a change that is approved and still to come.
            is_new = fold_case(was) != fold_case(now) and (earlier is not None or fold_case(now) not in known)
            if was and is_new and name not in given:
                given.add(name)
                yield DetectedRewording(name, was, now, today, was_read=earlier is not None)


def _changes(expected: ExpectedQuestion, earlier: Question | None, now: Question) -> Iterator[tuple[str, str, str]]:
    """Give (field, words before, words now): of a grid's row the grid's words and the row's label, each for itself."""
    field = expected.field
    if not isinstance(field, GridField) or not now.grid:
        yield expected.name, earlier.title if earlier else expected.title, now.title
        return
    was_grid, was_row = field.question or "", field.rows[expected.row].label
    if earlier is not None:
        was_grid, was_row = split_grid_title(earlier, now.grid)
    yield field.name, was_grid, now.grid
    yield expected.name, was_row, split_grid_title(now, now.grid)[1]


def split_grid_title(question: Question, grid: str) -> tuple[str, str]:
    """Return the words above the grid and the row's label; `grid` are those words where the question has none."""
    words = question.grid or grid
    head = f"{words} ["
    if question.title.startswith(head) and question.title.endswith("]"):
        return words, question.title[len(head) : -1]
    above, _, row = question.title.removesuffix("]").rpartition(" [")
    return above, row


def _undoes(new: DetectedRewording, last: DetectedRewording) -> bool:
    return last.was_read and (fold_case(last.was), fold_case(last.now)) == (fold_case(new.now), fold_case(new.was))


def _entries(field: FieldSpec) -> Iterator[Reworded]:
    yield from field.reworded
    if isinstance(field, GridField):
        for row in field.rows.values():
            yield from row.reworded
