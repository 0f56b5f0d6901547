"""Can a question still be answered as its field is read? Its way of asking, its options, the ends of its scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.fold import fold
from config.nearest import nearest
from config.schema import ChoiceField, ChoicesField, GridField, LikertField, Option, ScaleField, TeamField
from integration.landing.wording import said
from integration.model import Asks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from config.schema import Programme
    from integration.landing.questions import Match
    from integration.landing.wording import Place
    from integration.model import Question

ONE, MANY = frozenset({Asks.RADIO, Asks.DROP_DOWN}), frozenset({Asks.CHECKBOX})
STEPS, WORDS = frozenset({Asks.SCALE, Asks.RATING}), frozenset({Asks.TEXT, Asks.PARAGRAPH})
FITS: Mapping[str, frozenset[Asks]] = {
    "likert5": ONE | STEPS,
    "number": WORDS | ONE | STEPS,
    "date": WORDS | {Asks.DATE},
    "scale": ONE | STEPS,
    "choice": ONE,
    "choices": MANY,
    "grid": ONE,
    "code": WORDS,
    "text": frozenset(Asks) - {Asks.CHECKBOX, Asks.FILE},
    "team": ONE,
}
"""The ways of asking whose answers a type of field reads."""
IN_WORDS = {
    Asks.RADIO: "one choice of several",
    Asks.CHECKBOX: "tick boxes",
    Asks.DROP_DOWN: "one choice from a list",
    Asks.SCALE: "a scale",
    Asks.RATING: "a rating",
    Asks.DATE: "a date",
    Asks.TIME: "a time",
    Asks.TEXT: "a short text",
    Asks.PARAGRAPH: "a long text",
    Asks.FILE: "a file",
}


def answer_differences(matches: Sequence[Match], programme: Programme, place: Place) -> Iterator[str]:
    """Say how one field's answers differ from those that its question offers; a grid's rows share their options.

    A question of which only the words are known (a CSV download) says nothing of its answers.
    """
    found = [(match, match.question) for match in matches if match.question and match.question.asks is not Asks.UNKNOWN]
    if not found:
        return
    match, question = found[0]
    field = match.expected.field
    if question.asks not in FITS.get(field.type, frozenset(Asks)):
        yield (
            f"Field {field.name}: the form now asks for {IN_WORDS[question.asks]}, which does not fit the type "
            f"{field.type}; change it at {place('fields', field.name, 'type')}, or ask as before."
        )
        return
    match field:
        case ChoiceField() | ChoicesField():
            yield from _options(field, question, place)
            yield from _other(field, question, place)
        case GridField():
            yield from _options(field, question, place)
        case LikertField():
            yield from _labels(field, question, programme, place)
        case ScaleField():
            yield from _ends(field, question, place)
        case TeamField():
            yield from _teams(field, question, programme, place)


def _options(field: ChoiceField | ChoicesField | GridField, question: Question, place: Place) -> Iterator[str]:
    names = {option.name: option.aliases for option in map(_as_option, field.options)}
    offered = {fold(label): label for label in question.options}
    no_answer = () if isinstance(field, GridField) else field.no_answer
    known = {fold(label) for name, aliases in names.items() for label in (name, *aliases)} | set(map(fold, no_answer))
    takes_other = not isinstance(field, GridField) and field.other
    new = [
        label for folded, label in offered.items() if folded not in known and not (takes_other and folded == "other")
    ]
    gone = [name for name, aliases in names.items() if not {fold(label) for label in (name, *aliases)} & offered.keys()]
    at = ("fields", field.name, "options")
    read = "is read as “other”" if takes_other else "needs attention"
    for label in new:
        was = nearest(label, gone)
        if was:
            gone.remove(was)
            yield f"Field {field.name}: {said(was)} now reads {said(label)}; add it as an alias at {place(*at, was)}."
        else:
            yield (
                f"Field {field.name}: the form offers a new option, {said(label)}; add it at {place(*at)}: until then "
                f"it {read}."
            )
    for name in gone:
        yield (
            f"Field {field.name}: the form no longer offers {said(name)}; put it back, or leave {place(*at, name)} for "
            "the answers that there are."
        )


def _other(field: ChoiceField | ChoicesField, question: Question, place: Place) -> Iterator[str]:
    if question.other and not field.other:
        yield (
            f"Field {field.name}: people can now answer “Other”; write “other: true” at {place('fields', field.name)}: "
            "until then what they type needs attention."
        )
    elif field.other and not question.other and "other" not in map(fold, question.options):
        yield (
            f"Field {field.name}: “Other” can no longer be answered; put it back, or leave "
            f"{place('fields', field.name, 'other')} for the answers that there are."
        )


def _labels(field: LikertField, question: Question, programme: Programme, place: Place) -> Iterator[str]:
    """Hold the options against the programme's five labels; a bare 1 to 5 is read as well."""
    if question.asks in STEPS:
        if (question.low, question.high) != (1, len(programme.likert5)):
            yield _other_ends(field.name, question, f"{place('fields', field.name, 'type')} reads 1 to 5")
        return
    offered = set(map(fold, question.options))
    labels = {fold(label): {fold(label), str(number)} for number, label in enumerate(programme.likert5, start=1)}
    known = set().union(*labels.values(), map(fold, field.no_answer))
    new = [label for label in question.options if fold(label) not in known]
    gone = [label for label in programme.likert5 if not labels[fold(label)] & offered]
    at = place("fields", field.name, "type")
    if len(new) == len(gone):  # each stands where the old one stood
        for label, was in zip(new, gone, strict=True):
            yield (
                f"Field {field.name}: the label {said(was)} now reads {said(label)}, which {at} does not read; put the "
                "old label back, or make a new field of it."
            )
        new, gone = [], []
    for label in new:
        yield (
            f"Field {field.name}: the form offers {said(label)}, which is none of the five labels (likert5 in "
            f"programme.yaml); take it out, or write it at {place('fields', field.name, 'no_answer')} if it means no "
            "answer."
        )
    for label in gone:
        yield f"Field {field.name}: the form no longer offers the label {said(label)} that {at} reads; put it back."
    if question.other:
        yield f"Field {field.name}: people can now answer “Other”, which {at} never reads; take it out again."


