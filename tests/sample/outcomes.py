"""What becomes of each response: refused, superseded or counted. From what was meant, row by row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.sample.codes import TEST
from tests.sample.instants import london_day
from tests.sample.programme import AUTHORITY_OF, END, PHASES, START, WINDOWS, fortnight_of, span_of
from tests.sample.typed_values import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from tests.sample.response import Form, Response
    from tests.sample.typed_values import Meaning, TypedAnswer


@dataclass(frozen=True, slots=True)
class Row:
    """An accepted response. `person` is the code that can be read, if there is one."""

    response: Response
    answers: Mapping[str, TypedAnswer]
    day: date
    team: str
    person: str | None
    counted: bool = True

    @property
    def authority(self) -> str:
        """The key of the team's authority."""
        return AUTHORITY_OF[self.team]

    @property
    def fortnight(self) -> int:
        """The fortnight of the first submission."""
        return fortnight_of(self.day)

    @property
    def phase(self) -> str | None:
        """The phase of the first submission."""
        return span_of(self.day, PHASES)

    @property
    def window(self) -> str | None:
        """The window of the first submission, if it lies in one."""
        return span_of(self.day, WINDOWS)

    def means(self, field: str) -> Meaning:
        """Return the value of a field; None where it is empty."""
        return self.answers.get(field, NOTHING).means


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of a form's responses: rows by response id, and refused ids with their code."""

    rows: dict[str, Row]
    refused: dict[str, str]

    @property
    def superseded(self) -> list[str]:
        """The ids of rows that gave way to another."""
        return [response_id for response_id, row in self.rows.items() if not row.counted]


def judge_responses(form: Form, responses: Iterable[Response]) -> Outcomes:
    """Return what becomes of the responses of a form."""
    rows: dict[str, Row] = {}
    refused: dict[str, str] = {}
    for response in responses:
        outcome = _accept(response)
        if isinstance(outcome, str):
            refused[response.response_id] = outcome
        else:
            rows[response.response_id] = outcome
    if form.one_per_fortnight:
        for response_id in _superseded_ids(rows.values()):
            rows[response_id] = replace(rows[response_id], counted=False)
    return Outcomes(rows, refused)


def _accept(response: Response) -> Row | str:
    """Return the row, or the code under which the response is refused whole."""
    answers = response.newest.answers
    day = london_day(response.created)
    team, code = (answers.get(field, NOTHING).means for field in ("team", "code"))
    if code == TEST:
        return "test_submission"
    if not START <= day <= END:
        return "outside_programme"
    if team is None:
        return "unknown_team"
    return Row(response, answers, day, str(team), None if code is None else str(code))


def _superseded_ids(rows: Iterable[Row]) -> list[str]:
    """Return the ids of rows whose person, in the same team and fortnight, submitted another one later."""
    rivals: dict[tuple[str, str, int], list[Row]] = {}
    for row in rows:
        if row.person is not None:
            rivals.setdefault((row.team, row.person, row.fortnight), []).append(row)
    lost = []
    for group in rivals.values():
        winner = max(group, key=lambda row: (row.response.newest.submitted, row.response.response_id))
        lost += [row.response.response_id for row in group if row is not winner]
    return lost
