"""Answers of made-up teams, and the figures that they make: what disclosure is tried on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config.schema import PeriodKind
from integration.disclose import Digests, DisclosureContext, disclose
from integration.model import FIGURE_COLUMNS, Disclosure, FigureKey, Figures, PublishedFigure, ShownAs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from config.schema import Settings

START = date(2021, 9, 6)
NOW = datetime(2022, 2, 1, 9, tzinfo=UTC)
TODAY = NOW.date()
AS_OF = date(2022, 1, 31)


@dataclass(frozen=True, slots=True)
class Answer:
    """One person's answer to one question: 1 or 0 to a share, a number to a mean."""

    team: str
    person: str
    number: float
    fortnight: int = 1


def team_answers(team: str, numerator: int, n: int, *, fortnight: int = 1, first: int = 0) -> list[Answer]:
    """Return the answers of n people of a team, of whom so many answered so."""
    return [Answer(team, f"{team}-{first + number:02}", float(number < numerator), fortnight) for number in range(n)]


def fortnight_days(number: int) -> tuple[date, date]:
    """Return the first and the last day of a fortnight."""
    first = START + timedelta(days=14 * (number - 1))
    return first, first + timedelta(days=13)


def make_figures(
    answers: Mapping[str, Iterable[Answer]],
    teams: Sequence[str] = ("elm", "oak"),
    *,
    rounds: Sequence[tuple[int, ...]] = (),
    headcounts: Mapping[str, int] | None = None,
    responses: str = "",
) -> Figures:
    """Return the figures of each measure in Northbrook, its teams and in every fortnight.

    `rounds` are survey rounds by their fortnights; `responses` names the measure that counts who responded.
    """
    rows = []
    for measure, given in answers.items():
        listed = list(given)
        numbers = sorted({1, *(answer.fortnight for answer in listed), *(each for own in rounds for each in own)})
        periods: list[tuple[PeriodKind, str, tuple[int, ...]]] = [
            (PeriodKind.FORTNIGHT, str(each), (each,)) for each in numbers
        ]
        if measure != responses:
            periods += [(PeriodKind.WINDOW, f"round_{place}", own) for place, own in enumerate(rounds)]
        for kind, period, fortnights in periods:
            for team in ("", *teams):
                own = [a for a in listed if a.fortnight in fortnights and team in {"", a.team}]
                heads = sum(count for name, count in (headcounts or {}).items() if team in {"", name}) or np.nan
                days = (fortnight_days(min(fortnights))[0], fortnight_days(max(fortnights))[1])
                rows.append(_make_row(measure, team, (kind, period), days, own, heads, counts_who=measure == responses))
    return Figures(AS_OF, pd.DataFrame(rows))


def _make_row(  # noqa: PLR0913, PLR0917  # one call
    measure: str,
    team: str,
    period: tuple[str, str],
    days: tuple[date, date],
    own: Sequence[Answer],
    heads: float,
    *,
    counts_who: bool,
) -> dict[str, object]:
    numbers = np.array([answer.number for answer in own])
    numerator, n = (float(len(own)), heads) if counts_who else (float(numbers.sum()), float(len(own)))
    named = dict(zip(FIGURE_COLUMNS, (measure, "northbrook", team, *map(str, period), *days), strict=False))
    return named | {
        "n": n, "numerator": numerator, "denominator": n, "value": numerator / n if n else np.nan, "lower": np.nan,
        "upper": np.nan, "target": np.nan, "sd": np.nan, "median": np.nan, "headcount": heads,
        "people": float(len({answer.person for answer in own})), "series_from": pd.NaT,
        "ids": tuple(f"{measure}-{answer.person}-{answer.fortnight}" for answer in own),
        "persons": np.array([answer.person for answer in own], dtype=object), "answers": numbers,
    }  # fmt: skip


class Leaders:
    """The leaders of Northbrook: what was published to them stays known."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._published: dict[FigureKey, list[PublishedFigure]] = {}
        self._digests = Digests(b"a key")
        self._now = NOW

    def see(self, figures: Figures, *, today: date = TODAY) -> Disclosure:
        """Publish the figures; return how they are seen."""
        context = DisclosureContext(self._published, self._digests, today, self._now)
        seen = disclose(figures, self._settings, context)
        for each in seen.new:
            self._published.setdefault(each.key, []).append(each)
        self._now += timedelta(days=1)
        return seen

    def withdraw(self, key: FigureKey, reason: str) -> None:
        """Take a figure back."""
        last = self._published[key][-1]
        self._published[key].append(replace(last, shown_as=ShownAs.WITHDRAWN, reason=reason, since=self._now))


def list_seen(seen: Disclosure, measure: str = "ownership_positive", period: str = "1") -> dict[str, str]:
    """Return how each group's figure is seen, by the group's name."""
    frame = seen.frame[(seen.frame["measure"] == measure) & (seen.frame["period"] == period)]
    words = frame["shown_as"].where(~frame["is_older"], "older")
    return dict(zip(frame["team"].replace("", "all"), words, strict=True))
