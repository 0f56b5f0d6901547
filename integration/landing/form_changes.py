"""Has the form changed? A sentence for each question that is new, gone, reworded or has other answers than before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

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
    from integration.landing.questions import QuestionMatch
    from integration.model import Question


def describe_form_changes(  # noqa: PLR0913  # what a form is held against
    form: Form,
    questions: Sequence[Question],
    *,
    programme: Programme,
    place: LocateInYaml,
    before: Sequence[Question] = (),
    seen: Sequence[DetectedRewording] = (),
) -> tuple[str, ...]:
    """Say how the form differs from its fields, each difference in a sentence with the line of YAML to change.

    `before` are the questions remembered of earlier readings; `seen` the rewordings, those of this reading too.
    """
    matches = match_questions(form, questions, before)
    by_field: dict[str, list[QuestionMatch]] = {}
    for match in matches:
        by_field.setdefault(match.expected.field.name, []).append(match)
    return (
        *(sentence for match in matches for sentence in _lost(match, place)),
        *(sentence for found in by_field.values() for sentence in _reworded(found, place)),
        *(s for found in by_field.values() for s in answer_differences(found, programme, place)),
        *_new(matches, questions, place),
        *_not_approved(form, matches, seen, place),
    )


def _lost(match: QuestionMatch, place: LocateInYaml) -> Iterator[str]:
    expected, twin = match.expected, match.twin
    if match.question is not None:
        return
    if twin is not None:
        id_place = place(*expected.steps, "id")
        yield f"Field {expected.name}: its question has another id now, {twin.question_id}; write it at {id_place}."
        return
    wanted = quote(expected.title) if expected.title else "its question"
    known = f" (id {expected.question_id})" if expected.question_id else ""
    yield (
        f"Field {expected.name}: the form no longer has {wanted}{known}. The field keeps what it had; put the question "
        f"back, or change {place(*expected.steps)}."
    )


def _reworded(matches: Sequence[QuestionMatch], place: LocateInYaml) -> Iterator[str]:
    """Say where the words differ; of a grid the words above it once, and each row's label."""
    told: set[str] = set()
    for match in matches:
        if match.question is None:
            continue
        for name, steps, wanted, found in _words(match, match.question):
            if wanted and name not in told and fold_case(wanted) != fold_case(found):
                told.add(name)
                yield (
                    f"Field {name}: the question now reads {quote(found)}, where {place(*steps)} has {quote(wanted)}. "
                    "Write the new words there, and the old ones under “reworded”: unless that says “same: yes”, a new "
                    "series begins."
                )


def _words(match: QuestionMatch, question: Question) -> Iterator[tuple[str, tuple[str | int, ...], str, str]]:
    expected, field = match.expected, match.expected.field
    if not isinstance(field, GridField) or not question.grid:
        yield expected.name, (*expected.steps, "label" if expected.row else "question"), expected.title, question.title
        return
    grid, row = split_grid_title(question, question.grid)
    yield field.name, ("fields", field.name, "question"), field.question or "", grid
    yield expected.name, (*expected.steps, "label"), field.rows[expected.row].label, row


def _new(matches: Sequence[QuestionMatch], questions: Sequence[Question], place: LocateInYaml) -> Iterator[str]:
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
                f"The form has a new question, {quote(question.title)} (id {question.question_id}), which no field "
                f"reads; its answers are kept. To read them, add a field at {place('fields')}."
            )
    for grid, rows in rows_of.items():
        labels = quote_list(f"{split_grid_title(row, grid)[1]}" for row in rows)
        ids = ", ".join(row.question_id for row in rows)
        where = place("fields", grids[grid], "rows") if grid in grids else place("fields")
        what = "new rows in the grid" if grid in grids else "a new grid,"
        yield (
            f"The form has {what} {quote(grid)}: {labels} (ids {ids}), which no field reads; the answers are kept. To "
            f"read them, add them at {where}."
        )


