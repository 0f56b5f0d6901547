"""programme.yaml: dates that fit together, names that tell one from another, the sheet of headcounts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from config.agree.unique import Claim, clashes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.draft import Document, Draft
    from config.errors import Problem
    from config.schema import Authority, Programme, Span

HEADCOUNT_FIELDS = {"team": "team", "headcount": "number", "from_on": "date"}
"""The fields that a sheet of headcounts has, and their types."""


def check_programme(draft: Draft) -> Iterator[Problem]:
    """Give the problems within programme.yaml, and with the sheet that it names."""
    document = draft.programme
    if document is None:
        return
    programme = document.model
    if not document.has("start", "end"):
        pass
    elif programme.end < programme.start:
        yield document.problem(
            ("end",), f"{programme.end}, before the start of {programme.start}", "a day after the start"
        )
    else:
        yield from _outside(document, "phases", programme.phases)
        yield from _outside(document, "windows", programme.windows)
    yield from _overlaps(document, "phases", programme.phases, sort=False)
    yield from _overlaps(document, "windows", programme.windows, sort=True)
    labels = (Claim(label, f"label {n + 1}", ("likert5", n)) for n, label in enumerate(programme.likert5))
    yield from clashes(document, labels, "a label")
    yield from clashes(document, _authority_names(programme), "a name or alias")
    yield from clashes(document, _team_names(programme.authorities), "a name or alias")
    yield from clashes(document, _team_keys(programme.authorities), "a key")
    yield from _headcounts(draft, document)


def _outside(document: Document[Programme], group: str, spans: Mapping[str, Span]) -> Iterator[Problem]:
    start, end = document.model.start, document.model.end
    for key, span in spans.items():
        for name in ("start", "end"):
            day = getattr(span, name)
            if not start <= day <= end:
                yield document.problem((group, key, name), f"{day}", f"a day of the programme, {start} to {end}")


def _overlaps(document: Document[Programme], group: str, spans: Mapping[str, Span], *, sort: bool) -> Iterator[Problem]:
    """Windows may be written in any order; phases stand in the order of their days."""
    items = sorted(spans.items(), key=lambda item: item[1].start) if sort else list(spans.items())
    for (earlier, before), (key, span) in pairwise(items):
        if span.start <= before.end:
            found = f"{span.start}, on or before the end of {earlier} ({before.end})"
            yield document.problem((group, key, "start"), found, f"a day after {before.end}: {group} follow each other")


def _authority_names(programme: Programme) -> Iterator[Claim]:
    for key, authority in programme.authorities.items():
        owner, steps = f"a name of the authority {key}", ("authorities", key)
        yield Claim(authority.name, owner, (*steps, "name"))
        yield from (Claim(alias, owner, (*steps, "aliases", n)) for n, alias in enumerate(authority.aliases))


def _team_names(authorities: Mapping[str, Authority]) -> Iterator[Claim]:
    for authority_key, authority in authorities.items():
        for key, team in authority.teams.items():
            owner, steps = f"a name of the team {key} of {authority_key}", ("authorities", authority_key, "teams", key)
            yield Claim(team.name, owner, (*steps, "name"))
            yield from (Claim(alias, owner, (*steps, "aliases", n)) for n, alias in enumerate(team.aliases))


def _team_keys(authorities: Mapping[str, Authority]) -> Iterator[Claim]:
    for authority_key, authority in authorities.items():
        for key in authority.teams:
            yield Claim(key, f"a team of {authority_key}", ("authorities", authority_key, "teams", key))


def _headcounts(draft: Draft, document: Document[Programme]) -> Iterator[Problem]:
    name = document.model.headcounts
    if name is None or name in draft.unread:
        return
    sheet = draft.sheets.get(name)
    if sheet is None:
        yield document.unknown(("headcounts",), name, "sheet", draft.sheets)
        return
    types = {field.name: field.type for field in sheet.model.fields}
    for field, wanted in HEADCOUNT_FIELDS.items():
        if types.get(field) != wanted and (field in types or sheet.lacks("fields", field)):
            found = (
                f"a sheet whose field {field} is of type {types[field]}"
                if field in types
                else f"a sheet without {field}"
            )
            allowed = f"a sheet with a field {field} of type {wanted} (sheets/{name}.yaml)"
            yield document.problem(("headcounts",), found, allowed)
