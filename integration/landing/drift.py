"""Has the form changed? Questions are known by their id, and then by their words; never by their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.fold import fold
from config.schema import GridField

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.schema import Form
    from integration.model import Question, RawResponse

LOOKED_AT = 200


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


def is_another_form(form: Form, questions: Sequence[Question], responses: Sequence[RawResponse]) -> bool:
    """Return whether none of the answers looked at belongs to any question that the form's fields name.

    An answer may stand under the YAML's id, under the id of a question in the same words, or (a CSV) under the words.
    """
    expected = list(expected_questions(form))
    words = {fold(each.title) for each in expected if each.title}
    ids = {each.question_id for each in expected if each.question_id}
    ids |= {question.question_id for question in questions if fold(question.title) in words}
    ids |= {f"q:{title}" for title in words}
    answered = [response.body for response in responses[:LOOKED_AT] if '"textAnswers"' in response.body]
    return bool(answered) and not any(f'"{each}"' in body for body in answered for each in ids)
