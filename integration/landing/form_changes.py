"""How a form differs from its fields in the YAML: one sentence a difference, with the line of YAML to change.

1. Questions that the form no longer has.
2. Questions that were reworded.
3. Questions whose type or options are others than their field reads.
4. New questions, which no field reads.
5. Rewordings that the YAML has taken over without saying what they mean for the series.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from config.schema import ChoiceField, ChoicesField, GridField, LikertField, Option, ScaleField, TeamField
from config.schema.sources import find_unapproved_rewordings
from config.spelling import fold_case, nearest
from integration.landing.questions import match_questions, split_grid_title
from integration.model import QuestionType
from integration.text_format import format_date, quote, quote_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from config.schema import Form, Programme
    from config.schema.sources import DetectedRewording
    from config.yaml_positions import Step
    from integration.landing.questions import LocateInYaml, QuestionMatch
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
    if not isinstance(field, GridField) or not question.grid:
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


_ONE_CHOICE = frozenset({QuestionType.RADIO, QuestionType.DROP_DOWN})
_STEPS = frozenset({QuestionType.SCALE, QuestionType.RATING})
_TYPED = frozenset({QuestionType.TEXT, QuestionType.PARAGRAPH})
READABLE_TYPES: Mapping[str, frozenset[QuestionType]] = {
    "likert5": _ONE_CHOICE | _STEPS,
    "number": _TYPED | _ONE_CHOICE | _STEPS,
    "date": _TYPED | {QuestionType.DATE},
    "scale": _ONE_CHOICE | _STEPS,
    "choice": _ONE_CHOICE,
    "choices": frozenset({QuestionType.CHECKBOX}),
    "grid": _ONE_CHOICE,
    "code": _TYPED,
    "text": frozenset(QuestionType) - {QuestionType.CHECKBOX, QuestionType.FILE},
    "team": _ONE_CHOICE,
}
"""The types of question whose answers a type of field reads."""
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
    where = f"Field {field.name}"
    if question.type not in READABLE_TYPES.get(field.type, frozenset(QuestionType)):
        line, asks_for = locate("fields", field.name, "type"), QUESTION_TYPE_NAMES[question.type]
        fits = f"does not fit the type {field.type}; change it at {line}, or ask as before."
        changes: Iterable[str] = [f"the form now asks for {asks_for}, which {fits}"]
    else:
        match field:
            case ChoiceField() | ChoicesField() | GridField():
                changes = _describe_options(field, question, locate)
            case LikertField():
                changes = _describe_likert_labels(field, question, programme, locate)
            case ScaleField():
                changes = _describe_scale(field, question, locate)
            case TeamField():
                where = f"{where} ({locate('fields', field.name)})"
                changes = _describe_teams(question, programme)
            case _:
                changes = ()
    yield from (f"{where}: {change}" for change in changes)


def _describe_options(
    field: ChoiceField | ChoicesField | GridField, question: Question, locate: LocateInYaml
) -> Iterator[str]:
    takes_other = not isinstance(field, GridField) and field.other
    spellings: dict[str, set[str]] = {}
    for option in field.options:
        name, aliases = (option.name, option.aliases) if isinstance(option, Option) else (option, ())
        spellings[name] = _fold_all((name, *aliases))
    offered = {fold_case(label): label for label in question.options}
    known = set().union(*spellings.values())
    if not isinstance(field, GridField):
        known |= _fold_all((*field.no_answer, *(["other"] if takes_other else [])))
    new = [label for folded, label in offered.items() if folded not in known]
    gone = [name for name, folded in spellings.items() if not folded & offered.keys()]
    steps = ("fields", field.name, "options")
    read = "is read as “other”" if takes_other else "needs attention"
    for label in new:
        if was := nearest(label, gone):
            gone.remove(was)
            yield f"{quote(was)} now reads {quote(label)}; add it as an alias at {locate(*steps, was)}."
        else:
            yield f"the form offers a new option, {quote(label)}; add it at {locate(*steps)}: until then it {read}."
    for name in gone:
        line = locate(*steps, name)
        yield f"the form no longer offers {quote(name)}; put it back, or leave {line} for the answers that there are."
    if isinstance(field, GridField):
        return
    if question.other and not field.other:
        yield (
            f"people can now answer “Other”; write “other: true” at {locate('fields', field.name)}: until then what "
            "they type needs attention."
        )
    elif field.other and not question.other and "other" not in offered:
        yield (
            f"“Other” can no longer be answered; put it back, or leave {locate('fields', field.name, 'other')} for the "
            "answers that there are."
        )


def _describe_likert_labels(
    field: LikertField, question: Question, programme: Programme, locate: LocateInYaml
) -> Iterator[str]:
    """Compare the options with the programme's five labels; a bare 1 to 5 is read as well."""
    line = locate("fields", field.name, "type")
    if question.type in _STEPS:
        if (question.low, question.high) != (1, len(programme.likert5)):
            yield _describe_ends(question, f"{line} reads 1 to 5")
        return
    offered = _fold_all(question.options)
    spellings = {label: {fold_case(label), str(number)} for number, label in enumerate(programme.likert5, start=1)}
    known = set().union(*spellings.values(), _fold_all(field.no_answer))
    new = [label for label in question.options if fold_case(label) not in known]
    gone = [label for label in programme.likert5 if not spellings[label] & offered]
    if len(new) == len(gone):  # each stands where the old one stood
        for label, was in zip(new, gone, strict=True):
            yield (
                f"the label {quote(was)} now reads {quote(label)}, which {line} does not read; put the old label back, "
                "or make a new field of it."
            )
        new, gone = [], []
    for label in new:
        yield (
            f"the form offers {quote(label)}, which is none of the five labels (likert5 in programme.yaml); take it "
            f"out, or write it at {locate('fields', field.name, 'no_answer')} if it means no answer."
        )
    for label in gone:
        yield f"the form no longer offers the label {quote(label)} that {line} reads; put it back."
    if question.other:
        yield f"people can now answer “Other”, which {line} never reads; take it out again."


