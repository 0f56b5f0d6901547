"""Which question of a form belongs to which field, and which questions were reworded.

A question is known by its id, then by its wording, never by its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.schema import RowsField
from config.schema.fields import DetectedRewording
from config.spelling import fold_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from config.schema import FieldSpec, Form
    from config.yaml_positions import Step
    from integration.model import Question, RawResponse

RESPONSES_SAMPLED = 200
"""So many responses are enough to tell whether a form is another one."""


@dataclass(frozen=True, slots=True)
class ExpectedQuestion:
    """A question that the configuration expects: its field (and row of a grid), its id, its wording ("" for none)."""

    field: FieldSpec
    row: str
    question_id: str | None
    title: str

    @property
    def name(self) -> str:
        """The name of the column: `field`, or `field.row`."""
        return f"{self.field.name}.{self.row}" if self.row else self.field.name

    @property
    def steps(self) -> tuple[Step, ...]:
        """The way to it in the YAML."""
        return ("fields", self.field.name, *(("rows", self.row) if self.row else ()))


@dataclass(frozen=True, slots=True)
class QuestionMatch:
    """What the form has of an expected question.

    `question` is None where the form no longer has it; `twin` is then a question of the same wording with another id.
    """

    expected: ExpectedQuestion
    question: Question | None
    twin: Question | None = None


def list_expected_questions(form: Form) -> Iterator[ExpectedQuestion]:
    """Yield the questions that a form's fields name; a grid's row is `Question [Row]`, as Google writes it."""
    for field in form.fields:
        if isinstance(field, RowsField):
            for key, row in field.rows.items():
                title = f"{field.question} [{row.label}]" if field.question else ""
                yield ExpectedQuestion(field, key, row.id, title)
        else:
            yield ExpectedQuestion(field, "", field.id, field.question or "")


def match_questions(
    form: Form, questions: Sequence[Question], before: Sequence[Question] = ()
) -> tuple[QuestionMatch, ...]:
    """Return for each expected question what the form has of it now.

    `before` are the questions remembered of earlier readings: with them, a question for which the YAML has no id is
    still known when its wording changes.
    """
    by_id = {question.question_id: question for question in reversed(questions)}
    configured_ids = {expected.question_id for expected in list_expected_questions(form)}
    # Two fields may have the same words and different ids: a question of another field's id is never meant.
    free = [question for question in questions if question.question_id not in configured_ids]
    by_title = {fold_case(question.title): question for question in reversed(free)}
    earlier_ids = {fold_case(question.title): question.question_id for question in reversed(before)}
    matches = []
    for expected in list_expected_questions(form):
        title = fold_case(expected.title)
        twin = by_title.get(title) if expected.title else None
        if expected.question_id is not None:
            question = by_id.get(expected.question_id)
        else:
            earlier_id = earlier_ids.get(title, "") if expected.title else ""
            question = twin or (by_id.get(earlier_id) if earlier_id not in configured_ids else None)
        matches.append(QuestionMatch(expected, question, twin if question is None else None))
    return tuple(matches)


def merge_known_questions(form: Form, before: Sequence[Question], now: Sequence[Question]) -> tuple[Question, ...]:
    """Return the questions to remember after a reading: those of now, and of those before what a field still needs.

    A field for which the YAML has a wording and no id keeps the answers of a question that is gone or reworded only
    if the id with which that wording was asked is remembered.
    """
    expected = list(list_expected_questions(form))
    ids = {question.question_id for question in expected}
    titles = {fold_case(question.title) for question in expected if question.title}
    current = {(question.question_id, fold_case(question.title)) for question in now}
    needed = [
        question
        for question in before
        if (question.question_id, fold_case(question.title)) not in current
        and fold_case(question.title) in titles
        and question.question_id not in ids
    ]
    return (*now, *needed)


def is_another_form(form: Form, questions: Sequence[Question], responses: Sequence[RawResponse]) -> bool:
    """Return whether none of the sampled answers belongs to any question that the form's fields name.

    An answer may stand under the YAML's id, under the id of a question of the same wording, or (a CSV) under the
    wording.
    """
    expected = list(list_expected_questions(form))
    titles = {fold_case(question.title) for question in expected if question.title}
    ids = {question.question_id for question in expected if question.question_id}
    ids |= {question.question_id for question in questions if fold_case(question.title) in titles}
    ids |= {f"q:{title}" for title in titles}
    answered = [response.body for response in responses[:RESPONSES_SAMPLED] if '"textAnswers"' in response.body]
    return bool(answered) and not any(f'"{question_id}"' in body for body in answered for question_id in ids)


def find_rewordings(
    form: Form,
    questions: Sequence[Question],
    *,
    before: Sequence[Question],
    known: Sequence[DetectedRewording],
    today: date,
) -> tuple[DetectedRewording, ...]:
    """Return every rewording detected so far, those of this reading last: what is to be remembered instead of `known`.

    `before` are the questions as they were remembered; a question that is not among them is compared with the
    YAML's wording. Case and white space are no rewording, nor is one that is undone on the day it was detected: a slip
    of the keyboard must not break a series. `today` is the day of the reading in Europe/London.
    """
    rewordings = list(known)
    for new in _compare_with_before(form, questions, before, today):
        last = next((old for old in reversed(rewordings) if old.field == new.field), None)
        change = fold_case(new.was), fold_case(new.now)
        if last and last.was_read and last.on == today and change == (fold_case(last.now), fold_case(last.was)):
            rewordings.remove(last)
        elif last is None or change != (fold_case(last.was), fold_case(last.now)):
            rewordings.append(new)
    return tuple(rewordings)


def _compare_with_before(
    form: Form, questions: Sequence[Question], before: Sequence[Question], today: date
) -> Iterator[DetectedRewording]:
    earlier_questions = {question.question_id: question for question in reversed(before)}
    given: set[str] = set()
    for match in match_questions(form, questions, before):
        field, question = match.expected.field, match.question
        if question is None:
            continue
        earlier = earlier_questions.get(question.question_id)
        entries = list(field.reworded)
        if isinstance(field, RowsField):
            entries += [entry for row in field.rows.values() for entry in row.reworded]
        approved_early = {fold_case(entry.was) for entry in entries}
        for name, was, now in _pair_wordings(match.expected, earlier, question):
            # A wording that an entry calls the old one is that before a change that is approved and still to come.
            is_new = fold_case(was) != fold_case(now) and (earlier is not None or fold_case(now) not in approved_early)
            if was and is_new and name not in given:
                given.add(name)
                yield DetectedRewording(name, was, now, today, was_read=earlier is not None)


def _pair_wordings(
    expected: ExpectedQuestion, earlier: Question | None, now: Question
) -> Iterator[tuple[str, str, str]]:
    """Yield (field, wording before, wording now): of a grid's row the grid's title, and then the row's label."""
    field = expected.field
    if not isinstance(field, RowsField) or not now.grid:
        yield expected.name, earlier.title if earlier else expected.title, now.title
        return
    grid_before, row_before = field.question or "", field.rows[expected.row].label
    if earlier is not None:
        grid_before, row_before = split_grid_title(earlier, now.grid)
    yield field.name, grid_before, now.grid
    yield expected.name, row_before, split_grid_title(now, now.grid)[1]


def split_grid_title(question: Question, grid: str) -> tuple[str, str]:
    """Return the grid's title and the row's label; `grid` is that title where the question itself has none."""
    title = question.grid or grid
    start = f"{title} ["
    if question.title.startswith(start) and question.title.endswith("]"):
        return title, question.title[len(start) : -1]
    above, _, row = question.title.removesuffix("]").rpartition(" [")
    return above, row
