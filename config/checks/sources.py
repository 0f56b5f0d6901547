"""Names that must not be claimed twice. Compared folded: case and white space make no difference."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config.schema import (
    ChoiceField,
    ChoicesField,
    CodeField,
    GridField,
    LikertField,
    NumberField,
    Option,
    ScaleField,
    Sheet,
    TextField,
)
from config.schema.sources import pair_with_new_wording
from config.spelling import fold_case, listed, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from config.errors import Problem
    from config.partial import Document, Draft
    from config.positions import Step
    from config.schema import FieldSpec, Form, Programme
    from config.schema.sources import Reworded


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody (`owner`, in words) has this name, written at this place."""

    name: str
    owner: str
    steps: tuple[Step, ...]


def clashes(document: Document[Any], claims: Iterable[Claim], what: str) -> Iterator[Problem]:
    """Give a problem for each name that another owner has claimed before; `what` is the sort of name, in words."""
    first: dict[str, Claim] = {}
    for claim in claims:
        earlier = first.setdefault(fold_case(claim.name), claim)
        if earlier is not claim and (earlier.owner != claim.owner or earlier.name == claim.name):
            found = f"{quoted(claim.name)}, which is already {earlier.owner}"
            yield document.problem(claim.steps, found, f"{what} that nothing else has (case and spaces do not count)")


OTHER = "other"
LONGEST_PATTERN = 120

Path = tuple[str, int]
"""The way to a field: `("fields", its place)`."""


def places(fields: Iterable[FieldSpec]) -> Iterator[tuple[Path, FieldSpec]]:
    """Give each field with the way to it."""
    return ((("fields", place), field) for place, field in enumerate(fields))


def check_fields(document: Document[Form] | Document[Sheet], reserved: Iterable[str]) -> Iterator[Problem]:
    """Give the problems that any field can have; `reserved` are the columns that the service itself makes."""
    fields = document.model.fields
    names = [
        *(Claim(name, "a column that the service makes", ()) for name in reserved),
        *(claim for path, field in places(fields) for claim in _columns(path, field)),
    ]
    yield from clashes(document, names, "a name")
    for path, field in places(fields):
        yield from _check_range(document, path, field)
        yield from _check_options(document, path, field)
        yield from _check_pattern(document, path, field)
        if field.reworded and isinstance(document.model, Sheet):
            yield document.problem_of_key(
                (*path, "reworded"), "reworded in a sheet", "none: it is for forms' questions"
            )


