"""One figure, as the project team and as leaders have it: explained, withdrawn, or put right at once.

Explained is its definition, its numbers, the ids of the rows that it rests on, and what leaders see of it and why.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from integration.errors import CallError
from integration.model import PUBLISH_LOCK, ShownAs
from integration.operations.audit import record_action
from integration.operations.job_runs import check_authority, today
from integration.operations.pipeline import Pipeline
from integration.text_format import format_count, format_list

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from integration.wiring import Service

NUMBERS = ("n", "numerator", "denominator", "value", "lower", "upper", "target", "sd", "median")


def explain(  # noqa: PLR0913  # the options of the command
    service: Service,
    *,
    measure: str,
    team: str,
    authority: str,
    period: str,
    as_of: date | None = None,
    pack: str | None = None,
) -> dict[str, Any]:
    """Return the figure as of the day, or of today, with its definition and the ids of the contributing rows.

    `team` and `authority` are keys, one of them empty. With `pack`, a month, it is the figure as the newest version of
    that month's pack has it. Raises CallError where there is no such figure.
    """
    named = _name_figure(service, measure=measure, team=team, authority=authority, period=period)
    if pack:
        return _explain_pack(service, named, pack)
    day, spec = as_of or today(service), service.settings.measures[measure]
    row = _find_row(Pipeline(service), named, day)
    return {
        "measure": measure,
        "title": spec.title,
        "definition": spec.definition,
        "source": spec.source,
        "authority": named.authority,
        "team": team,
        "period_kind": row["period_kind"],
        "period": period,
        "period_start": row["period_start"].isoformat(),
        "period_end": row["period_end"].isoformat(),
        "as_of": day.isoformat(),
        **{name: _to_json_number(row[name]) for name in NUMBERS},
        "hidden": row["leaders_see"] == "nothing",
        "leaders_see": row["leaders_see"],
        "why": row["why"],
        "ids": list(row["ids"]),
    }


@dataclass(frozen=True, slots=True)
class _Named:
    """Which figure is meant; `team` is "" for the whole authority."""

    measure: str
    authority: str
    team: str
    period: str

    def __str__(self) -> str:
        return f"{self.measure} of {self.team or self.authority} for {self.period}"


def _name_figure(service: Service, *, measure: str, team: str, authority: str, period: str) -> _Named:
    """Return which figure is meant. Raises CallError where there is no such measure, team or authority."""
    measures = service.settings.measures
    if measure not in measures:
        raise CallError(f"There is no measure {measure!r}; there are: {', '.join(measures)}.")
    return _Named(measure, _authority_of(service, team, authority), team, period)


def _find_row(pipeline: Pipeline, named: _Named, day: date) -> pd.Series[Any]:
    """Return the figure as of the day, with how leaders see it."""
    measure, authority, team, period = named.measure, named.authority, named.team, named.period
    frame = pipeline.disclosure(day).frame
    of_measure = frame[(frame["measure"] == measure) & (frame["authority"] == authority) & (frame["team"] == team)]
    of_period = of_measure[of_measure["period"] == period]
    if of_period.empty:
        periods = ", ".join(dict.fromkeys(of_measure["period"])) or "none for a team: ask for the authority"
        raise CallError(f"{measure} has no period {period!r} as of {day}; there are: {periods}.")
    return of_period.iloc[0]


def _explain_pack(service: Service, named: _Named, month: str) -> dict[str, Any]:
    """Return the figure as the newest version of the month's pack has it, with the ids that it rested on."""
    authority = named.authority
    records = [each for each in service.store.packs.records() if (each.authority, each.month) == (authority, month)]
    if not records:
        raise CallError(
            f"There is no pack of {authority} for {month}; build it with: "
            f"pack build --authority {authority} --month {month}"
        )
    pack = json.loads(records[-1].body)
    of_measure = [each for each in pack["figures"] if (each["measure"], each["team"]) == (named.measure, named.team)]
    figure = next((each for each in of_measure if each["period"] == named.period), None)
    if figure is None:
        periods = ", ".join(each["period"] for each in of_measure) or "none"
        raise CallError(
            f"The pack of {authority} for {month} does not show {named}; of this measure it shows: {periods}."
        )
    names = ("measure", "title", "definition", "team", "period_kind", "period", "period_start", "period_end", "shown")
    numbers = {name: figure.get(name) for name in NUMBERS if name in figure}
    hidden, told = figure["hidden"], figure.get("told", "")
    return {
        **{name: figure[name] for name in names},
        "source": service.settings.measures[named.measure].source,
        "authority": authority,
        "pack": month,
        "version": records[-1].version,
        "as_of": pack["as_of"],
        **numbers,
        "hidden": hidden,
        "leaders_see": "nothing" if hidden else told or figure["shown"],
        "why": "",
        "ids": figure["ids"],
    }


