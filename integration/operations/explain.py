"""Explains a figure: its definition, its numbers, and the ids of the rows that it rests on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from integration.errors import CallError
from integration.operations.job_runs import check_authority, today
from integration.operations.pipeline import Pipeline

if TYPE_CHECKING:
    from datetime import date

    from integration.wiring import Service

NUMBERS = ("n", "numerator", "denominator", "value", "lower", "upper", "target", "sd", "median")


def explain(  # noqa: PLR0913  # the options of the command
    service: Service, *, measure: str, team: str, authority: str, period: str, as_of: date | None = None
) -> dict[str, Any]:
    """Return the figure as of the day, or of today, with its definition and the ids of the contributing rows.

    `team` and `authority` are keys, one of them empty. Raises CallError where there is no such figure.
    """
    settings, day = service.settings, as_of or today(service)
    if measure not in settings.measures:
        raise CallError(f"There is no measure {measure!r}; there are: {', '.join(settings.measures)}.")
    authority = _authority_of(service, team, authority)
    pipeline = Pipeline(service)
    frame = pipeline.figures(day).frame
    of_measure = frame[(frame["measure"] == measure) & (frame["authority"] == authority) & (frame["team"] == team)]
    of_period = of_measure[of_measure["period"] == period]
    if of_period.empty:
        periods = ", ".join(dict.fromkeys(of_measure["period"])) or "none for a team: ask for the authority"
        raise CallError(f"{measure} has no period {period!r} as of {day}; there are: {periods}.")
    row = of_period.iloc[0]
    spec, seen = settings.measures[measure], pipeline.disclosure(day).frame.loc[of_period.index[0]]
    return {
        "measure": measure,
        "title": spec.title,
        "definition": spec.definition,
        "source": spec.source,
        "authority": authority,
        "team": team,
        "period_kind": row["period_kind"],
        "period": period,
        "period_start": row["period_start"].isoformat(),
        "period_end": row["period_end"].isoformat(),
        "as_of": day.isoformat(),
        **{name: _to_json_number(row[name]) for name in NUMBERS},
        "hidden": seen["leaders_see"] == "nothing",
        "leaders_see": seen["leaders_see"],
        "why": seen["why"],
        "ids": list(row["ids"]),
    }


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
    numbers = [(name, figure[name]) for name in ("value", "numerator", "denominator", "n", "lower", "upper", "target")]
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
