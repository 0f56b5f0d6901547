"""Landing: what can be said of a reading before any of its values is read.

Pure: the readings come in, sentences for the project team go out. A sentence names questions, headings and
counts, never an answer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.fold import fold
from config.schema import GridField
from integration.model import DateCell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from config.schema import Form, Sheet
    from integration.model import Cell, Question, SheetReading


# --- has it shrunk? --------------------------------------------------------------------------------------


def check_shrink(before: SheetReading | None, now: SheetReading, share: float) -> str | None:
    """Say why a reading must replace nothing until a person confirms it; None where it may.

    Rows with any value count, without the heading. `share` is the part of the rows that may go missing
    between two readings.
    """
    return None if before is None else shrunk(_filled_rows(before), _filled_rows(now), share)


def shrunk(before: int, now: int, share: float) -> str | None:
    """Say that something went from `before` rows to `now`, where it is empty or lost more than the share."""
    what_to_do = "nothing that rests on it is replaced until a person has looked and confirms it"
    if before and not now:
        return f"It reads as empty, where {_rows(before)} stood before; {what_to_do}."
    # Rounded, because 0.29 of 100 rows is 28.999999999999996 in a computer's arithmetic.
    if before - now > round(before * share, 6):
        return f"It has {_rows(now)}, where {before} stood before; {what_to_do}."
    return None


def _filled_rows(reading: SheetReading) -> int:
    return sum(any(not _is_blank(cell) for cell in row) for row in reading.rows[1:])


def _is_blank(cell: Cell | DateCell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


# --- has the form changed? -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Expected:
    """A question that the configuration expects: for which field, its id, its words ("" if unsaid)."""

    place: str
    question_id: str | None
    title: str


def expected_questions(form: Form) -> Iterator[Expected]:
    """Give the questions that a form's fields name; a grid's row is `Question [Row]`, as Google writes it."""
    for field in form.fields:
        if isinstance(field, GridField):
            for key, row in field.rows.items():
                title = f"{field.question} [{row.label}]" if field.question else ""
                yield Expected(f"{field.name}.rows.{key}", row.id, title)
        else:
            yield Expected(field.name, field.id, field.question or "")


def drift(form: Form, questions: Sequence[Question]) -> tuple[str, ...]:
    """Say how the form differs from its fields: a sentence for each lost, reworded or unnamed question."""
    by_id = {question.question_id: question for question in questions}
    by_title = {fold(question.title): question for question in reversed(questions)}
    sentences: list[str] = []
    named: set[str] = set()
    for expected in expected_questions(form):
        by_words = by_title.get(fold(expected.title))
        question = by_words if expected.question_id is None else by_id.get(expected.question_id)
        if question is None:
            sentences.append(_lost(expected, by_words))
            continue
        named.add(question.question_id)
        if expected.title and fold(expected.title) != fold(question.title):
            sentences.append(_reworded(expected, question))
    sentences += [_unnamed(question) for question in questions if question.question_id not in named]
    return tuple(sentences)


def _lost(expected: Expected, twin: Question | None) -> str:
    wanted = f'"{expected.title}"' if expected.title else "its question"
    if expected.question_id is not None:
        wanted += f" (id {expected.question_id})"
    if twin is not None:
        advice = f"a question in the same words has the id {twin.question_id}: write that id"
    else:
        advice = "put the question back, or take the field out"
    return f"Field {expected.place}: the form no longer has {wanted}; {advice}."


def _reworded(expected: Expected, question: Question) -> str:
    return (
        f'Field {expected.place}: the question now reads "{question.title}", where the configuration has'
        f' "{expected.title}"; if it still asks the same, write the new words.'
    )


def _unnamed(question: Question) -> str:
    return (
        f'No field names the question "{question.title}" (id {question.question_id});'
        " its answers are stored but not read until a field does."
    )


# --- are the columns there? ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Headings:
    """What is wrong with a heading row: with an error the sheet cannot be read, with notices it can."""

    error: str | None
    notices: tuple[str, ...]


def missing_columns(sheet: Sheet, heading_row: Sequence[Cell | DateCell]) -> Headings:
    """Hold a sheet's heading row against its fields: no key column is an error, other drift a notice."""
    found = [_words(cell) for cell in heading_row if not _is_blank(cell)]
    count = Counter(map(fold, found))
    headings = {field.name: field.heading or field.name for field in sheet.fields}
    missing = {name: heading for name, heading in headings.items() if not count[fold(heading)]}
    unnamed = [heading for heading in found if fold(heading) not in set(map(fold, headings.values()))]
    return Headings(
        error=_missing_key([missing[name] for name in sheet.key if name in missing], found),
        notices=(
            *(_missing(name, heading, unnamed) for name, heading in missing.items() if name not in sheet.key),
            *(_doubled(heading) for heading in headings.values() if count[fold(heading)] > 1),
        ),
    )


def _words(cell: Cell | DateCell) -> str:
    if isinstance(cell, DateCell):
        return cell.iso
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _missing_key(missing: Sequence[str], found: Sequence[str]) -> str | None:
    if not missing:
        return None
    return (
        f"It has no column {_listed(missing)}, by which its rows are known, but {_listed(found)};"
        " put the heading back, or write the right one in the configuration."
    )


def _missing(name: str, heading: str, unnamed: Sequence[str]) -> str:
    others = f" (headings that no field names: {_listed(unnamed)})" if unnamed else ""
    return f'Field {name}: there is no column "{heading}"{others}; put the heading back or write the new one.'


def _doubled(heading: str) -> str:
    return f'The heading "{heading}" stands over more than one column; the first counts: rename the others.'


def _listed(headings: Iterable[str]) -> str:
    return ", ".join(f'"{heading}"' for heading in headings) or "no headings"
