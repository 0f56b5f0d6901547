"""What a leader can compute with, as integers: the unknowns of one form of one authority, and what holds of them.

Unknowns are, for each measure, team and part of time, how many answers there are and how many of them count (of a mean:
their sum). An equation or bound that the truth itself breaks is left out: nothing true follows from it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import permutations, product
from typing import TYPE_CHECKING

from tests.disclosure.cells import TELLING, read_amount
from tests.disclosure.history import CLOSE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.disclosure.cells import Question
    from tests.disclosure.history import Fact, History, Span

MOST_ANSWERS = 400
"""More answers than any team gives: the bound of a number of which nothing is known."""

SLACK = 1e-4
"""What the bounds of a sum are widened by, so that no solver stumbles over the last digit of a rounded mean."""
MOST_VALUE = 1e4
"""The greatest answer to a question of numbers whose YAML gives no maximum."""

Sum = dict[int, float]
"""A sum of unknowns: the factor of each by its number."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A number that is not published: `part` is "n" for the answers, "k" for those that count or for their sum.

    Two versions of the same part of time stand for answers of which a figure changed between them.
    """

    part: str
    measure: str
    team: str
    span: Span
    version: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class At:
    """Where an unknown stands: its measure, team and part of time, as the publication of a number shows them."""

    measure: str
    team: str
    span: Span
    publication: int


@dataclass(frozen=True, slots=True)
class Row:
    """A bound of a sum; `fact` is the published cell that it comes from, None where everybody knows it."""

    sum: tuple[tuple[int, float], ...]
    low: float
    high: float
    fact: Fact | None = None


@dataclass(slots=True)
class System:
    """The unknowns of one form, the rows that bind them, and their true values as far as they are known."""

    history: History
    form: str
    unknowns: list[Unknown] = field(default_factory=list)
    truth: list[float | None] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    _numbers: dict[Unknown, int] = field(default_factory=dict)
    _spans: tuple[Span, ...] = ()
    _versions: dict[tuple[str, Span, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Write down everything that is published or known to everybody."""
        self._spans = self.history.list_spans(self.form)
        self.facts = [
            fact for fact in self.history.facts if self.history.question(fact.place.measure).form == self.form
        ]
        for fact in self.facts:
            self.rows += self.write_fact(fact)
        known = set(self.rows)
        for row in (*self._bind_measures(), *self._bind_headcounts(), *self._bind_values()):
            if row not in known and not self._is_broken_by_truth(row):
                known.add(row)
                self.rows.append(row)

    def express(self, fact: Fact, part: str) -> Sum:
        """Return a figure's answers ("n"), or those that count ("k"), as a sum of unknowns."""
        teams, period = self.history.list_teams(fact.place.team), fact.place.period
        is_alone = self._is_alone(fact)
        return {
            self._find(part, At(fact.place.measure, team, span, fact.first), is_alone=is_alone): 1.0
            for team in teams
            for span in self._spans
            if span.is_in(period)
        }

    def write_fact(self, fact: Fact) -> list[Row]:
        """Return what a cell says of the unknowns."""
        question = self.history.question(fact.place.measure)
        answers = self.express(fact, "n")
        counted = None if question.kind == "response_rate" else self.express(fact, "k")
        if fact.cell.state not in TELLING:
            return []
        told = read_amount(question, fact.cell)
        rows = [_row(answers, told.n, told.n, fact)]
        slack = 0 if told.low == told.high else SLACK
        return rows if counted is None else [*rows, _row(counted, told.low - slack, told.high + slack, fact)]

    def describe_bounds(self, number: int) -> tuple[float, float, int]:
        """Return the least and the greatest value of an unknown, and 1 where it is whole."""
        unknown = self.unknowns[number]
        question = self.history.question(unknown.measure)
        if unknown.part == "n" or question.is_count:
            return 0, MOST_ANSWERS, 1
        high = question.high if question.high is not None else MOST_VALUE
        return min(0.0, question.low * MOST_ANSWERS), high * MOST_ANSWERS, question.step

    def _is_alone(self, fact: Fact) -> bool:
        """Return whether a figure is of other answers than all that is known here, so that nothing can be joined."""
        truth = self.history.truths[fact.first]
        if fact.is_stale:
            return True
        if truth is None or fact.cell.numerator is None:
            return False
        question = self.history.question(fact.place.measure)
        return question.kind == "response_rate" and fact.cell.numerator != truth.count_place(fact.place).n

    def _find(self, part: str, at: At, *, is_alone: bool = False) -> int:
        """Return the number of an unknown as the publication shows it, a new one where it is not yet known."""
        key = (at.measure, at.span, at.publication)
        if key not in self._versions:
            self._versions[key] = self.history.number_version(*key)
        truth = None if is_alone else self.history.truths[at.publication]
        question = self.history.question(at.measure)
        count = truth.count(question, [at.team], at.span.start, at.span.end) if truth else None
        told = (count.n, round(count.total, 6)) if count else None
        version = (self._versions[key], told, at.publication if is_alone else None)
        unknown = Unknown(part, at.measure, at.team, at.span, version)
        if unknown not in self._numbers:
            self._numbers[unknown] = len(self.unknowns)
            self.unknowns.append(unknown)
            self.truth.append(None if count is None else float(count.n if part == "n" else count.total))
        return self._numbers[unknown]

    def _is_broken_by_truth(self, row: Row) -> bool:
        values = [(factor, self.truth[number]) for number, factor in row.sum]
        if any(value is None for _, value in values):
            return False
        total = sum(factor * value for factor, value in values if value is not None)
        return not row.low - CLOSE <= total <= row.high + CLOSE

    def _states(self) -> Iterator[tuple[int, dict[tuple[str, Span], int]]]:
        """Give, for each publication, since which one the answers of each measure and part of time have stood."""
        measures = [question.key for question in self.history.programme.questions_of(self.form)]
        around = {(key, span): self.history.list_around(key, span) for key in measures for span in self._spans}
        for number in range(len(self.history.publications)):
            since = {}
            for (key, span), periods in around.items():
                there = (era for eras in periods for era in eras if era.first <= number <= era.last)
                if (era := next((one for one in there if span.is_in(one.period)), None)) is not None:
                    since[key, span] = era.first
            yield number, since

    def _bind_measures(self) -> Iterator[Row]:
        """Give what holds between measures: no more answers than responses, and the same answers to one question."""
        questions = self.history.programme.questions_of(self.form)
        for _, since in self._states():
            for span, team in product(self._spans, self.history.list_teams()):
                there = [
                    (question, At(question.key, team, span, since[question.key, span]))
                    for question in questions
                    if (question.key, span) in since
                ]
                for (one, at), (other, beside) in permutations(there, 2):
                    if one.kind == "response_rate":
                        if other.kind != "response_rate":
                            sums = {self._find("n", beside): 1.0, self._find("n", at): -1.0}
                            yield _row(sums, -MOST_ANSWERS, 0)
                    elif one.asks == other.asks:
                        yield from self._bind_same_answers((one, at), (other, beside))

    def _bind_same_answers(self, one: tuple[Question, At], other: tuple[Question, At]) -> Iterator[Row]:
        """Give what holds between two measures of the same answers; of shares, whose options are apart or within."""
        (first, at), (second, beside) = one, other
        answers = self._find("n", at)
        yield _row({answers: 1, self._find("n", beside): -1}, 0, 0)
        if first.is_count and second.is_count:
            counted, counted_beside = self._find("k", at), self._find("k", beside)
            if first.has_one_answer and not first.counted & second.counted:
                yield _row({counted: 1, counted_beside: 1, answers: -1}, -MOST_ANSWERS, 0)
            if first.counted <= second.counted:
                yield _row({counted: 1, counted_beside: -1}, -MOST_ANSWERS, 0)
        if first.is_count and second.kind == "mean" and second.step and first.has_one_answer:
            yield from _bind_sum(first, second, answers, self._find("k", at), self._find("k", beside))

    def _bind_headcounts(self) -> Iterator[Row]:
        """Give that of staff no more answer, each time that they are asked, than the team has people."""
        programme = self.history.programme
        if not programme.surveys[self.form].of_staff:
            return
        for number, since in self._states():
            truth = self.history.truths[number]
            groups: dict[tuple[str, object], list[Span]] = defaultdict(list)
            for measure, span in since:
                askings = self._list_askings(span)
                # Several parts of time share one asking; a part with several askings stands for itself.
                groups[measure, next(iter(askings)) if len(askings) == 1 else (span, len(askings))].append(span)
            for ((measure, _), spans), team in product(groups.items(), self.history.list_teams()):
                day = spans[0].start
                most = truth.headcount(team, day) if truth else programme.headcounts.get(team)
                if most is not None:
                    members = [self._find("n", At(measure, team, span, since[measure, span])) for span in spans]
                    yield _row(dict.fromkeys(members, 1.0), 0, most * len(self._list_askings(spans[0])))

    def _list_askings(self, span: Span) -> frozenset[object]:
        programme = self.history.programme
        survey = programme.surveys[self.form]
        days = range((span.end - span.start).days + 1)
        return frozenset(programme.asking_period(survey, span.start + timedelta(days=day)) for day in days)

    def _bind_values(self) -> Iterator[Row]:
        """Give that of n answers at most n count, and that a sum lies between n times the ends of the scale."""
        for unknown, number in list(self._numbers.items()):
            question = self.history.question(unknown.measure)
            if unknown.part != "k":
                continue
            answers = self._numbers[Unknown("n", *_key(unknown))]
            yield _row({number: 1, answers: -question.low}, 0, float("inf"))
            if question.high is not None:
                yield _row({number: 1, answers: -question.high}, float("-inf"), 0)


def _bind_sum(share: Question, mean: Question, answers: int, counted: int, total: int) -> Iterator[Row]:
    """Give between what a sum lies where so many of the answers are among those that a share counts."""
    scale = range(round(mean.low), round(mean.high or 0) + 1)
    inside = [value for value in scale if value in share.counted]
    outside = [value for value in scale if value not in share.counted]
    if inside and outside:
        for of, low, high in ((min, 0.0, float("inf")), (max, float("-inf"), 0.0)):
            factors = {total: 1.0, counted: of(outside) - of(inside), answers: -of(outside)}
            yield _row(factors, low, high)


def _key(unknown: Unknown) -> tuple[str, str, Span, tuple[object, ...]]:
    return unknown.measure, unknown.team, unknown.span, unknown.version


def _row(total: Mapping[int, float], low: float, high: float, fact: Fact | None = None) -> Row:
    return Row(tuple(sorted(total.items())), low, high, fact)


def combine(*sums: tuple[float, Sum]) -> Sum:
    """Return a sum of sums, each taken so many times."""
    total: Sum = defaultdict(float)
    for factor, one in sums:
        for number, value in one.items():
            total[number] += factor * value
    return dict(total)
