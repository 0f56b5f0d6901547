"""explain: what one figure is, and what it rests on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from integration.errors import CallError

if TYPE_CHECKING:
    from datetime import date

    from integration.operations.pipeline import Pipeline
    from integration.wiring import Service


def explain(  # noqa: PLR0913  # the options of the command
    service: Service, flow: Pipeline, *, measure: str, team: str, authority: str, period: str, as_of: date
) -> dict[str, Any]:
    """Return the figure with its definition, numerator, denominator and the ids of the contributing rows.

    `team` and `authority` are keys, one of them empty. Raises CallError where there is no such figure.
    """
    settings = service.settings
    if measure not in settings.measures:
        raise CallError(f"There is no measure {measure!r}; there are: {', '.join(settings.measures)}.")
    whose = _whose(service, team, authority)
    frame = flow.figures(as_of).frame
    of_measure = frame[(frame["measure"] == measure) & (frame["authority"] == whose[0]) & (frame["team"] == whose[1])]
    found = of_measure[of_measure["period"] == period]
    if found.empty:
        periods = ", ".join(dict.fromkeys(of_measure["period"])) or "none for a team: ask for the authority"
        raise CallError(f"{measure} has no period {period!r} as of {as_of}; there are: {periods}.")
    row = found.iloc[0]
    hidden = bool(flow.hidden(as_of).loc[found.index[0]])
    spec = settings.measures[measure]
    names = ("n", "numerator", "denominator", "value", "lower", "upper", "target", "sd", "median")
    return {
        "measure": measure,
        "title": spec.title,
        "definition": spec.definition,
        "source": spec.source,
        "authority": whose[0],
        "team": whose[1],
        "period_kind": row["period_kind"],
        "period": period,
        "period_start": row["period_start"].isoformat(),
        "period_end": row["period_end"].isoformat(),
        "as_of": as_of.isoformat(),
        **{name: _number(row[name]) for name in names},
        "hidden": hidden,
        "ids": list(row["ids"]),
    }


def describe_explanation(told: dict[str, Any]) -> str:
    """Return the explanation as lines that a person reads."""
    numbers = [(name, told[name]) for name in ("value", "numerator", "denominator", "n", "lower", "upper", "target")]
    lines = [
        f"{told['title']}",
        f"  {told['definition']}",
        f"  {told['team'] or told['authority']}, {told['period_kind']} {told['period']}",
        f"  {told['period_start']} to {told['period_end']}, as of {told['as_of']}",
        *(f"  {name:<12} {number:g}" for name, number in numbers if number is not None),
        f"  {'hidden':<12} {'yes: leaders do not see it' if told['hidden'] else 'no'}",
        f"  rests on {len(told['ids'])} rows of {told['source']}:",
        *(f"    {row_id}" for row_id in told["ids"]),
    ]
    return "\n".join(lines)


def _whose(service: Service, team: str, authority: str) -> tuple[str, str]:
    authorities = service.settings.programme.authorities
    if bool(team) == bool(authority):
        raise CallError("Say whose figure it is: either --team KEY or --authority KEY.")
    if authority:
        if authority not in authorities:
            raise CallError(f"There is no authority {authority!r}; there are: {', '.join(authorities)}.")
        return authority, ""
    for key, known in authorities.items():
        if team in known.teams:
            return key, team
    teams = [key for known in authorities.values() for key in known.teams]
    raise CallError(f"There is no team {team!r}; there are: {', '.join(teams)}.")


def _number(value: float) -> float | int | None:
    if math.isnan(value):
        return None
    return int(value) if float(value).is_integer() else float(value)