def _describe_scale(field: ScaleField, question: Question, locate: LocateInYaml) -> Iterator[str]:
    if question.type in _STEPS:
        if (question.low, question.high) != (field.low, field.high):
            line = locate("fields", field.name, "low" if question.low != field.low else "high")
            yield _describe_ends(question, f"{line} has {field.low} to {field.high}")
        return
    for label in question.options:
        if fold_case(label) not in map(str, range(field.low, field.high + 1)):
            yield (
                f"the form offers {quote(label)}, which is no whole number from {field.low} to {field.high} as "
                f"{locate('fields', field.name, 'type')} reads."
            )


def _describe_ends(question: Question, configured: str) -> str:
    return (
        f"the scale now goes from {question.low} to {question.high}, where {configured}; answers on another scale "
        "cannot be compared: put the old ends back, or make a new field of it."
    )


def _describe_teams(question: Question, programme: Programme) -> Iterator[str]:
    """Yield the options that are no team, and the teams that are missing beside others of their authority."""
    offered = _fold_all(question.options)
    known: set[str] = set()
    for authority in programme.authorities.values():
        spellings = {team.name: _fold_all((team.name, *team.aliases)) for team in authority.teams.values()}
        known = known.union(*spellings.values())
        gone = [name for name, folded in spellings.items() if not folded & offered]
        if len(gone) < len(spellings):
            for name in gone:
                yield f"the form no longer offers the team {quote(name)}; put it back in the form."
    for label in question.options:
        if fold_case(label) not in known:
            yield (
                f"the form offers {quote(label)}, which is no team; add it as a team or an alias in programme.yaml: "
                "until then its answers are refused."
            )


def _fold_all(labels: Iterable[str]) -> set[str]:
    return {fold_case(label) for label in labels}