def _not_approved(
    form: Form, matches: Sequence[QuestionMatch], seen: Sequence[DetectedRewording], place: LocateInYaml
) -> Iterator[str]:
    """Say which rewordings the YAML has taken over without saying what they mean for the series."""
    reads = {
        name: fold_case(wanted)
        for match in matches
        if match.question
        for name, _, wanted, found in _words(match, match.question)
        if fold_case(wanted) == fold_case(found)
    }
    for each in find_unapproved_rewordings(form, seen):
        if reads.get(each.field) == fold_case(each.now):
            name, _, row = each.field.partition(".")
            steps = ("fields", name, *(("rows", row) if row else ()))
            yield (
                f"Field {each.field}: a new series begins on {format_date(each.on)}, when the new words were first "
                f"seen. Write under “reworded” at {place(*steps)} who approved them and whether they ask the same; the "
                f"old words were {quote(each.was)}."
            )


ONE, MANY = frozenset({QuestionType.RADIO, QuestionType.DROP_DOWN}), frozenset({QuestionType.CHECKBOX})
STEPS, WORDS = (
    frozenset({QuestionType.SCALE, QuestionType.RATING}),
    frozenset({QuestionType.TEXT, QuestionType.PARAGRAPH}),
)
FITS: Mapping[str, frozenset[QuestionType]] = {
    "likert5": ONE | STEPS,
    "number": WORDS | ONE | STEPS,
    "date": WORDS | {QuestionType.DATE},
    "scale": ONE | STEPS,
    "choice": ONE,
    "choices": MANY,
    "grid": ONE,
    "code": WORDS,
    "text": frozenset(QuestionType) - {QuestionType.CHECKBOX, QuestionType.FILE},
    "team": ONE,
}
"""The ways of asking whose answers a type of field reads."""
IN_WORDS = {
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


def answer_differences(matches: Sequence[QuestionMatch], programme: Programme, place: LocateInYaml) -> Iterator[str]:
    """Say how one field's answers differ from those that its question offers; a grid's rows share their options.

    A question of which only the words are known (a CSV download) says nothing of its answers.
    """
    found = [
        (match, match.question)
        for match in matches
        if match.question and match.question.type is not QuestionType.UNKNOWN
    ]
    if not found:
        return
    match, question = found[0]
    field = match.expected.field
    if question.type not in FITS.get(field.type, frozenset(QuestionType)):
        yield (
            f"Field {field.name}: the form now asks for {IN_WORDS[question.type]}, which does not fit the type "
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


def _options(field: ChoiceField | ChoicesField | GridField, question: Question, place: LocateInYaml) -> Iterator[str]:
    names = {option.name: option.aliases for option in map(_as_option, field.options)}
    offered = {fold_case(label): label for label in question.options}
    no_answer = () if isinstance(field, GridField) else field.no_answer
    known = {fold_case(label) for name, aliases in names.items() for label in (name, *aliases)} | set(
        map(fold_case, no_answer)
    )
    takes_other = not isinstance(field, GridField) and field.other
    new = [
        label for folded, label in offered.items() if folded not in known and not (takes_other and folded == "other")
    ]
    gone = [
        name for name, aliases in names.items() if not {fold_case(label) for label in (name, *aliases)} & offered.keys()
    ]
    at = ("fields", field.name, "options")
    read = "is read as “other”" if takes_other else "needs attention"
    for label in new:
        was = nearest(label, gone)
        if was:
            gone.remove(was)
            yield f"Field {field.name}: {quote(was)} now reads {quote(label)}; add it as an alias at {place(*at, was)}."
        else:
            yield (
                f"Field {field.name}: the form offers a new option, {quote(label)}; add it at {place(*at)}: until then "
                f"it {read}."
            )
    for name in gone:
        yield (
            f"Field {field.name}: the form no longer offers {quote(name)}; put it back, or leave {place(*at, name)} "
            "for the answers that there are."
        )


def _other(field: ChoiceField | ChoicesField, question: Question, place: LocateInYaml) -> Iterator[str]:
    if question.other and not field.other:
        yield (
            f"Field {field.name}: people can now answer “Other”; write “other: true” at {place('fields', field.name)}: "
            "until then what they type needs attention."
        )
    elif field.other and not question.other and "other" not in map(fold_case, question.options):
        yield (
            f"Field {field.name}: “Other” can no longer be answered; put it back, or leave "
            f"{place('fields', field.name, 'other')} for the answers that there are."
        )


def _labels(field: LikertField, question: Question, programme: Programme, place: LocateInYaml) -> Iterator[str]:
    """Hold the options against the programme's five labels; a bare 1 to 5 is read as well."""
    if question.type in STEPS:
        if (question.low, question.high) != (1, len(programme.likert5)):
            yield _other_ends(field.name, question, f"{place('fields', field.name, 'type')} reads 1 to 5")
        return
    offered = set(map(fold_case, question.options))
    labels = {
        fold_case(label): {fold_case(label), str(number)} for number, label in enumerate(programme.likert5, start=1)
    }
    known = set().union(*labels.values(), map(fold_case, field.no_answer))
    new = [label for label in question.options if fold_case(label) not in known]
    gone = [label for label in programme.likert5 if not labels[fold_case(label)] & offered]
    at = place("fields", field.name, "type")
    if len(new) == len(gone):  # each stands where the old one stood
        for label, was in zip(new, gone, strict=True):
            yield (
                f"Field {field.name}: the label {quote(was)} now reads {quote(label)}, which {at} does not read; put "
                "the old label back, or make a new field of it."
            )
        new, gone = [], []
    for label in new:
        yield (
            f"Field {field.name}: the form offers {quote(label)}, which is none of the five labels (likert5 in "
            f"programme.yaml); take it out, or write it at {place('fields', field.name, 'no_answer')} if it means no "
            "answer."
        )
    for label in gone:
        yield f"Field {field.name}: the form no longer offers the label {quote(label)} that {at} reads; put it back."
    if question.other:
        yield f"Field {field.name}: people can now answer “Other”, which {at} never reads; take it out again."


def _ends(field: ScaleField, question: Question, place: LocateInYaml) -> Iterator[str]:
    steps = range(field.low, field.high + 1)
    if question.type in STEPS:
        if (question.low, question.high) != (field.low, field.high):
            end = "low" if question.low != field.low else "high"
            at = place("fields", field.name, end)
            yield _other_ends(field.name, question, f"{at} has {field.low} to {field.high}")
        return
    for label in question.options:
        if fold_case(label) not in map(str, steps):
            yield (
                f"Field {field.name}: the form offers {quote(label)}, which is no whole number from {field.low} to "
                f"{field.high} as {place('fields', field.name, 'type')} reads."
            )


def _other_ends(name: str, question: Question, but: str) -> str:
    return (
        f"Field {name}: the scale now goes from {question.low} to {question.high}, where {but}; answers on another "
        "scale cannot be compared: put the old ends back, or make a new field of it."
    )


def _teams(field: TeamField, question: Question, programme: Programme, place: LocateInYaml) -> Iterator[str]:
    """Say which options are no team, and which teams are missing beside others of their authority."""
    offered = set(map(fold_case, question.options))
    where = f"Field {field.name} ({place('fields', field.name)})"
    known: set[str] = set()
    for authority in programme.authorities.values():
        spellings = {team.name: _folded((team.name, *team.aliases)) for team in authority.teams.values()}
        known = known.union(*spellings.values())
        gone = [name for name, spelt in spellings.items() if not spelt & offered]
        if len(gone) < len(spellings):
            for name in gone:
                yield f"{where}: the form no longer offers the team {quote(name)}; put it back in the form."
    for label in question.options:
        if fold_case(label) not in known:
            yield (
                f"{where}: the form offers {quote(label)}, which is no team; add it as a team or an alias in "
                "programme.yaml: until then its answers are refused."
            )


def _as_option(option: str | Option) -> Option:
    return Option(name=option) if isinstance(option, str) else option


def _folded(labels: Iterable[str]) -> set[str]:
    return {fold_case(label) for label in labels}


LocateInYaml = Callable[..., str]
"""Gives for steps into a form's or sheet's YAML where they stand: `("fields", "heard", "question")` is line 43."""
