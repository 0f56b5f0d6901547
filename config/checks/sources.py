"""Cross-checks of forms/*.yaml and sheets/*.yaml: file names, fields, questions, headings, rewordings.

Also names that must not be claimed twice (`Claim`, `find_clashes`), for the checks of the other files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config import schema
from config.schema.fields import OTHER, pair_with_new_wording
from config.spelling import fold_case, listed, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable, Iterator, Sequence

    from config.errors import Problem
    from config.partial import ConfigFile, PartialConfiguration
    from config.schema.fields import Reworded
    from config.yaml_positions import Step

if TYPE_CHECKING:
    SourceFile = ConfigFile[schema.Form] | ConfigFile[schema.Sheet]

SERVICE_TABS = frozenset({"needs_attention", "measures", "reconciliation"})
"""Tabs of data.xlsx that the service itself makes."""
MAX_TAB_LENGTH = 31
"""A spreadsheet program refuses a longer name."""
SERVICE_COLUMNS = ("response_id", "submitted_at", "authority", "phase", "fortnight", "window", "counted")
"""The first columns of a form's tab. `team` is one as well, and is the team field's own."""

FieldPath = tuple["Step", ...]
"""The steps to a field: `("fields", its place)`; or on to a part of it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A name, what it names (`owner`, in words), and the steps to where it is written."""

    name: str
    owner: str
    steps: tuple[Step, ...]


def find_clashes(file: ConfigFile[Any], claims: Iterable[Claim], what: str) -> Iterator[Problem]:
    """Give a problem for each name that another owner has claimed before; `what` is the sort of name, in words.

    Case, white space and invisible characters make no difference.
    """
    first: dict[str, Claim] = {}
    for claim in claims:
        earlier = first.setdefault(fold_case(claim.name), claim)
        if earlier is not claim and (earlier.owner != claim.owner or earlier.name == claim.name):
            found = f"{quoted(claim.name)}, which is already {earlier.owner}"
            allowed = f"{what} that nothing else has (case, spaces and invisible characters do not count)"
            yield file.problem(claim.steps, found, allowed)


def find_unknown_keys(
    file: ConfigFile[Any], paths: Iterable[tuple[str, ...]], what: str, known: Collection[str], if_none: str = ""
) -> Generator[Problem, None, set[str]]:
    """Give a problem for each path that ends with an unknown key; return the known ones that were probably meant.

    `what` says in words that it is unknown; `if_none` is what is allowed where nothing is known.
    """
    guesses = set()
    for steps in paths:
        guess = nearest(steps[-1], known)
        guesses.add(guess)
        yield file.key_problem(steps, f"{quoted(steps[-1])}, {what}", listed(known) or if_none, guess)
    return guesses


def check_sources(partial: PartialConfiguration) -> Iterator[Problem]:
    """Give the problems with the keys of forms and sheets (the names of their files), and each tab read twice."""
    for key, file in partial.sources.items():
        if key in SERVICE_TABS:
            allowed = "another file name: the service makes a tab of this name itself"
            yield file.key_problem((), f"the key {quoted(key)}", allowed)
        if len(key) > MAX_TAB_LENGTH:
            found = f"a key of {len(key)} characters, {quoted(key)}"
            yield file.key_problem((), found, f"a file name of at most {MAX_TAB_LENGTH} characters before .yaml")
    for key in partial.forms.keys() & partial.sheets.keys():
        found = f"the key {quoted(key)}, which is already that of a form"
        yield partial.sheets[key].key_problem((), found, "a file name that no form has")
    first: dict[tuple[str, str], str] = {}
    for key, sheet in partial.sheets.items():
        if sheet.has("spreadsheet", "tab"):
            earlier = first.setdefault((sheet.model.spreadsheet, fold_case(sheet.model.tab)), key)
            if earlier != key:
                found = f"{quoted(sheet.model.tab)}, which sheets/{earlier}.yaml reads already"
                yield sheet.problem(("tab",), found, "a tab that no other sheet reads")


def check_forms(partial: PartialConfiguration) -> Iterator[Problem]:
    """Give the problems within each form."""
    programme = partial.programme.model if partial.programme else None
    has_dates = partial.programme and partial.programme.has("start", "end")
    for file in partial.forms.values():
        yield from _check_fields(file, SERVICE_COLUMNS)
        yield from _check_team(file)
        yield from _check_code(file)
        yield from _check_questions(file)
        yield from _check_no_answer(file, programme.likert5 if programme else ())
        yield from _check_rewordings(file, programme if has_dates else None)


def check_sheets(partial: PartialConfiguration) -> Iterator[Problem]:
    """Give the problems within each sheet."""
    for file in partial.sheets.values():
        yield from _check_fields(file, ())
        yield from _check_headings(file)
        yield from _check_key(file)
        yield from _check_shows(file)
        teams, authorities = _fields_of_type(file, "team"), _fields_of_type(file, "authority")
        for path, field in (*teams[1:], *authorities[1:]):
            yield file.problem(path, f"{quoted(field.name)}, another field of type {field.type}", "at most one")
        if not teams and not authorities and file.is_complete("fields"):
            allowed = "a field of type team, or of type authority: it says whose row it is"
            yield file.problem(("fields",), "neither a team nor an authority", allowed)


def _fields(file: SourceFile) -> list[tuple[FieldPath, schema.FieldSpec]]:
    """Return each field with the steps to it."""
    return [(("fields", place), field) for place, field in enumerate(file.model.fields)]


def _fields_of_type(file: SourceFile, wanted: str) -> list[tuple[FieldPath, schema.FieldSpec]]:
    return [(path, field) for path, field in _fields(file) if field.type == wanted]


def _check_fields(file: SourceFile, reserved: Iterable[str]) -> Iterator[Problem]:
    """Give the problems that any field can have; `reserved` are the columns that the service itself makes."""
    columns = [Claim(name, "a column that the service makes", ()) for name in reserved]
    for path, field in _fields(file):
        columns.append(Claim(field.name, "the name of a field", (*path, "name")))
        if isinstance(field, schema.SelectField) and field.other:
            owner = f"the column for the words behind “Other” of {field.name}"
            columns.append(Claim(f"{field.name}_other", owner, (*path, "name")))
        for mistake in field.find_mistakes():
            yield file.problem((*path, *mistake.steps), mistake.found, mistake.allowed)
        yield from _check_labels(file, path, field)
        if field.reworded and isinstance(file.model, schema.Sheet):
            yield file.key_problem((*path, "reworded"), "reworded in a sheet", "none: it is for forms' questions")
    yield from find_clashes(file, columns, "a name")


def _check_labels(file: SourceFile, path: FieldPath, field: schema.FieldSpec) -> Iterator[Problem]:
    claims: list[Claim] = []
    if isinstance(field, schema.OptionsField):
        for place, (name, aliases) in enumerate(field.spell_options()):
            owner, steps = f"a spelling of the option {quoted(name)}", (*path, "options", place)
            claims.append(Claim(name, owner, steps))
            claims += [Claim(alias, owner, (*steps, "aliases", n)) for n, alias in enumerate(aliases)]
            if fold_case(name) == OTHER and isinstance(field, schema.SelectField) and field.other:
                allowed = "no option of this name beside “other: true”, which takes it in already"
                yield file.problem(steps, quoted(name), allowed)
    if isinstance(field, schema.NoAnswerField):
        owner = "a label that means no answer"
        claims += [Claim(label, owner, (*path, "no_answer", n)) for n, label in enumerate(field.no_answer)]
    yield from find_clashes(file, claims, "a label")
    if isinstance(field, schema.RowsField):
        rows = (
            Claim(row.label, f"the label of the row {key}", (*path, "rows", key, "label"))
            for key, row in field.rows.items()
        )
        yield from find_clashes(file, rows, "a label")


def _check_team(file: ConfigFile[schema.Form]) -> Iterator[Problem]:
    teams = _fields_of_type(file, "team")
    if not teams and file.is_complete("fields"):
        allowed = "exactly one, named team: it says whose answer it is"
        yield file.problem(("fields",), "no field of type team", allowed)
    for path, field in teams[1:]:
        yield file.problem(path, f"{quoted(field.name)}, another field of type team", "exactly one")
    for path, field in _fields(file):
        if (field.type == "team") != (field.name == "team"):
            found = f"{quoted(field.name)} for a field of type {field.type}"
            yield file.problem((*path, "name"), found, "team for the field of type team, and for no other")
        if field.type == "authority":
            allowed = "none: the team says which authority it is"
            yield file.problem((*path, "type"), "“authority” in a form", allowed)


def _check_code(file: ConfigFile[schema.Form]) -> Iterator[Problem]:
    form, codes = file.model, [each for each in _fields(file) if each[1].answers is schema.Answers.PERSON]
    for path, field in codes[1:]:
        yield file.problem(path, f"{quoted(field.name)}, another field of type code", "at most one")
    if codes or not file.is_complete("fields"):
        return
    if form.one_per:
        allowed = "a field of type code, by which two answers of one person are known; or no one_per"
        yield file.key_problem(("one_per",), "one_per in a form without a code", allowed)
    if form.test_codes:
        allowed = "a field of type code, in which testers write such a code; or no test_codes"
        yield file.key_problem(("test_codes",), "test_codes in a form without a code", allowed)


def _check_questions(file: ConfigFile[schema.Form]) -> Iterator[Problem]:
    """Give the fields that cannot be recognised in the form: by id, else by their words; a grid's rows by their ids."""
    ids: list[Claim] = []
    questions: list[Claim] = []
    known_by_id: set[str] = set()
    for path, field in _fields(file):
        if field.heading is not None:
            allowed = "id and question; headings are for sheets"
            yield file.key_problem((*path, "heading"), "heading in a form", allowed)
        rows = field.rows.items() if isinstance(field, schema.RowsField) else ()
        for key, row in rows:
            if not row.id and not field.question:
                allowed = "id (the questionId of this row in the form), or question for the whole grid"
                yield file.problem((*path, "rows", key), "a row without an id", allowed)
        if not field.question and not field.id and not isinstance(field, schema.RowsField):
            allowed = "id (the questionId in the form), or question (its words)"
            yield file.problem(path, "a field that names no question", allowed)
        owner = f"that of {field.name}"
        ids += [Claim(field.id, owner, (*path, "id"))] if field.id else []
        ids += [Claim(row.id, f"{owner}.{key}", (*path, "rows", key, "id")) for key, row in rows if row.id]
        if field.question:
            questions.append(Claim(field.question, owner, (*path, "question")))
            if field.id or (rows and all(row.id for _, row in rows)):
                known_by_id.add(owner)
    yield from find_clashes(file, ids, "an id")
    # The same words twice in a form are told apart by the ids, where every field that has them has one.
    clashing = {fold_case(claim.name) for claim in questions if claim.owner not in known_by_id}
    doubtful = [claim for claim in questions if fold_case(claim.name) in clashing]
    what = "a question"
    if known_by_id:
        what = "an id for each of the two (then “question” may be left out or be the same), or a question"
    yield from find_clashes(file, doubtful, what)


