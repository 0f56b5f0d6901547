"""How a form differs from its fields in the YAML: one sentence a difference, with the line of YAML to change.

1. Questions that the form no longer has.
2. Questions that were reworded.
3. Questions whose type or options are others than their field reads.
4. New questions, which no field reads.
5. Rewordings that the YAML has taken over without saying what they mean for the series.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from config.schema import RowsField
from config.schema.fields import find_unapproved_rewordings
from config.spelling import fold_case
from integration.kinds.fields import FIELD_KINDS
from integration.kinds.question_types import YamlContext
from integration.landing.questions import match_questions, split_grid_title
from integration.model import QuestionType
from integration.text_format import format_date, quote, quote_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.schema import Form, Programme
    from config.schema.fields import DetectedRewording
    from config.yaml_positions import Step
    from integration.kinds.question_types import LocateInYaml
    from integration.landing.questions import QuestionMatch
    from integration.model import Question


def describe_form_changes(  # noqa: PLR0913  # all that a form is compared with
    form: Form,
    questions: Sequence[Question],
    *,
    programme: Programme,
    locate: LocateInYaml,
    before: Sequence[Question] = (),
    rewordings: Sequence[DetectedRewording] = (),
) -> tuple[str, ...]:
    """Return how the form differs from its fields, a sentence for each difference.

    `before` are the questions remembered of earlier readings; `rewordings` those detected, this reading's included.
    """
    matches = match_questions(form, questions, before)
    by_field: dict[str, list[QuestionMatch]] = {}
    for match in matches:
        by_field.setdefault(match.expected.field.name, []).append(match)
    return (
        *(sentence for match in matches for sentence in _describe_lost(match, locate)),
        *(sentence for of_field in by_field.values() for sentence in _describe_rewordings(of_field, locate)),
        *(s for of_field in by_field.values() for s in _describe_answers(of_field, programme, locate)),
        *_describe_new(matches, questions, locate),
        *_describe_unapproved(form, matches, rewordings, locate),
    )


def _describe_lost(match: QuestionMatch, locate: LocateInYaml) -> Iterator[str]:
    expected, twin = match.expected, match.twin
    if match.question is not None:
        return
    if twin is not None:
        id_line = locate(*expected.steps, "id")
        yield f"Field {expected.name}: its question has another id now, {twin.question_id}; write it at {id_line}."
        return
    question = quote(expected.title) if expected.title else "its question"
    known = f" (id {expected.question_id})" if expected.question_id else ""
    yield (
        f"Field {expected.name}: the form no longer has {question}{known}. The field keeps what it had; put the "
        f"question back, or change {locate(*expected.steps)}."
    )


class _Wording(NamedTuple):
    """A wording that the YAML has at `steps` and what the form reads instead; `name` is `field` or `field.row`."""

    name: str
    steps: tuple[Step, ...]
    configured: str
    current: str

    @property
    def is_same(self) -> bool:
        """Whether they differ in nothing but case and white space."""
        return fold_case(self.configured) == fold_case(self.current)


def _compare_wordings(match: QuestionMatch) -> Iterator[_Wording]:
    """Yield the wordings of a question that the form has: of a grid's row the grid's title and the row's label."""
    expected, field, question = match.expected, match.expected.field, match.question
    if question is None:
        return
    if not isinstance(field, RowsField) or not question.grid:
        steps = (*expected.steps, "label" if expected.row else "question")
        yield _Wording(expected.name, steps, expected.title, question.title)
        return
    grid, row = split_grid_title(question, question.grid)
    yield _Wording(field.name, ("fields", field.name, "question"), field.question or "", grid)
    yield _Wording(expected.name, (*expected.steps, "label"), field.rows[expected.row].label, row)


