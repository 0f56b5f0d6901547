"""Cross-checks of programme.yaml, and of google.yaml, jobs.yaml and alerts.yaml, which name parts of the programme."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from config.checks.sources import Claim, find_clashes, find_unknown_keys
from config.schema.jobs import JOB_NAMES
from config.spelling import fold_case, listed, quoted
from config.yaml_positions import MappingNode, locate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.errors import Problem
    from config.partial import ConfigFile, PartialConfiguration
    from config.schema import Google, Programme, Span
    from config.schema.programme import Member

HEADCOUNT_FIELDS = {"team": "team", "headcount": "number", "from_on": "date"}
"""The fields that a sheet of headcounts has, and their types."""


def check_programme(partial: PartialConfiguration) -> Iterator[Problem]:
    """Give the problems within programme.yaml, and with the sheet that it names."""
    file = partial.programme
    if file is None:
        return
    programme = file.model
    if file.has("start", "end") and programme.end < programme.start:
        found = f"{programme.end}, before the start of {programme.start}"
        yield file.problem(("end",), found, "a day after the start")
    # Windows may be written in any order; phases stand in the order of their days.
    windows = dict(sorted(programme.windows.items(), key=lambda item: item[1].start))
    yield from _check_spans(file, "phases", programme.phases)
    yield from _check_spans(file, "windows", windows)
    labels = (Claim(label, f"label {n + 1}", ("likert5", n)) for n, label in enumerate(programme.likert5))
    yield from find_clashes(file, labels, "a label")
    yield from _check_names(file)
    yield from _check_days(file)
    yield from _check_headcounts(partial, file)


def _check_spans(file: ConfigFile[Programme], group: str, spans: Mapping[str, Span]) -> Iterator[Problem]:
    """Give each phase or window that begins or ends outside the programme, or before the end of the one before it."""
    start, end = file.model.start, file.model.end
    for key, span in spans.items() if file.has("start", "end") and start <= end else ():
        for name, day in (("start", span.start), ("end", span.end)):
            if not start <= day <= end:
                yield file.problem((group, key, name), f"{day}", f"a day of the programme, {start} to {end}")
    for (earlier, before), (key, span) in pairwise(spans.items()):
        if span.start <= before.end:
            found = f"{span.start}, on or before the end of {earlier} ({before.end})"
            yield file.problem((group, key, "start"), found, f"a day after {before.end}: {group} follow each other")


def _check_names(file: ConfigFile[Programme]) -> Iterator[Problem]:
    """Give each name, alias and key of an authority or team that another one has."""
    authority_names: list[Claim] = []
    team_names: list[Claim] = []
    team_keys: list[Claim] = []
    for authority_key, authority in file.model.authorities.items():
        owner, steps = f"a name of the authority {authority_key}", ("authorities", authority_key)
        authority_names.append(Claim(authority.name, owner, (*steps, "name")))
        authority_names += [Claim(alias, owner, (*steps, "aliases", n)) for n, alias in enumerate(authority.aliases)]
        for key, team in authority.teams.items():
            team_owner, team_steps = f"a name of the team {key} of {authority_key}", (*steps, "teams", key)
            team_names.append(Claim(team.name, team_owner, (*team_steps, "name")))
            team_names += [
                Claim(alias, team_owner, (*team_steps, "aliases", n)) for n, alias in enumerate(team.aliases)
            ]
            team_keys.append(Claim(key, f"a team of {authority_key}", team_steps))
    yield from find_clashes(file, authority_names, "a name or alias")
    yield from find_clashes(file, team_names, "a name or alias")
    yield from find_clashes(file, team_keys, "a key")


def _check_days(file: ConfigFile[Programme]) -> Iterator[Problem]:
    """Give each first or last day of a team or an authority that lies outside the programme."""
    programme = file.model
    if not file.has("start", "end"):
        return
    for key, authority in programme.authorities.items():
        members: list[tuple[tuple[str, ...], Member]] = [(("authorities", key), authority)]
        members += [(("authorities", key, "teams", name), team) for name, team in authority.teams.items()]
        for steps, member in members:
            for name, day in (("from", member.from_day), ("until", member.until_day)):
                if day is not None and not programme.start <= day <= programme.end:
                    allowed = f"a day of the programme, {programme.start} to {programme.end}"
                    yield file.problem((*steps, name), f"{day}", allowed)


def _check_headcounts(partial: PartialConfiguration, file: ConfigFile[Programme]) -> Iterator[Problem]:
    name = file.model.headcounts
    if name is None or name in partial.unread:
        return
    sheet = partial.sheets.get(name)
    if sheet is None:
        yield file.unknown_name(("headcounts",), name, "sheet", partial.sheets)
        return
    types = {field.name: field.type for field in sheet.model.fields}
    for field, wanted in HEADCOUNT_FIELDS.items():
        if field in types and types[field] != wanted:
            found = f"a sheet whose field {field} is of type {types[field]}"
        elif field not in types and sheet.lacks("fields", field):
            found = f"a sheet without {field}"
        else:
            continue
        allowed = f"a sheet with a field {field} of type {wanted} (sheets/{name}.yaml)"
        yield file.problem(("headcounts",), found, allowed)


def check_google(partial: PartialConfiguration) -> Iterator[Problem]:
    """Give the problems of google.yaml: it names each form, spreadsheet and authority, nothing else, nothing twice."""
    if partial.google is None:
        return
    # No entry is left out because another is wrong: names are looked up in all that is written.
    file = replace(partial.google, valid_tree=partial.google.tree)
    forms = {key: f"forms/{key}.yaml" for key in partial.forms}
    yield from _check_google_names(file, ("forms",), "form", forms, is_complete=not partial.unread)
    spreadsheets: dict[str, str] = {}
    for key, sheet in partial.sheets.items():
        if sheet.has("spreadsheet"):
            spreadsheets.setdefault(sheet.model.spreadsheet, f"sheets/{key}.yaml")
    is_complete = not partial.unread and all(sheet.has("spreadsheet") for sheet in partial.sheets.values())
    what = "spreadsheet of sheets/*.yaml"
    yield from _check_google_names(file, ("sheets",), what, spreadsheets, is_complete=is_complete)
    if programme := partial.programme:
        authorities = dict.fromkeys(programme.model.authorities, "programme.yaml")
        is_complete = programme.is_complete("authorities")
        yield from _check_google_names(file, ("publish", "summary"), "authority", authorities, is_complete=is_complete)
    yield from _check_google_ids(file)


def _check_google_names(
    file: ConfigFile[Google], steps: tuple[str, ...], what: str, known: Mapping[str, str], *, is_complete: bool
) -> Iterator[Problem]:
    """Give what is unknown and what is missing in a group of google.yaml, where the group is there.

    `known` has the names that the group is to have, each with the file that it comes from. Where it is not complete,
    another file is wrong, and there may be names beside these.
    """
    group = locate(file.tree, steps)
    if group.path != steps or not isinstance(group.node, MappingNode):
        return
    unknown = [(*steps, name) for name in group.node.children if name not in known and is_complete]
    if_none = f"nothing: there is no {what}"
    guesses = yield from find_unknown_keys(file, unknown, f"which is no {what}", known, if_none)
    missing = [name for name in known if name not in group.node.children and name not in guesses]
    if missing:
        found = f"nothing for {listed(f'{name} ({known[name]})' for name in missing)}"
        allowed = f"a line “{missing[0]}: …” with the id or the link"
        allowed += f", and so for each of {listed(known)}" if len(known) > 1 else ""
        yield file.key_problem(steps, found, allowed)


def _check_google_ids(file: ConfigFile[Google]) -> Iterator[Problem]:
    """Give each id that stands there twice: what is read is never written to, and no two leaders read one summary."""
    google, publish = file.model, file.model.publish
    uses: list[tuple[str, tuple[str, ...]]] = [
        *((google_id, ("forms", key)) for key, google_id in google.forms.items()),
        *((google_id, ("sheets", key)) for key, google_id in google.sheets.items()),
    ]
    if publish:
        uses.append((publish.data, ("publish", "data")))
        uses += [(google_id, ("publish", "summary", key)) for key, google_id in publish.summary.items()]
    first: dict[str, tuple[str, ...]] = {}
    for google_id, steps in uses:
        earlier = first.setdefault(google_id, steps)
        if earlier != steps:
            found = f"{quoted(google_id)}, which is already that of {'.'.join(earlier)}"
            yield file.problem(steps, found, "the id or link of another file in Google: each stands here once")


def check_jobs(partial: PartialConfiguration) -> Iterator[Problem]:
    """Give a problem for each unknown job, and for each job without a schedule."""
    file = partial.jobs
    if file is None:
        return
    unknown = [("jobs", name) for name in file.model.jobs if name not in JOB_NAMES]
    guesses = yield from find_unknown_keys(file, unknown, "a job that the service does not have", JOB_NAMES)
    missing = [name for name in JOB_NAMES if file.lacks("jobs", name) and name not in guesses]
    if missing:
        allowed = f"a schedule for each of {listed(JOB_NAMES)}: copy what is missing from the jobs.yaml that is shipped"
        yield file.key_problem(("jobs",), f"no schedule for {listed(missing)}", allowed)


def check_alerts(partial: PartialConfiguration) -> Iterator[Problem]:
    """Give a problem for each form of alerts.yaml that does not exist, and for each expiry that stands there twice."""
    file = partial.alerts
    if file is None:
        return
    if not partial.unread:
        unknown = [("silent_after", name) for name in file.model.silent_after if name not in partial.forms]
        yield from find_unknown_keys(file, unknown, "which is no form", partial.forms)
    earlier = set()
    for place, expiry in enumerate(file.model.expiries):
        if fold_case(expiry.what) in earlier:
            found = f"{quoted(expiry.what)}, which stands above already"
            yield file.problem(("expiries", place, "what"), found, "another name for each thing that ends")
        earlier.add(fold_case(expiry.what))
