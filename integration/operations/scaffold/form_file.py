"""Reads a form, chooses its key, writes its YAML file; a file that is there is never overwritten."""

from __future__ import annotations

import os
import re
import textwrap
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from config.checks.sources import MAX_TAB_LENGTH, SERVICE_COLUMNS, SERVICE_TABS
from config.jsonschema import SCHEMA_FOLDER
from config.schema import KEY_PATTERN, Google
from config.schema.google import parse_form_id
from config.spelling import quoted
from integration.adapters.sources.forms_json import parse_form_title, parse_questions
from integration.adapters.untrusted_input import read_file
from integration.errors import CallError
from integration.kinds.guesses import one_line
from integration.operations.scaffold.fields import FieldGuess, guess_fields, short_name
from integration.wiring import build_service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from config.schema import Settings
    from integration.operations.scaffold.fields import OmittedQuestion

NEW_FORM = "new"
"""What a form is called until it has a key."""


@dataclass(frozen=True, slots=True)
class ScaffoldResult:
    """The file that was written, how many fields it has, and how many lines of it a person should check."""

    path: Path
    fields: int
    checks: int
    google_id: str = ""

    def in_words(self) -> str:
        """Return what was done, and what is left to a person."""
        sentence = f"Wrote {self.path}: {self.fields} fields. Read it through ({self.checks} to check: see “check”)"
        if self.google_id:
            sentence += f", add “{self.path.stem}: {self.google_id}” under forms in google.yaml"
        return f"{sentence}, then run python -m jobs check."


def scaffold(
    settings: Settings, folder: Path, form: str, *, key: str = "", fetch: Callable[[str], bytes]
) -> ScaffoldResult:
    """Write forms/<key>.yaml into the configuration folder from a form, ready to edit.

    `form` is a file (form.json, as forms.get gives it), or a form in Google by its id or link, which `fetch` reads.
    Raises CallError where it is neither, where the key cannot be used, or where the file is there already.
    """
    content, where, google_id = _read(form, fetch)
    title = one_line(parse_form_title(content, where))
    key = key or short_name(title, (), otherwise="")
    if not key:
        raise CallError(f"{where} has no title of which a key can be made: give one with --key, such as --key pulse.")
    path = _free_path(settings, folder, key)
    guesses = guess_fields(parse_questions(content, where), settings.programme)
    schema = Path(os.path.relpath(SCHEMA_FOLDER, path.parent)).as_posix() + "/form.schema.json"
    text = form_yaml(title or path.stem, guesses, schema=schema)
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise CallError(f"{path} cannot be written ({error.strerror}): name a configuration folder that can.") from None
    fields = sum(isinstance(guess, FieldGuess) for guess in guesses)
    needs_line = settings.google is not None and bool(settings.google.forms)
    return ScaffoldResult(path, fields, text.count(CHECK), google_id if needs_line else "")


def fetch_from_google(settings: Settings, home: Path, form_id: str) -> bytes:
    """Return a form's JSON from Google, also where google.yaml does not name it, or is not there at all."""
    from integration.adapters.google.source import fetch_form  # noqa: PLC0415  # only where Google is asked

    # The account asks for the right to read forms only where google.yaml has any.
    google = settings.google or Google()
    if form_id not in google.forms.values():
        google = google.model_copy(update={"forms": {**google.forms, NEW_FORM: form_id}})
    wider = settings.model_copy(update={"google": google})
    with closing(build_service(settings=wider, home=home, data=None, key="")) as service:
        return fetch_form(service.google, form_id)


def _read(form: str, fetch: Callable[[str], bytes]) -> tuple[bytes, str, str]:
    """Return the form's JSON, what to call it in a sentence, and its id in Google, "" for a file."""
    path = Path(form)
    if path.exists() or path.suffix.lower() == ".json":
        if not path.is_file():
            raise CallError(f"There is no file {form}: name the form's JSON, or its id or link in Google.")
        return read_file(path), form, ""
    try:
        google_id = parse_form_id(form)
    except ValueError as error:
        raise CallError(f"{form} is neither a file nor a form in Google: give a form's JSON, or {error}.") from None
    return fetch(google_id), f"The form {google_id}", google_id


def _free_path(settings: Settings, folder: Path, key: str) -> Path:
    """Return the file of that key; raises CallError where the key cannot be a form's, or belongs to something else."""
    if not re.fullmatch(KEY_PATTERN, key) or len(key) > MAX_TAB_LENGTH:
        raise CallError(
            f"{key!r} cannot be a key: give --key with at most {MAX_TAB_LENGTH} lower-case letters, digits and "
            "underscores, beginning with a letter."
        )
    path = folder / "forms" / f"{key}.yaml"
    if key in settings.forms or path.exists():
        raise CallError(
            f"{path} is there already and is not overwritten: give another key with --key, or move it away."
        )
    if key in settings.sheets:
        raise CallError(f"{key} is the key of {folder / 'sheets' / key}.yaml already: give another with --key.")
    if key in SERVICE_TABS:
        raise CallError(f"{key} is a tab that the service makes itself: give another key with --key.")
    return path


