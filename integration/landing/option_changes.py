"""How the type and the options of a question differ from those that its field reads: one sentence a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.schema import ChoiceField, ChoicesField, GridField, LikertField, Option, ScaleField, TeamField
from config.spelling import fold_case, nearest
from integration.model import QuestionType
from integration.text_format import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from config.schema import Programme
    from integration.landing.questions import LocateInYaml, QuestionMatch
    from integration.model import Question

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


def describe_option_changes(
    matches: Sequence[QuestionMatch], programme: Programme, locate: LocateInYaml
) -> Iterator[str]:
    """Yield how one field's options differ from those of its question; a grid's rows share their options.

    A question of which only the wording is known (a CSV download) says nothing of its answers.
    """
    typed = (match.question for match in matches if match.question and match.question.type is not QuestionType.UNKNOWN)
    question = next(typed, None)
    if question is None:
        return
    field = matches[0].expected.field
    if question.type not in READABLE_TYPES.get(field.type, frozenset(QuestionType)):
        yield (
            f"Field {field.name}: the form now asks for {QUESTION_TYPE_NAMES[question.type]}, which does not fit the "
            f"type {field.type}; change it at {locate('fields', field.name, 'type')}, or ask as before."
        )
        return
    match field:
        case ChoiceField() | ChoicesField():
            yield from _describe_options(field, question, locate)
            yield from _describe_other(field, question, locate)
        case GridField():
            yield from _describe_options(field, question, locate)
        case LikertField():
            yield from _describe_likert_labels(field, question, programme, locate)
        case ScaleField():
            yield from _describe_scale(field, question, locate)
        case TeamField():
            yield from _describe_teams(field, question, programme, locate)


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
        known |= _fold_all((*field.no_answer, *(("other",) if takes_other else ())))
    new = [label for folded, label in offered.items() if folded not in known]
    gone = [name for name, folded in spellings.items() if not folded & offered.keys()]
    steps = ("fields", field.name, "options")
    read = "is read as “other”" if takes_other else "needs attention"
    for label in new:
        was = nearest(label, gone)
        if was:
            gone.remove(was)
            line = locate(*steps, was)
            yield f"Field {field.name}: {quote(was)} now reads {quote(label)}; add it as an alias at {line}."
        else:
            yield (
                f"Field {field.name}: the form offers a new option, {quote(label)}; add it at {locate(*steps)}: until "
                f"then it {read}."
            )
    for name in gone:
        yield (
            f"Field {field.name}: the form no longer offers {quote(name)}; put it back, or leave "
            f"{locate(*steps, name)} for the answers that there are."
        )


def _describe_other(field: ChoiceField | ChoicesField, question: Question, locate: LocateInYaml) -> Iterator[str]:
    if question.other and not field.other:
        yield (
            f"Field {field.name}: people can now answer “Other”; write “other: true” at "
            f"{locate('fields', field.name)}: until then what they type needs attention."
        )
    elif field.other and not question.other and "other" not in map(fold_case, question.options):
        yield (
            f"Field {field.name}: “Other” can no longer be answered; put it back, or leave "
            f"{locate('fields', field.name, 'other')} for the answers that there are."
        )


def _describe_likert_labels(
    field: LikertField, question: Question, programme: Programme, locate: LocateInYaml
) -> Iterator[str]:
    """Compare the options with the programme's five labels; a bare 1 to 5 is read as well."""
    type_line = locate("fields", field.name, "type")
    if question.type in _STEPS:
        if (question.low, question.high) != (1, len(programme.likert5)):
            yield _describe_ends(field.name, question, f"{type_line} reads 1 to 5")
        return
    offered = _fold_all(question.options)
    spellings = {label: {fold_case(label), str(number)} for number, label in enumerate(programme.likert5, start=1)}
    known = set().union(*spellings.values(), _fold_all(field.no_answer))
    new = [label for label in question.options if fold_case(label) not in known]
    gone = [label for label in programme.likert5 if not spellings[label] & offered]
    if len(new) == len(gone):  # each stands where the old one stood
        for label, was in zip(new, gone, strict=True):
            yield (
                f"Field {field.name}: the label {quote(was)} now reads {quote(label)}, which {type_line} does not "
                "read; put the old label back, or make a new field of it."
            )
        new, gone = [], []
    for label in new:
        yield (
            f"Field {field.name}: the form offers {quote(label)}, which is none of the five labels (likert5 in "
            f"programme.yaml); take it out, or write it at {locate('fields', field.name, 'no_answer')} if it means no "
            "answer."
        )
    for label in gone:
        yield (
            f"Field {field.name}: the form no longer offers the label {quote(label)} that {type_line} reads; put it "
            "back."
        )
    if question.other:
        yield f"Field {field.name}: people can now answer “Other”, which {type_line} never reads; take it out again."


def _describe_scale(field: ScaleField, question: Question, locate: LocateInYaml) -> Iterator[str]:
    if question.type in _STEPS:
        if (question.low, question.high) != (field.low, field.high):
            line = locate("fields", field.name, "low" if question.low != field.low else "high")
            yield _describe_ends(field.name, question, f"{line} has {field.low} to {field.high}")
        return
    for label in question.options:
        if fold_case(label) not in map(str, range(field.low, field.high + 1)):
            yield (
                f"Field {field.name}: the form offers {quote(label)}, which is no whole number from {field.low} to "
                f"{field.high} as {locate('fields', field.name, 'type')} reads."
            )


def _describe_ends(name: str, question: Question, configured: str) -> str:
    return (
        f"Field {name}: the scale now goes from {question.low} to {question.high}, where {configured}; answers on "
        "another scale cannot be compared: put the old ends back, or make a new field of it."
    )


def _describe_teams(field: TeamField, question: Question, programme: Programme, locate: LocateInYaml) -> Iterator[str]:
    """Yield the options that are no team, and the teams that are missing beside others of their authority."""
    offered = _fold_all(question.options)
    where = f"Field {field.name} ({locate('fields', field.name)})"
    known: set[str] = set()
    for authority in programme.authorities.values():
        spellings = {team.name: _fold_all((team.name, *team.aliases)) for team in authority.teams.values()}
        known = known.union(*spellings.values())
        gone = [name for name, folded in spellings.items() if not folded & offered]
        if len(gone) < len(spellings):
            for name in gone:
                yield f"{where}: the form no longer offers the team {quote(name)}; put it back in the form."
    for label in question.options:
        if fold_case(label) not in known:
            yield (
                f"{where}: the form offers {quote(label)}, which is no team; add it as a team or an alias in "
                "programme.yaml: until then its answers are refused."
            )


def _fold_all(labels: Iterable[str]) -> set[str]:
    return {fold_case(label) for label in labels}
