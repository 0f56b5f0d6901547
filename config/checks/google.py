"""google.yaml: it names everything that the other files have, nothing else, and nothing twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.positions import Keys, find
from config.spelling import listed, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.errors import Problem
    from config.partial import Document, Draft
    from config.schema import Google, Programme


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a group of google.yaml is to have, each with the file that it comes from.

    Where not `is_all`, another file is wrong, and there may be names beside these.
    """

    what: str
    names: Mapping[str, str]
    is_all: bool


def check_google(draft: Draft) -> Iterator[Problem]:
    """Give the problems of google.yaml with the forms, sheets and authorities that there are."""
    if draft.google is None:
        return
    # Nothing is held back because its neighbour is wrong: names are looked up in all that is written.
    document = replace(draft.google, tree=draft.google.written)
    yield from _check_names(document, ("forms",), _forms(draft))
    yield from _check_names(document, ("sheets",), _spreadsheets(draft))
    if draft.programme:
        yield from _check_names(document, ("publish", "summary"), _authorities(draft.programme))
    yield from _check_ids(document)


def _forms(draft: Draft) -> Known:
    return Known("form", {key: f"forms/{key}.yaml" for key in draft.forms}, is_all=not draft.unread)


def _spreadsheets(draft: Draft) -> Known:
    names: dict[str, str] = {}
    for key, document in draft.sheets.items():
        if document.has("spreadsheet"):
            names.setdefault(document.model.spreadsheet, f"sheets/{key}.yaml")
    all_named = all(document.has("spreadsheet") for document in draft.sheets.values())
    return Known("spreadsheet of sheets/*.yaml", names, is_all=all_named and not draft.unread)


def _authorities(programme: Document[Programme]) -> Known:
    names = dict.fromkeys(programme.model.authorities, "programme.yaml")
    return Known("authority", names, is_all=programme.is_complete("authorities"))


def _check_names(document: Document[Google], steps: tuple[str, ...], known: Known) -> Iterator[Problem]:
    """Give what is not known and what is missing in a group, where the group is there."""
    group = find(document.written, steps)
    if group.way != steps or not isinstance(group.node, Keys):
        return
    meant = set()
    for name in group.node.nodes:
        if name not in known.names and known.is_all:
            guess = nearest(name, known.names)
            meant.add(guess)
            found = f"{quoted(name)}, which is no {known.what}"
            allowed = listed(known.names) or f"nothing: there is no {known.what}"
            yield document.problem_of_key((*steps, name), found, allowed, guess)
    missing = [name for name in known.names if name not in group.node.nodes and name not in meant]
    if missing:
        found = f"nothing for {listed(f'{name} ({known.names[name]})' for name in missing)}"
        allowed = f"a line “{missing[0]}: …” with the id or the link"
        allowed += f", and so for each of {listed(known.names)}" if len(known.names) > 1 else ""
        yield document.problem_of_key(steps, found, allowed)


def _check_ids(document: Document[Google]) -> Iterator[Problem]:
    """Give each id that stands there twice: what is read is never written to, and no two leaders read one summary."""
    google = document.model
    claims: list[tuple[str, tuple[str, ...]]] = [
        *((google_id, ("forms", key)) for key, google_id in google.forms.items()),
        *((google_id, ("sheets", key)) for key, google_id in google.sheets.items()),
    ]
    if google.publish:
        claims.append((google.publish.data, ("publish", "data")))
        claims += [(google_id, ("publish", "summary", key)) for key, google_id in google.publish.summary.items()]
    first: dict[str, tuple[str, ...]] = {}
    for google_id, steps in claims:
        earlier = first.setdefault(google_id, steps)
        if earlier != steps:
            found = f"{quoted(google_id)}, which is already that of {'.'.join(earlier)}"
            yield document.problem(steps, found, "the id or link of another file in Google: each stands here once")
