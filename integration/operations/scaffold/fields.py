"""A field for each question of a form, a grid's rows together in one, and a short name for each."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from config.spelling import clean_text, fold_case, is_visible
from integration.kinds.fields import guess_type
from integration.kinds.guesses import (
    GuessContext,
    Value,
    asks_for_code,
    distinct_labels,
    find_team_question,
    is_likert,
    one_line,
)
from integration.kinds.question_types import ONE_CHOICE
from integration.model import QuestionType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from config.schema import Programme
    from integration.model import Question


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a grid."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class FieldGuess:
    """A field as it could be written, but for its name.

    `words` are the question's, `about` those of which a name is made. `more` are the keys that belong to the type, in
    their order. `remark` says what a person should check, "" where nothing was guessed.
    """

    type: str
    words: str
    about: str
    id: str = ""
    required: bool = False
    more: Mapping[str, Value] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class OmittedQuestion:
    """A question of which no field can be made, and the reason."""

    words: str
    reason: str


NO_TEAM_QUESTION = "Which team are you in?"


def guess_fields(questions: Sequence[Question], programme: Programme) -> list[FieldGuess | OmittedQuestion]:
    """Return a field for each question in order, or why there is none; exactly one field is of type team."""
    team, team_remark = find_team_question(questions, programme)
    code = next((question for question in questions if asks_for_code(question)), None)
    context = GuessContext(programme, team, team_remark, code)
    guesses = [guess for group in _group_grids(questions) for guess in _guess_group(group, context)]
    if team is None:
        words, asked = NO_TEAM_QUESTION, {fold_case(words) for q in questions for words in (q.title, q.grid)}
        while fold_case(words) in asked:
            words += "?"
        remark = "the form does not ask this; ask it there, for an answer of no team counts nowhere"
        guesses.insert(0, FieldGuess("team", words, words, required=True, remark=remark))
    return _remove_repeats(guesses)


def _group_grids(questions: Sequence[Question]) -> Iterator[list[Question]]:
    """Give the rows of each grid together, and every other question alone; no grid has two rows of the same label."""
    group: list[Question] = []
    for question in questions:
        row = group[0] if group else question
        is_same = (question.grid, question.type, question.options) == (row.grid, row.type, row.options)
        is_next_row = question.grid and is_same and fold_case(question.title) not in {fold_case(q.title) for q in group}
        if group and not is_next_row:
            yield group
            group = []
        group.append(question)
    if group:
        yield group


def _guess_group(group: Sequence[Question], context: GuessContext) -> Iterator[FieldGuess | OmittedQuestion]:
    first = group[0]
    options = distinct_labels(first.options)
    # The rows of an agree-disagree grid are read as 1 to 5, each a field of its own; so are rows of tick boxes.
    if not first.grid or first.type not in ONE_CHOICE or not options or is_likert(first, context):
        for question in group:
            if question.type is QuestionType.FILE:
                yield OmittedQuestion(question.title, "a file cannot be read; it stays with the form")
                continue
            type_name, guess = guess_type(question, context)
            yield FieldGuess(
                type_name,
                _words_of(question.title),
                _row_labels([question])[0] if question.grid else question.title,
                one_line(question.question_id),
                question.required,
                guess.more,
                remark=guess.remark,
            )
        return
    rows = tuple(Row(one_line(row.question_id), label) for row, label in zip(group, _row_labels(group), strict=True))
    required = all(row.required for row in group)
    words = _words_of(first.grid)
    yield FieldGuess("grid", words, words, required=required, more={"options": options}, rows=rows)


def _words_of(title: str) -> str:
    """Return the words of a question, "" where none can be seen."""
    return clean_text(title) if is_visible(title) else ""


def _row_labels(group: Sequence[Question]) -> list[str]:
    """Return a label for each row; one that is empty, or like an earlier one, has its number."""
    labels: dict[str, str] = {}
    for number, row in enumerate(group, start=1):
        label = one_line(row.title.removeprefix(f"{row.grid} [").removesuffix("]")) or "Row"
        while fold_case(label) in labels:
            label = f"{label} {number}"
        labels[fold_case(label)] = label
    return list(labels.values())


REPEATED = "another question has its id and its words, so its answers cannot be told from that one's"


def _remove_repeats(guesses: Iterable[FieldGuess | OmittedQuestion]) -> list[FieldGuess | OmittedQuestion]:
    """Return the fields with each id and each question once, the first time; one that has neither is left out."""
    every, ids, questions = list(guesses), set[str](), set[str]()
    # The team comes first wherever it stands: without it the form would not be read at all.
    fields = [(place, guess) for place, guess in enumerate(every) if isinstance(guess, FieldGuess)]
    for place, guess in sorted(fields, key=lambda each: each[1].type != "team"):
        rows = tuple(Row(_take(row.id, ids), row.label) for row in guess.rows)
        field = replace(guess, id=_take(guess.id, ids), words=_take(guess.words, questions), rows=rows)
        has_ids = all(row.id for row in rows) if rows else bool(field.id)
        every[place] = field if field.words or has_ids else OmittedQuestion(guess.words, REPEATED)
    return every


def _take(text: str, taken: set[str]) -> str:
    """Return the text and take it, without regard to its case; "" where it is taken."""
    folded = fold_case(text)
    if folded in taken:
        return ""
    taken.add(folded)
    return text


LONGEST_NAME = 30
MOST_WORDS = 3
FIRST_SENTENCE = r"[^?.!:;(\[]*[a-zA-Z0-9][^?.!:;(\[]*"
WITHOUT_APOSTROPHES = dict.fromkeys(map(ord, "'\N{RIGHT SINGLE QUOTATION MARK}"))
SMALL_WORDS = frozenset(
    """
    a about all also am an and any are as at be been being but by can could did do does each for from had has have how
    i if in into is it its just me more most much my of on or our out over please so some than that the their them then
    there these they this those to under up us very was we were what when where which who why will with would you your
    """.split()  # noqa: SIM905  # a list of words reads best as words
)
"""Words that say little by themselves."""


NOT_TEXT = frozenset({"null", "true", "false"})
"""What YAML takes for something other than a text."""


def short_name(words: str, taken: Collection[str], *, otherwise: str) -> str:
    """Return a name of a few of the words that is not taken; `otherwise` where no word can be part of a name."""
    return next(name for name in _possible_names(words, otherwise) if name not in taken)


def _possible_names(words: str, otherwise: str) -> Iterator[str]:
    """Give names, the best first: more and more words of the first sentence, then numbers.

    Small words are part of it only where there are no others.
    """
    decomposed = unicodedata.normalize("NFKD", words.translate(WITHOUT_APOSTROPHES))
    letters = decomposed.encode("ascii", "ignore").decode().lower()
    sentence = re.match(FIRST_SENTENCE, letters)
    every = re.findall(r"[a-z0-9]+", sentence[0] if sentence else letters)
    parts = [word for word in every if word not in SMALL_WORDS] or every
    for number in range(min(MOST_WORDS, len(parts)), len(parts) + 1):
        if name := _join(parts[:number]):
            yield name
    first = _join(parts[:MOST_WORDS]) or otherwise
    yield first
    yield from (f"{first}_{number}" for number in count(2))


def _join(parts: list[str]) -> str:
    """Return as many of the parts as fit into a name; a name begins with a letter."""
    name = ""
    for part in parts:
        longer = f"{name}_{part}" if name else part[:LONGEST_NAME]
        if len(longer) > LONGEST_NAME:
            break
        name = longer
    return f"q_{name}" if name[:1].isdigit() or name in NOT_TEXT else name
