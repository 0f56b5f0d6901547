"""By which types of question a kind of field can be asked, and how a question's answers differ from what it reads.

Each difference is one sentence, with the line of YAML to change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.schema import SelectField
from config.spelling import fold_case, nearest
from integration.model import QuestionType
from integration.text_format import quote, quote_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from config.schema import LikertField, OptionsField, Programme, ScaleField, TeamField
    from config.schema.fields import FieldBase
    from integration.model import Question

LocateInYaml = Callable[..., str]
"""Returns, for steps into a form's or sheet's YAML, where they stand: `("fields", "heard", "question")` is line 43."""

ONE_CHOICE = frozenset({QuestionType.RADIO, QuestionType.DROP_DOWN})
STEPS = frozenset({QuestionType.SCALE, QuestionType.RATING})
TYPED = frozenset({QuestionType.TEXT, QuestionType.PARAGRAPH})


@dataclass(frozen=True, slots=True)
class YamlContext:
    """What a question is compared with beside its field: the programme, and where things stand in the YAML."""

    programme: Programme
    locate: LocateInYaml


def compare_nothing(field: FieldBase, question: Question, context: YamlContext) -> Iterator[str]:  # noqa: ARG001
    """Yield no difference: whatever such a question is answered with is read by the field's own rule."""
    yield from ()


def compare_options(field: OptionsField, question: Question, context: YamlContext) -> Iterator[str]:
    """Yield how the options differ, and whether Other can be answered; of one that was respelled one sentence."""
    locate, about = context.locate, f"Field {field.name}"
    takes_other = isinstance(field, SelectField) and field.other
    spellings = {name: _fold_all((name, *aliases)) for name, aliases in field.spell_options()}
    offered = {fold_case(label): label for label in question.options}
    known = set().union(*spellings.values())
    if isinstance(field, SelectField):
        known |= _fold_all((*field.no_answer, *(["other"] if takes_other else [])))
    new = [label for folded, label in offered.items() if folded not in known]
    gone = [name for name, folded in spellings.items() if not folded & offered.keys()]
    steps = ("fields", field.name, "options")
    read = "is read as “other”" if takes_other else "needs attention"
    renamed = _pair_renamed(field, question, new, gone)
    for label in new:
        if was := nearest(label, gone):
            gone.remove(was)
            yield f"{about}: {quote(was)} now reads {quote(label)}; add it as an alias at {locate(*steps, was)}."
        elif (was := renamed.get(label, "")) in gone:
            gone.remove(was)
            yield (
                f"{about}: the form offers {quote(label)} where it offered {quote(was)}; if it means the same, add it "
                f"as an alias at {locate(*steps, was)}, else as an option at {locate(*steps)}: until then it {read}."
            )
        else:
            add = f"add it at {locate(*steps)}: until then it {read}."
            yield f"{about}: the form offers a new option, {quote(label)}; {add}"
    for name in gone:
        leave = f"put it back, or leave {locate(*steps, name)} for the answers that there are."
        yield f"{about}: the form no longer offers {quote(name)}; {leave}"
    if not isinstance(field, SelectField):
        return
    if question.other and not field.other:
        yield (
            f"{about}: people can now answer “Other”; write “other: true” at {locate('fields', field.name)}: until "
            "then what they type needs attention."
        )
    elif field.other and not question.other and "other" not in offered:
        leave = f"put it back, or leave {locate('fields', field.name, 'other')} for the answers that there are."
        yield f"{about}: “Other” can no longer be answered; {leave}"


def _pair_renamed(
    field: OptionsField, question: Question, new: Sequence[str], gone: Sequence[str]
) -> Mapping[str, str]:
    """Return, by the new label, the option that is gone in whose place it stands: the form has as many as before."""
    names = [name for name, _ in field.spell_options()]
    if len(new) != len(gone):
        return {}
    if len(question.options) == len(names):
        in_place = zip(question.options, names, strict=True)
        return {label: name for label, name in in_place if label in new and name in gone}
    return {new[0]: gone[0]} if len(new) == 1 else {}


