"""Has the form changed? A sentence for each question that is new, gone, reworded or has other answers than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.fold import fold
from config.schema import GridField
from config.series import unapproved
from integration.landing.answers import answer_differences
from integration.landing.questions import match_questions
from integration.landing.rewordings import split_row
from integration.landing.wording import listed, said
from integration.words import long_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.schema import Form, Programme
    from config.series import Rewording
    from integration.landing.questions import Match
    from integration.landing.wording import Place
    from integration.model import Question


def drift(  # noqa: PLR0913  # what a form is held against
    form: Form,
    questions: Sequence[Question],
    *,
    programme: Programme,
    place: Place,
    before: Sequence[Question] = (),
    seen: Sequence[Rewording] = (),
) -> tuple[str, ...]:
    """Say how the form differs from its fields, each difference in a sentence with the line of YAML to change.

    `before` are the questions remembered of earlier readings; `seen` the rewordings, those of this reading too.
    """
    matches = match_questions(form, questions, before)
    by_field: dict[str, list[Match]] = {}
    for match in matches:
        by_field.setdefault(match.expected.field.name, []).append(match)
    return (
        *(sentence for match in matches for sentence in _lost(match, place)),
        *(sentence for found in by_field.values() for sentence in _reworded(found, place)),
        *(s for found in by_field.values() for s in answer_differences(found, programme, place)),
        *_new(matches, questions, place),
        *_not_approved(form, matches, seen, place),
    )


def _lost(match: Match, place: Place) -> Iterator[str]:
    expected, twin = match.expected, match.twin
    if match.question is not None:
        return
    if twin is not None:
        id_place = place(*expected.steps, "id")
        yield f"Field {expected.name}: its question has another id now, {twin.question_id}; write it at {id_place}."
        return
    wanted = said(expected.title) if expected.title else "its question"
    known = f" (id {expected.question_id})" if expected.question_id else ""
    yield (
        f"Field {expected.name}: the form no longer has {wanted}{known}. The field keeps what it had; put the question "
        f"back, or change {place(*expected.steps)}."
    )


def _reworded(matches: Sequence[Match], place: Place) -> Iterator[str]:
    """Say where the words differ; of a grid the words above it once, and each row's label."""
    told: set[str] = set()
    for match in matches:
        if match.question is None:
            continue
        for name, steps, wanted, found in _words(match, match.question):
            if wanted and name not in told and fold(wanted) != fold(found):
                told.add(name)
                yield (
                    f"Field {name}: the question now reads {said(found)}, where {place(*steps)} has {said(wanted)}. "
                    "Write the new words there, and the old ones under “reworded”: unless that says “same: yes”, a new "
                    "series begins."
                )


def _words(match: Match, question: Question) -> Iterator[tuple[str, tuple[str | int, ...], str, str]]:
    expected, field = match.expected, match.expected.field
    if not isinstance(field, GridField) or not question.grid:
        yield expected.name, (*expected.steps, "label" if expected.row else "question"), expected.title, question.title
        return
    grid, row = split_row(question, question.grid)
    yield field.name, ("fields", field.name, "question"), field.question or "", grid
    yield expected.name, (*expected.steps, "label"), field.rows[expected.row].label, row


def _new(matches: Sequence[Match], questions: Sequence[Question], place: Place) -> Iterator[str]:
    named = {found.question_id for match in matches if (found := match.question or match.twin)}
    grids = {
        found.grid: match.expected.field.name
        for match in matches
        if (found := match.question or match.twin) and found.grid
    }
    unnamed = [question for question in questions if question.question_id not in named]
    rows_of: dict[str, list[Question]] = {}
    for question in unnamed:
        if question.grid:
            rows_of.setdefault(question.grid, []).append(question)
        else:
            yield (
                f"The form has a new question, {said(question.title)} (id {question.question_id}), which no field "
                f"reads; its answers are kept. To read them, add a field at {place('fields')}."
            )
    for grid, rows in rows_of.items():
        labels = listed(f"{split_row(row, grid)[1]}" for row in rows)
        ids = ", ".join(row.question_id for row in rows)
        where = place("fields", grids[grid], "rows") if grid in grids else place("fields")
        what = "new rows in the grid" if grid in grids else "a new grid,"
        yield (
            f"The form has {what} {said(grid)}: {labels} (ids {ids}), which no field reads; the answers are kept. To "
            f"read them, add them at {where}."
        )


def _not_approved(form: Form, matches: Sequence[Match], seen: Sequence[Rewording], place: Place) -> Iterator[str]:
    """Say which rewordings the YAML has taken over without saying what they mean for the series."""
    reads = {
        name: fold(wanted)
        for match in matches
        if match.question
        for name, _, wanted, found in _words(match, match.question)
        if fold(wanted) == fold(found)
    }
    for each in unapproved(form, seen):
        if reads.get(each.field) == fold(each.now):
            name, _, row = each.field.partition(".")
            steps = ("fields", name, *(("rows", row) if row else ()))
            yield (
                f"Field {each.field}: a new series begins on {long_date(each.on)}, when the new words were first seen. "
                f"Write under “reworded” at {place(*steps)} who approved them and whether they ask the same; the old "
                f"words were {said(each.was)}."
            )