@dataclass(frozen=True, slots=True)
class FigureChange:
    """What was done about a figure that leaders see, and what they can tell of it."""

    says: str

    def in_words(self) -> str:
        """Return it in words."""
        return self.says


def withdraw_figure(  # noqa: PLR0913  # the options of the command
    service: Service, *, measure: str, team: str, authority: str, period: str, reason: str
) -> FigureChange:
    """Show leaders `[w]` in the place of a published figure from the next publishing on: that gives nothing away."""
    named = _name_figure(service, measure=measure, team=team, authority=authority, period=period)
    with service.exclusive(PUBLISH_LOCK):
        Pipeline(service).remember_earlier()
        published, read_to = service.store.published_figures.all()
        last = next(
            (
                versions[-1]
                for key, versions in published.items()
                if (key[0], key[1], key[2], key[4]) == (named.authority, measure, team, period)
            ),
            None,
        )
        if last is None or last.shown_as not in {ShownAs.FIGURE, ShownAs.BAND}:
            raise CallError(f"Leaders see no figure {named}: there is nothing to withdraw.")
        gone = replace(last, shown_as=ShownAs.WITHDRAWN, told="", reason=reason, since=service.clock.now())
        service.store.published_figures.add([gone], read_to=read_to)
        record_action(service, "withdraw", str(named), reason)
    return FigureChange(
        f"{named} is withdrawn: leaders see [w] from the next publishing on, until the "
        f"answers of {service.settings.packs.audience.minimum_group} people to it have changed."
    )


def put_figure_right(  # noqa: PLR0913  # the options of the command
    service: Service, *, measure: str, team: str, authority: str, period: str, reason: str, confirm: bool
) -> FigureChange:
    """Publish a figure as it is now, though few answers have changed; say first what that gives away.

    Nothing is done unless it is confirmed.
    """
    from integration.disclose import put_right  # noqa: PLC0415  # its libraries take half a second

    named = _name_figure(service, measure=measure, team=team, authority=authority, period=period)
    day = today(service)
    with service.exclusive(PUBLISH_LOCK):
        pipeline = Pipeline(service)
        row = _find_row(pipeline, named, day)
        if row["leaders_see"] == "same":
            raise CallError(f"Leaders see {named} as it is: there is nothing to put right.")
        context = pipeline.disclosure_context()
        done = put_right(pipeline.figures(day), service.settings, context, key=row["figure"], reason=reason)
        if done is None:
            raise CallError(f"Leaders may not see {named} as it is now: {row['why']}; withdraw it instead.")
        gives_away = (
            f"It gives away what the answers of {'at least ' if done.is_least else ''}"
            f"{format_count(done.changed, 'person', plural='people')} changed in it."
        )
        if done.exposed:
            others = format_list([" ".join(filter(None, (key[1], key[2] or key[0], key[4]))) for key in done.exposed])
            gives_away += f" With it leaders can work out what they see nothing of, or an older figure of: {others}."
        if not confirm:
            return FigureChange(f"{gives_away} Nothing was done; to do it all the same, add --confirm.")
        pipeline.remember_earlier()
        _, read_to = service.store.published_figures.all()
        service.store.published_figures.add([done.version], read_to=read_to)
        record_action(service, "put-right", str(named), reason)
    return FigureChange(f"{named} is shown as it is now from the next publishing on. {gives_away}")


def _authority_of(service: Service, team: str, authority: str) -> str:
    """Return the authority of the figure that was asked for; raises CallError unless one of the two keys is named."""
    if bool(team) == bool(authority):
        raise CallError("Say whose figure it is: either --team KEY or --authority KEY.")
    if authority:
        check_authority(service, authority)
        return authority
    authorities = service.settings.programme.authorities
    for key, its in authorities.items():
        if team in its.teams:
            return key
    teams = [key for its in authorities.values() for key in its.teams]
    raise CallError(f"There is no team {team!r}; there are: {', '.join(teams)}.")


def _to_json_number(value: float) -> float | int | None:
    if math.isnan(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def describe_explanation(figure: dict[str, Any]) -> str:
    """Return the explanation as lines that a person reads."""
    named = ("value", "numerator", "denominator", "n", "lower", "upper", "target")
    numbers = [(name, figure[name]) for name in named if name in figure]
    lines = [
        f"{figure['title']}",
        f"  {figure['definition']}",
        f"  {figure['team'] or figure['authority']}, {figure['period_kind']} {figure['period']}",
        f"  {figure['period_start']} to {figure['period_end']}, as of {figure['as_of']}",
        *(f"  {name:<12} {number:g}" for name, number in numbers if number is not None),
        f"  {'leaders see':<12} {figure['leaders_see']}{': ' if figure['why'] else ''}{figure['why']}",
        f"  rests on {len(figure['ids'])} rows of {figure['source']}:",
        *(f"    {row_id}" for row_id in figure["ids"]),
    ]
    return "\n".join(lines)