def _describe_rewordings(matches: Sequence[QuestionMatch], locate: LocateInYaml) -> Iterator[str]:
    described: set[str] = set()  # each row of a grid has the grid's title as well
    for wording in (wording for match in matches for wording in _compare_wordings(match)):
        if wording.configured and wording.name not in described and not wording.is_same:
            described.add(wording.name)
            yield (
                f"Field {wording.name}: the question now reads {quote(wording.current)}, where "
                f"{locate(*wording.steps)} has {quote(wording.configured)}. Write the new words there, and the old "
                "ones under “reworded”: unless that says “same: yes”, a new series begins."
            )


def _describe_new(
    matches: Sequence[QuestionMatch], questions: Sequence[Question], locate: LocateInYaml
) -> Iterator[str]:
    known = [(match, question) for match in matches if (question := match.question or match.twin)]
    known_ids = {question.question_id for _, question in known}
    known_grids = {question.grid: match.expected.field.name for match, question in known if question.grid}
    rows_by_grid: dict[str, list[Question]] = {}
    for question in questions:
        if question.question_id in known_ids:
            continue
        if question.grid:
            rows_by_grid.setdefault(question.grid, []).append(question)
        else:
            yield (
                f"The form has a new question, {quote(question.title)} (id {question.question_id}), which no field "
                f"reads; its answers are kept. To read them, add a field at {locate('fields')}."
            )
    for grid, rows in rows_by_grid.items():
        labels = quote_list(split_grid_title(row, grid)[1] for row in rows)
        ids = ", ".join(row.question_id for row in rows)
        is_known = grid in known_grids
        line = locate("fields", known_grids[grid], "rows") if is_known else locate("fields")
        yield (
            f"The form has {'new rows in the grid' if is_known else 'a new grid,'} {quote(grid)}: {labels} "
            f"(ids {ids}), which no field reads; the answers are kept. To read them, add them at {line}."
        )


def _describe_unapproved(
    form: Form, matches: Sequence[QuestionMatch], rewordings: Sequence[DetectedRewording], locate: LocateInYaml
) -> Iterator[str]:
    wordings = (wording for match in matches for wording in _compare_wordings(match))
    taken_over = {wording.name: fold_case(wording.configured) for wording in wordings if wording.is_same}
    for rewording in find_unapproved_rewordings(form, rewordings):
        if taken_over.get(rewording.field) == fold_case(rewording.now):
            name, _, row = rewording.field.partition(".")
            steps = ("fields", name, *(("rows", row) if row else ()))
            yield (
                f"Field {rewording.field}: a new series begins on {format_date(rewording.on)}, when the new words were "
                f"first seen. Write under “reworded” at {locate(*steps)} who approved them and whether they ask the "
                f"same; the old words were {quote(rewording.was)}."
            )


QUESTION_TYPE_NAMES = {
    QuestionType.RADIO: "one choice of several",
    QuestionType.CHECKBOX: "tick boxes",
    QuestionType.DROP_DOWN: "one choice from a list",
    QuestionType.SCALE: "a scale",
    QuestionType.RATING: "a rating",
    QuestionType.DATE: "a date",
    QuestionType.TIME: "a time",
    QuestionType.TEXT: "a short text",
    QuestionType.PARAGRAPH: "a long text",
    QuestionType.FILE: "a file",
}


def _describe_answers(matches: Sequence[QuestionMatch], programme: Programme, locate: LocateInYaml) -> Iterator[str]:
    """Yield how one field's options differ from those of its question; a grid's rows share their options.

    A question of which only the wording is known (a CSV download) says nothing of its answers.
    """
    known = (match.question for match in matches if match.question and match.question.type is not QuestionType.UNKNOWN)
    question, field = next(known, None), matches[0].expected.field
    if question is None:
        return
    kind = FIELD_KINDS[field.type]
    if question.type not in kind.asked_as:
        line, asks_for = locate("fields", field.name, "type"), QUESTION_TYPE_NAMES[question.type]
        fits = f"does not fit the type {field.type}; change it at {line}, or ask as before."
        yield f"Field {field.name}: the form now asks for {asks_for}, which {fits}"
    else:
        yield from kind.compare_with_question(field, question, YamlContext(programme, locate))
