"""The YAML file of a form, with a remark at each line that a person should check."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from config.agree.forms import COLUMNS
from config.nearest import quoted
from jobs.scaffold.guess import Guess
from jobs.scaffold.names import short_name
from jobs.scaffold.scalar import scalar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jobs.scaffold.guess import LeftOut, Value

CHECK = "# check: "
WIDTH = 118
HEAD = """\
# yaml-language-server: $schema={schema}
#
# Written from the form itself by `python -m jobs scaffold`. Types and names are guesses: read them through, above all
# where it says “check”, make the names short and good (they are for life), then run `python -m jobs check`.
# One field for each question: `id` is the questionId of the form, `question` its words, `name` the column in data.xlsx.
# The order here is the order of the columns. When a question changes in the form, change it here as well.
# When its words change, the old ones go under `reworded`: `on`, `by`, `was`, `same` (“Good to know” in README.md).

title: {title}
asks: staff   # check: staff, or families
"""
OF_CODES = """\
# one_per: fortnight   # of two answers with the same code in one fortnight, the later counts
# test_codes: [TEST]   # an answer with this code is a test, and counts nowhere
"""
FIXED_NAMES = {"team": "team", "code": "code"}
"""What fields of these types are called everywhere."""


def form_text(title: str, guesses: Sequence[Guess | LeftOut], *, schema: str) -> str:
    """Return the whole file; `schema` is the way from it to the schema by which an editor checks it."""
    types = {guess.type for guess in guesses if isinstance(guess, Guess)}
    head = HEAD.format(schema=schema, title=scalar(title)) + (OF_CODES if "code" in types else "")
    taken = {*COLUMNS, *FIXED_NAMES.values()}
    parts = []
    for guess in guesses:
        lines = _field(guess, taken) if isinstance(guess, Guess) else _left_out(guess)
        parts.append("\n".join(f"  {line}" if line else "" for line in lines))
    return f"{head}\nfields:\n" + "\n\n".join(parts) + "\n"


def _left_out(question: LeftOut) -> list[str]:
    words = f"{CHECK}{quoted(question.words)} is left out: {question.why}"
    return textwrap.wrap(words, WIDTH, subsequent_indent="# ")


def _field(guess: Guess, taken: set[str]) -> list[str]:
    remark = textwrap.wrap(f"{CHECK}{guess.remark}", WIDTH, subsequent_indent="# ") if guess.remark else []
    return [*remark, f"- name: {_name(guess, taken)}", *(f"  {line}" for line in _keys(guess))]


def _name(guess: Guess, taken: set[str]) -> str:
    """Return a name and take it, with that of the column for the words behind “Other”."""
    name = FIXED_NAMES.get(guess.type, "")
    # A field with “Other” has two columns, and both must be free.
    free = taken | {column.removesuffix("_other") for column in taken if column.endswith("_other")}
    name = name or short_name(guess.about, free if "other" in guess.more else taken, otherwise="question")
    taken |= {name, f"{name}_other"} if "other" in guess.more else {name}
    return name


def _keys(guess: Guess) -> Iterator[str]:
    yield f"type: {guess.type}"
    if guess.id:
        yield f"id: {scalar(guess.id)}"
    if guess.words:
        yield f"question: {scalar(guess.words)}"
    if guess.required:
        yield "required: true"
    for key, value in guess.more.items():
        yield from _value(key, value)
    if guess.rows:
        yield from _rows(guess)


def _value(key: str, value: Value) -> Iterator[str]:
    if isinstance(value, tuple):
        yield f"{key}:"
        yield from (f"  - {scalar(label)}" for label in value)
    else:
        yield f"{key}: {scalar(value)}"


def _rows(guess: Guess) -> Iterator[str]:
    yield "rows:"
    taken: set[str] = set()
    for row in guess.rows:
        key = short_name(row.label, taken, otherwise="row")
        taken.add(key)
        yield f"  {key}:"
        if row.id:
            yield f"    id: {scalar(row.id)}"
        yield f"    label: {scalar(row.label)}"
