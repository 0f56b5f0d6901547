"""Reads the truth of one moment from the project team's `data.xlsx`: every counted answer, and what it gives."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tests.disclosure.cells import WHOLE
from tests.truth.workbook import Book

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from config.schema import MeasureSpec
    from tests.disclosure.cells import Place, Programme, Question

CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Answer:
    """One counted response: what it gives to each measure that it counts for. Without a code it is nobody's twice."""

    id: str
    team: str
    day: date
    code: str | None
    values: dict[str, float]

    @property
    def person(self) -> tuple[str, str]:
        """Return who answered, as far as a code tells."""
        return (self.team, self.code) if self.code else ("", self.id)


@dataclass(frozen=True, slots=True)
class Count:
    """What a group's answers to one question give: how many there are, their sum (of a share: how many count)."""

    n: int
    total: float
    values: tuple[float, ...] = ()


@dataclass(slots=True)
class Truth:
    """The answers to each form of one authority as counted at one moment, and its headcounts."""

    programme: Programme
    authority: str
    answers: dict[str, list[Answer]]
    headcounts: dict[str, list[tuple[date, int]]] = field(default_factory=dict)
    written_on: date | None = None
    """The day by the clock on which the workbook was written; None where it does not say."""
    _sorted: dict[tuple[str, str], list[Answer]] = field(default_factory=dict)
    """By measure and team, the answers that it counts in the order of their days."""

    def select(self, question: Question, teams: Iterable[str], start: date, end: date) -> list[Answer]:
        """Return the answers of these teams within these days that the measure counts."""
        selected = []
        for team in teams:
            key = (question.key, team)
            if key not in self._sorted:
                own = (one for one in self.answers.get(question.form, []) if one.team == team and key[0] in one.values)
                self._sorted[key] = sorted(own, key=lambda answer: (answer.day, answer.id))
            answers = self._sorted[key]
            first = bisect_left(answers, start, key=lambda answer: answer.day)
            selected += answers[first : bisect_right(answers, end, key=lambda answer: answer.day)]
        return selected

    def count(self, question: Question, teams: Iterable[str], start: date, end: date) -> Count:
        """Return what the answers of these teams within these days give."""
        values = tuple(answer.values[question.key] for answer in self.select(question, teams, start, end))
        return Count(len(values), sum(values), values)

    def list_teams(self, team: str) -> list[str]:
        """Return the teams that a figure is made of."""
        return list(self.programme.teams[self.authority]) if team == WHOLE else [team]

    def count_place(self, place: Place) -> Count:
        """Return what the answers behind a figure give."""
        question = self.programme.questions[place.measure]
        return self.count(question, self.list_teams(place.team), place.period.start, place.period.end)

    def count_people(self, question: Question, answers: Iterable[Answer], day: date) -> int:
        """Return how many people gave these answers; the headcount is that of the day.

        Of answers without a code there are no more people than in the fullest of the periods in each of which a person
        is asked once, and of staff never more people in all than the headcount.
        """
        survey, people = self.programme.surveys[question.form], 0
        by_team = defaultdict(list)
        for answer in answers:
            by_team[answer.team].append(answer)
        for team, own in by_team.items():
            codes = {answer.code for answer in own if answer.code}
            asked = Counter(self.programme.asking_period(survey, answer.day) for answer in own if not answer.code)
            found = len(codes) + max(asked.values(), default=0)
            most = self.headcount(team, day) if survey.of_staff else None
            people += found if most is None else min(found, most)
        return people

    def headcount(self, team: str, day: date) -> int | None:
        """Return how many people the team has on the day; the earliest that is known holds before it."""
        rows = sorted(self.headcounts.get(team, []))
        known = [count for start, count in rows if start <= day] or [count for _, count in rows[:1]]
        return known[-1] if known else self.programme.headcounts.get(team)