def _check_no_answer(file: ConfigFile[schema.Form], labels: tuple[str, ...]) -> Iterator[Problem]:
    folded = {fold_case(label) for label in labels}
    for path, field in _fields(file):
        if isinstance(field, schema.LikertField):
            for place, label in enumerate(field.no_answer):
                if fold_case(label) in folded:
                    allowed = f"a label that is none of {listed(labels)}"
                    yield file.problem((*path, "no_answer", place), quoted(label), allowed)


def _check_rewordings(file: ConfigFile[schema.Form], programme: schema.Programme | None) -> Iterator[Problem]:
    """Give the problems with the changes of words in a form; without a programme their days are not checked."""
    for path, field in _fields(file):
        reworded: list[tuple[FieldPath, tuple[Reworded, ...], str | None]] = [(path, field.reworded, field.question)]
        if isinstance(field, schema.RowsField):
            reworded += [((*path, "rows", key), row.reworded, row.label) for key, row in field.rows.items()]
        for steps, entries, wording in reworded:
            if wording is not None:
                yield from _check_entries(file, (*steps, "reworded"), entries, wording, programme)
            elif entries:
                found = "reworded without question"
                yield file.key_problem((*steps, "reworded"), found, "question: the words now")


def _check_entries(
    file: ConfigFile[schema.Form],
    steps: FieldPath,
    entries: Sequence[Reworded],
    wording: str,
    programme: schema.Programme | None,
) -> Iterator[Problem]:
    for place, (entry, new_wording) in enumerate(pair_with_new_wording(entries, wording)):
        if fold_case(entry.was) == fold_case(new_wording):
            found = f"{quoted(entry.was)}, the words that follow it"
            yield file.problem((*steps, place, "was"), found, "the old words")
        if place and entry.on <= entries[place - 1].on:
            found = f"{entry.on}, not after the change before it ({entries[place - 1].on})"
            yield file.problem((*steps, place, "on"), found, "the days in order, the oldest first")
        if programme and not programme.start <= entry.on <= programme.end:
            allowed = f"a day from {programme.start} to {programme.end}"
            yield file.problem((*steps, place, "on"), f"{entry.on}, outside the programme", allowed)