def compare_likert_labels(field: LikertField, question: Question, context: YamlContext) -> Iterator[str]:
    """Yield how the options differ from the programme's five labels; a bare 1 to 5 is read as well."""
    locate, labels = context.locate, context.programme.likert5
    line, about = locate("fields", field.name, "type"), f"Field {field.name}"
    if question.type in STEPS:
        if (question.low, question.high) != (1, len(labels)):
            yield _describe_ends(field, question, f"{line} reads 1 to 5")
        return
    offered = _fold_all(question.options)
    spellings = {label: {fold_case(label), str(number)} for number, label in enumerate(labels, start=1)}
    known = set().union(*spellings.values(), _fold_all(field.no_answer))
    new = [label for label in question.options if fold_case(label) not in known]
    gone = [label for label in labels if not spellings[label] & offered]
    if len(new) == len(gone):  # each stands where the old one stood
        for label, was in zip(new, gone, strict=True):
            yield (
                f"{about}: the label {quote(was)} now reads {quote(label)}, which {line} does not read; put the old "
                "label back, or make a new field of it."
            )
        new, gone = [], []
    for label in new:
        yield (
            f"{about}: the form offers {quote(label)}, which is none of the five labels (likert5 in programme.yaml); "
            f"take it out, or write it at {locate('fields', field.name, 'no_answer')} if it means no answer."
        )
    for label in gone:
        yield f"{about}: the form no longer offers the label {quote(label)} that {line} reads; put it back."
    if question.other:
        yield f"{about}: people can now answer “Other”, which {line} never reads; take it out again."


def compare_scale(field: ScaleField, question: Question, context: YamlContext) -> Iterator[str]:
    """Yield other ends of the scale, or options that are not on it."""
    locate = context.locate
    if question.type in STEPS:
        if (question.low, question.high) != (field.low, field.high):
            line = locate("fields", field.name, "low" if question.low != field.low else "high")
            yield _describe_ends(field, question, f"{line} has {field.low} to {field.high}")
        return
    for label in question.options:
        if fold_case(label) not in map(str, range(field.low, field.high + 1)):
            yield (
                f"Field {field.name}: the form offers {quote(label)}, which is no whole number from {field.low} to "
                f"{field.high} as {locate('fields', field.name, 'type')} reads."
            )


def _describe_ends(field: FieldBase, question: Question, configured: str) -> str:
    return (
        f"Field {field.name}: the scale now goes from {question.low} to {question.high}, where {configured}; answers "
        "on another scale cannot be compared: put the old ends back, or make a new field of it."
    )


def compare_teams(field: TeamField, question: Question, context: YamlContext) -> Iterator[str]:
    """Yield the options that are no team, and the teams that are missing beside others of their authority."""
    about = f"Field {field.name} ({context.locate('fields', field.name)})"
    offered = _fold_all(question.options)
    known = _fold_all(
        spelling
        for authority in context.programme.authorities.values()
        for team in authority.teams.values()
        for spelling in (team.name, *team.aliases)
    )
    new = [label for label in question.options if fold_case(label) not in known]
    for authority in context.programme.authorities.values():
        spellings = {team.name: _fold_all((team.name, *team.aliases)) for team in authority.teams.values()}
        gone = [name for name, folded in spellings.items() if not folded & offered]
        if len(gone) < len(spellings):
            for name in gone:
                put_back = "put it back in the form"
                if new:
                    put_back = f"if {quote_list(new)} is its new name, add that to its aliases, else {put_back}"
                yield f"{about}: the form no longer offers the team {quote(name)}; {put_back}."
    for label in new:
        yield (
            f"{about}: the form offers {quote(label)}, which is no team; add it as a team or an alias in "
            "programme.yaml: until then its answers are refused."
        )


def _fold_all(labels: Iterable[str]) -> set[str]:
    return {fold_case(label) for label in labels}