def read_truth(folder: Path, programme: Programme, as_of: date) -> tuple[dict[str, Truth], list[str]]:
    """Return the truth of each authority at the moment of a folder, and where it contradicts the tab `measures`.

    A contradiction says that the auditor counts otherwise than the project team, so that its findings cannot be
    trusted; an answer of a team that is no longer in the YAML is left out, as everywhere.
    """
    book = Book(folder / "data.xlsx")
    keys = {name: (authority, team) for authority, teams in programme.teams.items() for team, name in teams.items()}
    clock = max((str(row["checked_at"])[:10] for row in book.rows("reconciliation") if row["checked_at"]), default=None)
    written_on = date.fromisoformat(clock) if clock else None
    truths = {
        authority: Truth(programme, authority, defaultdict(list), written_on=written_on)
        for authority in programme.teams
    }
    for form in programme.surveys:
        for row in book.rows(form):
            day = date.fromisoformat(str(row["submitted_at"])[:10])
            if row["counted"] == "yes" and day <= as_of and row["team"] in keys:
                authority, team = keys[row["team"]]
                values = {
                    question.key: value
                    for question in programme.questions_of(form)
                    if (value := _value(programme.specs[question.key], row)) is not None
                }
                answer = Answer(row["response_id"], team, day, row.get("code"), values)
                truths[authority].answers[form].append(answer)
    for row in book.rows("teams"):
        if row["team"] in keys and isinstance(row["headcount"], int | float) and row["from_on"]:
            authority, team = keys[row["team"]]
            since = (datetime.fromisoformat(row["from_on"]).date(), int(row["headcount"]))
            truths[authority].headcounts.setdefault(team, []).append(since)
    return truths, _compare_with_measures(book, programme, truths)


def _value(spec: MeasureSpec, row: dict[str, Any]) -> float | None:
    """Return what a response gives to a measure; None where it does not count for it."""
    match spec.kind:
        case "response_rate":
            return 1
        case "ratio_mean":
            part, whole = row[spec.numerator], row[spec.denominator]
            return part / whole if part is not None and whole and 0 <= part <= whole else None
        case "share":
            rows = [value for name, value in row.items() if name == spec.field or name.startswith(f"{spec.field}.")]
            given = [value for value in rows if value is not None]
            return float(any(value in spec.values for value in given)) if given else None
        case "mean":
            value = row[spec.field]
            if f"{spec.field}_other" in row:  # tick boxes: how many were ticked
                return float(len(value.split("; "))) if value else 0.0
            return None if value is None else float(value)
    raise ValueError(f"the auditor does not know measures of the kind {spec.kind}")


def _compare_with_measures(book: Book, programme: Programme, truths: dict[str, Truth]) -> list[str]:
    """Say where the tab `measures` has other numbers than the answers give."""
    authorities = {programme.names[key]: key for key in programme.names}
    found = []
    for row in book.rows("measures"):
        question = programme.questions.get(row["measure"])
        if question is None or row["authority"] not in authorities or row.get("option"):
            continue
        truth = truths[authorities[row["authority"]]]
        teams = {name: key for key, name in programme.teams[truth.authority].items()}
        if row["team"] and row["team"] not in teams:
            continue
        named = truth.list_teams(teams[row["team"]] if row["team"] else WHOLE)
        start = date.fromisoformat(row["period_start"]) if row["period_start"] else programme.start
        own = truth.count(question, named, start, date.fromisoformat(row["period_end"]))
        told = (row["numerator"] or 0,) if question.kind == "response_rate" else (row["n"] or 0, row["numerator"] or 0)
        counted = (own.n,) if question.kind == "response_rate" else (own.n, own.total)
        if any(abs(one - other) > CLOSE for one, other in zip(told, counted, strict=True)):
            who = row["team"] or row["authority"]
            found.append(
                f"{row['measure']} of {who} in {row['period_kind']} {row['period']}: {told}, counted {counted}"
            )
    return found