def _check_headings(file: ConfigFile[schema.Sheet]) -> Iterator[Problem]:
    headings = []
    for path, field in _fields(file):
        for name, value in (("id", field.id), ("question", field.question)):
            if value is not None:
                yield file.key_problem((*path, name), f"{name} in a sheet", "heading; questions are for forms")
        if isinstance(field, schema.RowsField):
            yield file.problem((*path, "type"), "“grid” in a sheet", "a field for each column, of type choice")
        elif field.heading is None:
            yield file.problem(path, "a field that names no column", "heading: the words at the head of the column")
        else:
            headings.append(Claim(field.heading, f"the heading of {field.name}", (*path, "heading")))
    yield from find_clashes(file, headings, "a heading")


def _check_key(file: ConfigFile[schema.Sheet]) -> Iterator[Problem]:
    types = {field.name: field.type for field in file.model.fields}
    fitting = [field.name for field in file.model.fields if field.distinguishes_rows]
    for place, name in enumerate(file.model.key):
        if file.lacks("fields", name):
            yield file.unknown_name(("key", place), name, "field of this sheet", fitting)
        elif name in types and name not in fitting:
            found = f"{quoted(name)}, a field of type {types[name]}"
            yield file.problem(("key", place), found, f"a field by which rows are told apart: {listed(fitting)}")
    if len(set(file.model.key)) < len(file.model.key):
        yield file.problem(("key",), "the same field twice", "one field, or two different ones")


WORDS, DAYS = ("text", "choice"), ("date",)
TYPES_SHOWN = {"title": WORDS, "stage": ("choice",), "owner": WORDS, "on": DAYS, "due_on": DAYS, "done_on": DAYS}
"""What `shows` can name for the leaders, and the types of a field that fit."""


def _check_shows(file: ConfigFile[schema.Sheet]) -> Iterator[Problem]:
    shows = file.model.shows
    types = {field.name: field.type for field in file.model.fields}
    for part, wanted in TYPES_SHOWN.items() if shows else ():
        name = getattr(shows, part)
        fitting = [field for field, kind in types.items() if kind in wanted]
        if name is None or name in fitting or (name not in types and not file.lacks("fields", name)):
            continue
        what = f"a field of type {types[name]}" if name in types else "which is no field of this sheet"
        allowed = f"a field of type {' or '.join(wanted)}: {listed(fitting) or 'there is none'}"
        yield file.problem(("shows", part), f"{quoted(name)}, {what}", allowed, nearest(name, fitting))
