"""packs.yaml: figures that exist, sheets that a spreadsheet program takes, leaders for every authority."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.agree.unique import Claim, clashes
from config.nearest import listed, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.draft import Document, Draft
    from config.errors import Problem
    from config.places import Step
    from config.schema import Packs

MADE_SHEETS = ("Cover", "Contents", "Notes", "Headlines")
"""Sheets of the leaders' summary that the service itself makes."""
LONGEST_SHEET = 31
FORBIDDEN = r"[\[\]:*?/\\']"


def check_packs(draft: Draft) -> Iterator[Problem]:
    """Give the problems of packs.yaml with measures.yaml and programme.yaml."""
    document = draft.packs
    if document is None:
        return
    packs = document.model
    yield from _check_measures(draft, document, ("headlines",), packs.headlines)
    for place, sheet in enumerate(packs.summary):
        yield from _check_measures(draft, document, ("summary", place, "measures"), sheet.measures)
        yield from _check_title(document, place, sheet.title)
    titles = [
        *(Claim(title, "a sheet that the service makes", ()) for title in MADE_SHEETS),
        *(Claim(sheet.title, "the title of a sheet", ("summary", n, "title")) for n, sheet in enumerate(packs.summary)),
    ]
    yield from clashes(document, titles, "a title")
    yield from _check_leaders(draft, document)
    yield from _check_recipients(document)


def _check_measures(
    draft: Draft, document: Document[Packs], steps: tuple[Step, ...], keys: Sequence[str]
) -> Iterator[Problem]:
    measures = draft.measures
    for place, key in enumerate(keys):
        if measures and measures.lacks("measures", key):
            yield document.unknown((*steps, place), key, "measure", measures.model.measures)
        if key in keys[:place]:
            yield document.problem((*steps, place), f"{quoted(key)} again", "each measure once")


def _check_title(document: Document[Packs], place: int, title: str) -> Iterator[Problem]:
    if len(title) > LONGEST_SHEET:
        found = f"a title of {len(title)} characters"
        yield document.problem(("summary", place, "title"), found, f"at most {LONGEST_SHEET}, as in any spreadsheet")
    if re.search(FORBIDDEN, title):
        allowed = "a title without [ ] : * ? / \\ or ', which a spreadsheet refuses in the name of a sheet"
        yield document.problem(("summary", place, "title"), quoted(title), allowed)


def _check_leaders(draft: Draft, document: Document[Packs]) -> Iterator[Problem]:
    programme = draft.programme
    if programme is None:
        return
    authorities = programme.model.authorities
    meant = set()
    for key in document.model.leaders:
        if programme.lacks("authorities", key):
            guess = nearest(key, authorities)
            meant.add(guess)
            found = f"{quoted(key)}, which is no authority"
            yield document.problem_of_key(("leaders", key), found, listed(authorities), guess)
    missing = [key for key in authorities if document.lacks("leaders", key) and key not in meant]
    if missing:
        allowed = f"leaders for each authority: {listed(authorities)}"
        yield document.problem_of_key(("leaders",), f"no leaders for {listed(missing)}", allowed)


def _check_recipients(document: Document[Packs]) -> Iterator[Problem]:
    """Give each address that is written twice: nobody gets a pack twice, nor the figures of another authority."""
    claims = (
        Claim(person.email, f"a recipient in {key}", ("leaders", key, "recipients", place, "email"))
        for key, leaders in document.model.leaders.items()
        for place, person in enumerate(leaders.recipients)
    )
    yield from clashes(document, claims, "an address")
