"""programme.yaml: dates that fit together, names that tell one from another, the sheet of headcounts."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from config.checks.sources import Claim, clashes
from config.schema.jobs import JOB_NAMES
from config.spelling import listed, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from config.errors import Problem
    from config.partial import Document, Draft
    from config.positions import Step
    from config.schema import Authority, Packs, Programme, Span

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


def check_alerts(draft: Draft) -> Iterator[Problem]:
    """Give a problem for each form that is not there, and for what ends twice."""
    document = draft.alerts
    if document is None:
        return
    if not draft.unread:
        for name in document.model.silent_after:
            if name not in draft.forms:
                found, guess = f"{quoted(name)}, which is no form", nearest(name, draft.forms)
                yield document.problem_of_key(("silent_after", name), found, listed(draft.forms), guess)
    seen = set()
    for place, expiry in enumerate(document.model.expiries):
        if expiry.what.casefold() in seen:
            found = f"{quoted(expiry.what)}, which stands above already"
            yield document.problem(("expiries", place, "what"), found, "another name for each thing that ends")
        seen.add(expiry.what.casefold())


"""What the service can run."""


def check_jobs(draft: Draft) -> Iterator[Problem]:
    """Give a problem for each unknown job, and for each job without a schedule."""
    document = draft.jobs
    if document is None:
        return
    meant = set()
    for name in document.model.jobs:
        if name not in JOB_NAMES:
            guess = nearest(name, JOB_NAMES)
            meant.add(guess)
            found = f"{quoted(name)}, a job that the service does not have"
            yield document.problem_of_key(("jobs", name), found, listed(JOB_NAMES), guess)
    missing = [name for name in JOB_NAMES if document.lacks("jobs", name) and name not in meant]
    if missing:
        allowed = f"a schedule for each of {listed(JOB_NAMES)}: copy what is missing from the jobs.yaml that is shipped"
        yield document.problem_of_key(("jobs",), f"no schedule for {listed(missing)}", allowed)
