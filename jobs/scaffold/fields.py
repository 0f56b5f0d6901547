"""A field for each question of a form, a grid's rows together in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.fold import clean, fold
from integration.model import Asks
from jobs.scaffold.findable import make_findable
from jobs.scaffold.guess import Guess, LeftOut, Row
from jobs.scaffold.kinds import Ground, guess_kind, is_likert
from jobs.scaffold.labels import distinct, one_line
from jobs.scaffold.people import ONE_OF, asks_for_code, find_team

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.schema import Programme
    from integration.model import Question

NO_TEAM_QUESTION = "Which team are you in?"


def guess_fields(questions: Sequence[Question], programme: Programme) -> list[Guess | LeftOut]:
    """Return a field for each question in order, or why there is none; exactly one field is of type team."""
    team = find_team(questions, programme)
    code = next((question for question in questions if asks_for_code(question)), None)
    ground = Ground(programme, team, code)
    guesses = [guess for group in _groups(questions) for guess in _guess_group(group, ground)]
    if team is None:
        guesses.insert(0, _team_not_asked(questions))
    return make_findable(guesses)


def _groups(questions: Sequence[Question]) -> Iterator[list[Question]]:
    """Give the rows of each grid together, and every other question alone."""
    group: list[Question] = []
    for question in questions:
        if group and not _goes_on(group, question):
            yield group
            group = []
        group.append(question)
    if group:
        yield group


def _goes_on(group: Sequence[Question], question: Question) -> bool:
    """Say whether the question is a further row of the grid; no grid has two rows with the same label."""
    first = group[0]
    is_same = (question.grid, question.asks, question.options) == (first.grid, first.asks, first.options)
    return bool(question.grid) and is_same and fold(question.title) not in {fold(row.title) for row in group}


def _guess_group(group: Sequence[Question], ground: Ground) -> Iterator[Guess | LeftOut]:
    first = group[0]
    options = distinct(first.options)
    # The rows of an agree-disagree grid are read as 1 to 5, each a field of its own; so are rows of tick boxes.
    if not first.grid or first.asks not in ONE_OF or not options or is_likert(first, ground):
        yield from (_guess(question, ground) for question in group)
        return
    rows = tuple(Row(one_line(row.question_id), label) for row, label in zip(group, _row_labels(group), strict=True))
    required = all(row.required for row in group)
    words = clean(first.grid)
    yield Guess("grid", words, words, required=required, more={"options": options}, rows=rows)


def _row_labels(group: Sequence[Question]) -> list[str]:
    """Return a label for each row; one that is empty, or like an earlier one, has its number."""
    labels: dict[str, str] = {}
    for number, row in enumerate(group, start=1):
        label = one_line(row.title.removeprefix(f"{row.grid} [").removesuffix("]")) or "Row"
        while fold(label) in labels:
            label = f"{label} {number}"
        labels[fold(label)] = label
    return list(labels.values())


def _guess(question: Question, ground: Ground) -> Guess | LeftOut:
    if question.asks is Asks.FILE:
        return LeftOut(question.title, "a file cannot be read; it stays with the form")
    kind = guess_kind(question, ground)
    about = _row_labels([question])[0] if question.grid else question.title
    google_id = one_line(question.question_id)
    return Guess(kind.type, clean(question.title), about, google_id, question.required, kind.more, remark=kind.remark)


def _team_not_asked(questions: Sequence[Question]) -> Guess:
    words, asked = NO_TEAM_QUESTION, {fold(words) for q in questions for words in (q.title, q.grid)}
    while fold(words) in asked:
        words += "?"
    remark = "the form does not ask this; ask it there, for an answer of no team counts nowhere"
    return Guess("team", words, words, required=True, remark=remark)