def _ends(field: ScaleField, question: Question, place: Place) -> Iterator[str]:
    steps = range(field.low, field.high + 1)
    if question.asks in STEPS:
        if (question.low, question.high) != (field.low, field.high):
            end = "low" if question.low != field.low else "high"
            at = place("fields", field.name, end)
            yield _other_ends(field.name, question, f"{at} has {field.low} to {field.high}")
        return
    for label in question.options:
        if fold(label) not in map(str, steps):
            yield (
                f"Field {field.name}: the form offers {said(label)}, which is no whole number from {field.low} to "
                f"{field.high} as {place('fields', field.name, 'type')} reads."
            )


def _other_ends(name: str, question: Question, but: str) -> str:
    return (
        f"Field {name}: the scale now goes from {question.low} to {question.high}, where {but}; answers on another "
        "scale cannot be compared: put the old ends back, or make a new field of it."
    )


def _teams(field: TeamField, question: Question, programme: Programme, place: Place) -> Iterator[str]:
    """Say which options are no team, and which teams are missing beside others of their authority."""
    offered = set(map(fold, question.options))
    where = f"Field {field.name} ({place('fields', field.name)})"
    known: set[str] = set()
    for authority in programme.authorities.values():
        spellings = {team.name: _folded((team.name, *team.aliases)) for team in authority.teams.values()}
        known = known.union(*spellings.values())
        gone = [name for name, spelt in spellings.items() if not spelt & offered]
        if len(gone) < len(spellings):
            for name in gone:
                yield f"{where}: the form no longer offers the team {said(name)}; put it back in the form."
    for label in question.options:
        if fold(label) not in known:
            yield (
                f"{where}: the form offers {said(label)}, which is no team; add it as a team or an alias in "
                "programme.yaml: until then its answers are refused."
            )


def _as_option(option: str | Option) -> Option:
    return Option(name=option) if isinstance(option, str) else option


def _folded(labels: Iterable[str]) -> set[str]:
    return {fold(label) for label in labels}