CHECK = "# check: "
WIDTH = 118
HEAD = """\
# yaml-language-server: $schema={schema}
#
# Written from the form itself by `python -m jobs scaffold`. Types and names are guesses: read them through, above all
# where it says “check”, make the names short and good (they are for life), then run `python -m jobs check`.
# One field for each question: `id` is the questionId of the form, `question` its words, `name` the column in data.xlsx.
# The order here is the order of the columns. When a question changes in the form, change it here as well.
# When its words change, the old ones go under `reworded`: `on`, `by`, `was`, `same`
# (“When something changes” in docs/configure.md).

title: {title}
asks: staff   # check: staff, or families
"""
CODE_SETTINGS = """\
# one_per: fortnight   # of two answers with the same code in one fortnight, the later counts
# test_codes: [TEST]   # an answer with this code is a test, and counts nowhere
"""
FIXED_NAMES = {"team": "team", "code": "code"}
"""What fields of these types are called everywhere."""


def form_yaml(title: str, guesses: Sequence[FieldGuess | OmittedQuestion], *, schema: str) -> str:
    """Return the whole file; `schema` is the way from it to the schema by which an editor checks it."""
    types = {guess.type for guess in guesses if isinstance(guess, FieldGuess)}
    head = HEAD.format(schema=schema, title=yaml_scalar(title)) + (CODE_SETTINGS if "code" in types else "")
    taken = {*SERVICE_COLUMNS, *FIXED_NAMES.values()}
    parts = []
    for guess in guesses:
        if isinstance(guess, FieldGuess):
            lines = [*_remark_lines(guess.remark), f"- name: {_take_name(guess, taken)}"]
            lines += [f"  {line}" for line in _key_lines(guess)]
        else:
            lines = _remark_lines(f"{quoted(guess.words)} is left out: {guess.reason}")
        parts.append("\n".join(f"  {line}" if line else "" for line in lines))
    return f"{head}\nfields:\n" + "\n\n".join(parts) + "\n"


def _remark_lines(remark: str) -> list[str]:
    return textwrap.wrap(f"{CHECK}{remark}", WIDTH, subsequent_indent="# ") if remark else []


def _take_name(guess: FieldGuess, taken: set[str]) -> str:
    """Return a name and take it, with that of the column for the words behind “Other”."""
    # A field with “Other” has two columns, and both must be free.
    with_other = taken | {column.removesuffix("_other") for column in taken if column.endswith("_other")}
    has_other = "other" in guess.more
    name = FIXED_NAMES.get(guess.type, "")
    name = name or short_name(guess.about, with_other if has_other else taken, otherwise="question")
    taken |= {name, f"{name}_other"} if has_other else {name}
    return name


def _key_lines(guess: FieldGuess) -> Iterator[str]:
    yield f"type: {guess.type}"
    if guess.id:
        yield f"id: {yaml_scalar(guess.id)}"
    if guess.words:
        yield f"question: {yaml_scalar(guess.words)}"
    if guess.required:
        yield "required: true"
    for key, value in guess.more.items():
        if isinstance(value, tuple):
            yield f"{key}:"
            yield from (f"  - {yaml_scalar(label)}" for label in value)
        else:
            yield f"{key}: {yaml_scalar(value)}"
    if guess.rows:
        yield "rows:"
    taken: set[str] = set()
    for row in guess.rows:
        key = short_name(row.label, taken, otherwise="row")
        taken.add(key)
        yield f"  {key}:"
        if row.id:
            yield f"    id: {yaml_scalar(row.id)}"
        yield f"    label: {yaml_scalar(row.label)}"


PLAIN = r"[A-Za-z0-9][^\x00-\x1f\x7f]*"
LOOKS_LIKE_SOMETHING_ELSE = r"(?i)[-+]?[0-9][0-9_]*\.?[0-9]*(e[-+]?[0-9]+)?|0x[0-9a-f]+|0o[0-7]+|true|false|null"
"""A number or a truth value to an editor: such a text stands in quotation marks."""
CLASHES = re.compile(r": |:$| #| $")
BACKSLASHED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def yaml_scalar(value: str | float | bool) -> str:  # noqa: FBT001  # it is a value among others
    """Return a text, number or truth value as YAML on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    is_plain = re.fullmatch(PLAIN, value) and value.isprintable() and not CLASHES.search(value)
    if is_plain and not re.fullmatch(LOOKS_LIKE_SOMETHING_ELSE, value):
        return value
    # Some of what is not printable may not stand in a YAML file at all, and none of it would be seen there.
    escaped = (BACKSLASHED.get(each, each if each.isprintable() else f"\\U{ord(each):08x}") for each in value)
    return f'"{"".join(escaped)}"'