def spellings(options: Iterable[str | Option]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give each option's name with its aliases."""
    for option in options:
        yield (option, ()) if isinstance(option, str) else (option.name, option.aliases)


def _columns(path: Path, field: FieldSpec) -> Iterator[Claim]:
    yield Claim(field.name, "the name of a field", (*path, "name"))
    if isinstance(field, (ChoiceField, ChoicesField)) and field.other:
        yield Claim(f"{field.name}_other", f"the column for the words behind “Other” of {field.name}", (*path, "name"))


def _check_range(document: Document[Form] | Document[Sheet], path: Path, field: FieldSpec) -> Iterator[Problem]:
    if isinstance(field, NumberField) and field.minimum is not None and field.maximum is not None:
        if field.maximum < field.minimum:
            found = f"{field.maximum:g}, below the minimum of {field.minimum:g}"
            yield document.problem((*path, "maximum"), found, f"{field.minimum:g} or more")
    elif isinstance(field, ScaleField) and field.high <= field.low:
        yield document.problem(
            (*path, "high"), f"{field.high}, not above low ({field.low})", f"{field.low + 1} or more"
        )


def _check_options(document: Document[Form] | Document[Sheet], path: Path, field: FieldSpec) -> Iterator[Problem]:
    claims: list[Claim] = []
    if isinstance(field, (ChoiceField, ChoicesField, GridField)):
        for place, (name, aliases) in enumerate(spellings(field.options)):
            owner = f"a spelling of the option {quoted(name)}"
            steps = (*path, "options", place)
            claims += [
                Claim(name, owner, steps),
                *(Claim(a, owner, (*steps, "aliases", n)) for n, a in enumerate(aliases)),
            ]
            if fold_case(name) == OTHER and not isinstance(field, GridField) and field.other:
                allowed = "no option of this name beside “other: true”, which takes it in already"
                yield document.problem(steps, quoted(name), allowed)
    if isinstance(field, (LikertField, ChoiceField, ChoicesField)):
        owner = "a label that means no answer"
        claims += [Claim(label, owner, (*path, "no_answer", n)) for n, label in enumerate(field.no_answer)]
    yield from clashes(document, claims, "a label")
    if isinstance(field, GridField):
        rows = (
            Claim(row.label, f"the label of the row {key}", (*path, "rows", key, "label"))
            for key, row in field.rows.items()
        )
        yield from clashes(document, rows, "a label")


def _check_pattern(document: Document[Form] | Document[Sheet], path: Path, field: FieldSpec) -> Iterator[Problem]:
    if not isinstance(field, (CodeField, TextField)) or field.pattern is None:
        return
    if len(field.pattern) > LONGEST_PATTERN:
        found = f"a pattern of {len(field.pattern)} characters"
        yield document.problem((*path, "pattern"), found, f"a pattern of at most {LONGEST_PATTERN} characters")
    elif wrong := _why_not(field.pattern):
        allowed = "a regular expression, such as ^[A-Z]{2}[0-9]{2}$; in single quotation marks if it has a # or a \\"
        yield document.problem((*path, "pattern"), f"{quoted(field.pattern)} ({wrong})", allowed)


def _why_not(pattern: str) -> str:
    """Return why this is no regular expression; "" where it is one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        return str(error)
    return ""


def of_type(fields: Sequence[FieldSpec], wanted: str) -> list[tuple[Path, FieldSpec]]:
    """Return the fields of one type with the way to each."""
    return [(path, field) for path, field in places(fields) if field.type == wanted]


SERVICE_COLUMNS = ("response_id", "submitted_at", "authority", "phase", "fortnight", "window", "counted")
"""The first columns of a form's tab. `team` is one as well, and is the team field's own."""


def check_forms(draft: Draft) -> Iterator[Problem]:
    """Give the problems within each form."""
    programme = draft.programme.model if draft.programme else None
    dated = programme if draft.programme and draft.programme.has("start", "end") else None
    labels = programme.likert5 if programme else ()
    for document in draft.forms.values():
        yield from check_fields(document, SERVICE_COLUMNS)
        yield from _check_team(document)
        yield from _check_code(document)
        yield from _check_questions(document)
        yield from _check_no_answer(document, labels)
        yield from check_reworded(document, dated)


def _check_team(document: Document[Form]) -> Iterator[Problem]:
    teams = of_type(document.model.fields, "team")
    if not teams and document.is_complete("fields"):
        yield document.problem(
            ("fields",), "no field of type team", "exactly one, named team: it says whose answer it is"
        )
    for path, field in teams[1:]:
        yield document.problem(path, f"{quoted(field.name)}, another field of type team", "exactly one")
    for path, field in places(document.model.fields):
        if (field.type == "team") != (field.name == "team"):
            found = f"{quoted(field.name)} for a field of type {field.type}"
            yield document.problem((*path, "name"), found, "team for the field of type team, and for no other")
        if field.type == "authority":
            yield document.problem(
                (*path, "type"), "“authority” in a form", "none: the team says which authority it is"
            )


def _check_code(document: Document[Form]) -> Iterator[Problem]:
    form, codes = document.model, of_type(document.model.fields, "code")
    for path, field in codes[1:]:
        yield document.problem(path, f"{quoted(field.name)}, another field of type code", "at most one")
    if codes or not document.is_complete("fields"):
        return
    if form.one_per:
        allowed = "a field of type code, by which two answers of one person are known; or no one_per"
        yield document.problem_of_key(("one_per",), "one_per in a form without a code", allowed)
    if form.test_codes:
        allowed = "a field of type code, in which testers write such a code; or no test_codes"
        yield document.problem_of_key(("test_codes",), "test_codes in a form without a code", allowed)


def _check_questions(document: Document[Form]) -> Iterator[Problem]:
    ids: list[Claim] = []
    questions: list[Claim] = []
    for path, field in places(document.model.fields):
        if field.heading is not None:
            yield document.problem_of_key(
                (*path, "heading"), "heading in a form", "id and question; headings are for sheets"
            )
        yield from _check_known(document, path, field)
        owner = f"that of {field.name}"
        ids += [Claim(field.id, owner, (*path, "id"))] if field.id else []
        questions += [Claim(field.question, owner, (*path, "question"))] if field.question else []
        if isinstance(field, GridField):
            rows = field.rows.items()
            ids += [Claim(r.id, f"that of {field.name}.{key}", (*path, "rows", key, "id")) for key, r in rows if r.id]
    yield from clashes(document, ids, "an id")
    yield from clashes(document, questions, "a question")


def _check_known(document: Document[Form], path: Path, field: FieldSpec) -> Iterator[Problem]:
    """Give the fields that cannot be found again: by id, else by their words; the rows of a grid each by its own id."""
    if field.question:
        return
    if isinstance(field, GridField):
        for key, row in field.rows.items():
            if not row.id:
                allowed = "id (the questionId of this row in the form), or question for the whole grid"
                yield document.problem((*path, "rows", key), "a row without an id", allowed)
    elif not field.id:
        allowed = "id (the questionId in the form), or question (its words)"
        yield document.problem(path, "a field that names no question", allowed)


def _check_no_answer(document: Document[Form], labels: tuple[str, ...]) -> Iterator[Problem]:
    folded = {fold_case(label) for label in labels}
    for path, field in places(document.model.fields):
        if isinstance(field, LikertField):
            for place, label in enumerate(field.no_answer):
                if fold_case(label) in folded:
                    allowed = f"a label that is none of {listed(labels)}"
                    yield document.problem((*path, "no_answer", place), quoted(label), allowed)


def check_reworded(document: Document[Form], programme: Programme | None) -> Iterator[Problem]:
    """Give the problems with the changes of words in a form; without a programme its days are not looked at."""
    for path, field in places(document.model.fields):
        yield from _check(document, path, field.reworded, field.question, programme)
        if isinstance(field, GridField):
            for key, row in field.rows.items():
                yield from _check(document, (*path, "rows", key), row.reworded, row.label, programme)


def _check(
    document: Document[Form],
    path: tuple[Step, ...],
    entries: tuple[Reworded, ...],
    words: str | None,
    programme: Programme | None,
) -> Iterator[Problem]:
    if entries and words is None:
        yield document.problem_of_key((*path, "reworded"), "reworded without question", "question: the words now")
        return
    for place, (entry, then) in enumerate(pair_with_new_wording(entries, words or "")):
        steps = (*path, "reworded", place)
        if fold_case(entry.was) == fold_case(then):
            yield document.problem((*steps, "was"), f"{quoted(entry.was)}, the words that follow it", "the old words")
        if place and entry.on <= entries[place - 1].on:
            found = f"{entry.on}, not after the change before it ({entries[place - 1].on})"
            yield document.problem((*steps, "on"), found, "the days in order, the oldest first")
        if programme and not programme.start <= entry.on <= programme.end:
            allowed = f"a day from {programme.start} to {programme.end}"
            yield document.problem((*steps, "on"), f"{entry.on}, outside the programme", allowed)


WORDS, DAYS = ("text", "choice"), ("date",)
PARTS = {"title": WORDS, "stage": ("choice",), "owner": WORDS, "on": DAYS, "due_on": DAYS, "done_on": DAYS}
"""The parts that a field can play in what leaders see, and the types that can play them."""
KEYS = ("text", "date", "team", "authority", "number", "choice")
"""The types of a field by which rows can be told apart."""


def check_sheets(draft: Draft) -> Iterator[Problem]:
    """Give the problems within each sheet."""
    for document in draft.sheets.values():
        yield from check_fields(document, ())
        yield from _check_headings(document)
        yield from _check_key(document)
        yield from _check_owner(document)
        yield from _check_shows(document)


def _check_headings(document: Document[Sheet]) -> Iterator[Problem]:
    headings = []
    for path, field in places(document.model.fields):
        for name in ("id", "question"):
            if getattr(field, name) is not None:
                yield document.problem_of_key((*path, name), f"{name} in a sheet", "heading; questions are for forms")
        if isinstance(field, GridField):
            yield document.problem((*path, "type"), "“grid” in a sheet", "a field for each column, of type choice")
        elif field.heading is None:
            yield document.problem(path, "a field that names no column", "heading: the words at the head of the column")
        else:
            headings.append(Claim(field.heading, f"the heading of {field.name}", (*path, "heading")))
    yield from clashes(document, headings, "a heading")


def _check_key(document: Document[Sheet]) -> Iterator[Problem]:
    types = {field.name: field.type for field in document.model.fields}
    fitting = [name for name, kind in types.items() if kind in KEYS]
    for place, name in enumerate(document.model.key):
        if document.lacks("fields", name):
            yield document.unknown(("key", place), name, "field of this sheet", fitting)
        elif name in types and name not in fitting:
            found = f"{quoted(name)}, a field of type {types[name]}"
            yield document.problem(("key", place), found, f"a field by which rows are told apart: {listed(fitting)}")
    if len(set(document.model.key)) < len(document.model.key):
        yield document.problem(("key",), "the same field twice", "one field, or two different ones")


def _check_owner(document: Document[Sheet]) -> Iterator[Problem]:
    teams, authorities = (of_type(document.model.fields, wanted) for wanted in ("team", "authority"))
    for path, field in (*teams[1:], *authorities[1:]):
        yield document.problem(path, f"{quoted(field.name)}, another field of type {field.type}", "at most one")
    if not teams and not authorities and document.is_complete("fields"):
        allowed = "a field of type team, or of type authority: it says whose row it is"
        yield document.problem(("fields",), "neither a team nor an authority", allowed)


def _check_shows(document: Document[Sheet]) -> Iterator[Problem]:
    shows = document.model.shows
    types = {field.name: field.type for field in document.model.fields}
    for part, wanted in PARTS.items() if shows else ():
        name = getattr(shows, part)
        fitting = [field for field, kind in types.items() if kind in wanted]
        if name is None or name in fitting or (name not in types and not document.lacks("fields", name)):
            continue
        found = f"{quoted(name)}, " + (
            f"a field of type {types[name]}" if name in types else "which is no field of this sheet"
        )
        allowed = f"a field of type {' or '.join(wanted)}: {listed(fitting) or 'there is none'}"
        yield document.problem(("shows", part), found, allowed, nearest(name, fitting))


SERVICE_TABS = frozenset({"needs_attention", "measures", "reconciliation"})
"""Tabs of data.xlsx that the service itself makes."""
MAX_TAB_LENGTH = 31
"""A spreadsheet program refuses a longer name."""


def check_sources(draft: Draft) -> Iterator[Problem]:
    """Give the problems with the keys of forms and sheets, that is with the names of their files."""
    for key, document in draft.sources.items():
        if key in SERVICE_TABS:
            allowed = "another file name: the service makes a tab of this name itself"
            yield document.problem_of_key((), f"the key {quoted(key)}", allowed)
        if len(key) > MAX_TAB_LENGTH:
            found = f"a key of {len(key)} characters, {quoted(key)}"
            yield document.problem_of_key((), found, f"a file name of at most {MAX_TAB_LENGTH} characters before .yaml")
    for key in draft.forms.keys() & draft.sheets.keys():
        found = f"the key {quoted(key)}, which is already that of a form"
        yield draft.sheets[key].problem_of_key((), found, "a file name that no form has")
    yield from _tabs_read_twice(draft)


def _tabs_read_twice(draft: Draft) -> Iterator[Problem]:
    first: dict[tuple[str, str], str] = {}
    for key, document in draft.sheets.items():
        if not document.has("spreadsheet", "tab"):
            continue
        sheet = document.model
        earlier = first.setdefault((sheet.spreadsheet, fold_case(sheet.tab)), key)
        if earlier != key:
            found = f"{quoted(sheet.tab)}, which sheets/{earlier}.yaml reads already"
            yield document.problem(("tab",), found, "a tab that no other sheet reads")
