"""What becomes of each row of the register, and what its measures come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from tests.sample.programme import AUTHORITIES, AUTHORITY_OF, PHASE_2, months_complete
from tests.sample.typed_values import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.sample.sheets.source import Line, Source
    from tests.sample.typed_values import Meaning


@dataclass(slots=True)
class JudgedRegister:
    """The rows of a tab that count, in order, by key, and what must be reported."""

    source: Source
    received: int = 0
    lines: dict[str, Line] = field(default_factory=dict)
    issues: list[dict[str, str | None]] = field(default_factory=list)
    doubles: list[str] = field(default_factory=list)

    def report(self, key: str | None, column: str, code: str) -> None:
        """Note something for a person to put right."""
        self.issues.append({"sheet": self.source.key, "key": key, "field": column, "code": code})


def judge_rows(source: Source, lines: Iterable[Line]) -> JudgedRegister:
    """Return what counts of a tab: the first row of each key, if it is not refused."""
    kept = JudgedRegister(source)
    seen: set[str] = set()
    for line in lines:
        if all(said.is_blank for said in line.values()):
            continue
        kept.received += 1
        key, owner = source.key_of(line), line.get(source.kept_by, NOTHING)
        if key is not None and key.casefold() in seen:
            _report_double(kept, key)
            continue
        if key is not None:
            seen.add(key.casefold())
        if owner.means is None:
            kept.report(key, source.kept_by, str(owner.code))
        elif key is None:
            kept.report(None, source.key_columns[0], "missing_key")
        else:
            kept.lines[key] = line
            for column, said in line.items():
                if said.code is not None:
                    kept.report(key, column, said.code)
    return kept


def _report_double(kept: JudgedRegister, key: str) -> None:
    """Note a key met twice; of a key of two columns, no rule says which column is reported."""
    if len(kept.source.key_columns) == 1:
        kept.report(key, kept.source.key_columns[0], "duplicate_key")
    else:
        kept.doubles.append(key)


class Headcounts:
    """How many people a team has, by the sheet of teams."""

    def __init__(self, kept: JudgedRegister) -> None:
        self._from: dict[str, list[tuple[date, int]]] = {}
        for line in kept.lines.values():
            day, count = line["from_on"].means, line["headcount"].means
            if isinstance(day, date) and isinstance(count, int):
                self._from.setdefault(str(line["team"].means), []).append((day, count))

    def on(self, team: str, day: date) -> int:
        """Return the headcount in force on a day."""
        return max(entry for entry in self._from[team] if entry[0] <= day)[1]


def _day(line: Line, column: str) -> date | None:
    means = line[column].means
    return means if isinstance(means, date) else None


def implemented(kept: JudgedRegister, as_of: date, *, in_phase_2: bool) -> list[str]:
    """Return the team of each small change that counts as implemented by the reporting date."""
    teams = []
    for line in kept.lines.values():
        day = _day(line, "implemented_on")
        if line["stage"].means not in ("Implemented", "Embedded") or day is None or day > as_of:
            continue
        if not in_phase_2 or PHASE_2.first <= day <= PHASE_2.last:
            teams.append(str(line["team"].means))
    return teams


def by_authority(teams: list[str]) -> dict[str, int]:
    """Return how many of the teams' changes belong to each authority."""
    return {key: sum(AUTHORITY_OF[team] == key for team in teams) for key in AUTHORITIES}


def on_time(kept: JudgedRegister, authority: str, as_of: date) -> list[int]:
    """Return [done on or before the day it was due, due by the reporting date]."""
    done = due = 0
    for line in kept.lines.values():
        due_on, done_on = _day(line, "due_on"), _day(line, "done_on")
        if line["authority"].means != authority or due_on is None or due_on > as_of:
            continue
        due += 1
        done += done_on is not None and done_on <= due_on
    return [done, due]


def held(kept: JudgedRegister, authority: str, as_of: date) -> list[int]:
    """Return [complete months with a review, complete months]."""
    days = [_day(line, "held_on") for line in kept.lines.values() if line["authority"].means == authority]
    months = months_complete(as_of)
    met = {(day.year, day.month) for day in days if day is not None}
    return [sum(month in met for month in months), len(months)]


def commitment(kept: JudgedRegister, authority: str, as_of: date) -> float | None:
    """Return the mean commitment stated at reviews held by the reporting date."""
    stated = []
    for line in kept.lines.values():
        day, value = _day(line, "held_on"), line["commitment"].means
        if line["authority"].means == authority and day is not None and day <= as_of and isinstance(value, int):
            stated.append(value)
    return sum(stated) / len(stated) if stated else None


def shown(means: Meaning) -> Any:
    """Return a value as the truth writes it: days as ISO text."""
    return means.isoformat() if isinstance(means, date) else means
