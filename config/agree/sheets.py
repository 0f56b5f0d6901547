"""sheets/*.yaml: a sheet has headings that can be found again, a key, an owner, and things to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.agree.fields import check_fields, of_type, places
from config.agree.unique import Claim, clashes
from config.nearest import listed, nearest, quoted
from config.schema import GridField

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.draft import Document, Draft
    from config.errors import Problem
    from config.schema import Sheet

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
