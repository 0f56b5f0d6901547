"""The intruder: a leader with every publication, the headcounts, the rules, and a solver for whole numbers.

The unknowns of a form fall into parts that touch each other in no row. Of each part the intruder asks what must be so:
that a hidden number has one value only, that of a group none or all answered so, that a band is at one of its ends.
What is possible is shown by an example; one solution is an example for many questions, so few are solved for.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.disclosure.cells import State
from tests.disclosure.published import describe
from tests.disclosure.system import combine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.disclosure.history import Fact
    from tests.disclosure.system import Row, System

Vector = NDArray[np.float64]
TOLERANCE = 1e-4
BEYOND = 1e5
"""More than any sum can be."""
MOVED = 2
"""So many tolerances an example must lie beyond a bound to be one."""
PULLS = 6
ROUGH = 0.2
"""How far from the best a solution may be that only has to be another one."""
SOLVED, INFEASIBLE = 0, 2
"""How scipy's solver says so."""
TELLING_SUM = 0.1
"""A sum of numbers that are not whole is known when it is known as exactly as this."""


class Kind(StrEnum):
    """What is known, or which rule is broken."""

    COUNT_KNOWN = "hidden count known"
    NUMERATOR_KNOWN = "hidden numerator known"
    UNANIMOUS = "group known to be unanimous"
    BAND_END = "end of a band impossible"
    REMAINDER = "remainder that breaks rules 1 to 3"
    DIFFERENCE = "difference over time known"
    CELL = "figure that breaks rules 1 to 3"
    NOT_AVAILABLE = "[x] beside [c]"
    CONTRADICTION = "publication that contradicts itself or the rules"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the intruder knows, or which rule is broken; `facts` are the cells that it follows from."""

    kind: Kind
    what: str
    says: str
    facts: tuple[Fact, ...] = ()

    def __str__(self) -> str:
        """Say it in a sentence that names the cells."""
        cells = "; ".join(f"{fact} {describe(fact.cell)}" for fact in self.facts)
        return f"{self.what}: {self.says}{f' It follows from: {cells}.' if cells else ''}"


@dataclass(frozen=True, slots=True)
class Question:
    """A sum that must be able to take other values: below `low` (None: of no interest) and above `high`.

    With both None it must be able to take two values that lie more than `gap` apart.
    """

    kind: Kind
    what: str
    sum: tuple[tuple[int, float], ...]
    above: float | None = None
    below: float | None = None
    gap: float = 0.5
    unless_zero: tuple[tuple[int, float], ...] = ()
    """The question is none where this sum can only be 0: of nobody it is no news what they answered."""


class Part:
    """Unknowns that touch each other, the rows that bind them, and what is asked of them."""

    def __init__(self, system: System, numbers: Sequence[int], rows: Sequence[Row]) -> None:
        """Write the rows as a matrix, and take the truth for the first example where it is known."""
        self.system, self.numbers, self.rows = system, list(numbers), list(rows)
        self.questions: list[Question] = []
        self._place = {number: place for place, number in enumerate(numbers)}
        self._matrix = self._write_sums([row.sum for row in rows])
        self._limits = np.array([(row.low, row.high) for row in rows]).reshape(len(rows), 2)
        bounds = np.array([system.describe_bounds(number) for number in numbers], dtype=float)
        self._bounds, self._whole = Bounds(bounds[:, 0], bounds[:, 1]), bounds[:, 2]
        self._examples: list[Vector] = []
        known = [value for value in (system.truth[number] for number in numbers) if value is not None]
        if len(known) == len(numbers):
            self._take([np.array(known)])

    def with_rows(self, rows: Sequence[Row], questions: Sequence[Question], measure: str) -> Part:
        """Return this part with more rows on a measure, and other questions.

        Examples of this part serve there as well where the measure's numbers, or those of the measure and of the
        responses, are replaced by true ones and all rows still hold.
        """
        more = Part(self.system, self.numbers, [*self.rows, *rows])
        more.questions = list(questions)
        if more._examples:
            true = more._examples[0]
            unknowns = [self.system.unknowns[number] for number in self.numbers]
            own = np.array([unknown.measure == measure for unknown in unknowns])
            rates = np.array([self.system.history.question(one.measure).kind == "response_rate" for one in unknowns])
            mixed = (np.where(kept, true, one) for one in self._examples for kept in (own, own | rates))
            more._take([*self._examples, *mixed])
        return more

    def ask(self, *, first_only: bool = False) -> list[Question]:
        """Return the questions that the intruder can answer; with `first_only`, at most one of them.

        Raises ValueError where no numbers at all agree with what was published.
        """
        answered = self._find_computed()
        if first_only and answered:
            return answered[:1]
        if not self._examples:
            self._search(np.zeros(len(self.numbers)))
        for question in self._look_for_examples([one for one in self.questions if one not in set(answered)]):
            if self._must_be_so(question):
                answered.append(question)
                if first_only:
                    break
        return answered

    def _find_computed(self) -> list[Question]:
        """Return the hidden numbers that are sums of published ones: no solver is needed to know them."""
        equal = self._matrix[self._limits[:, 0] == self._limits[:, 1]]
        asked = [question for question in self.questions if question.above is None and question.below is None]
        if not len(equal) or not asked:
            return []
        _, sizes, basis = np.linalg.svd(equal, full_matrices=False)
        basis = basis[sizes > TOLERANCE]
        wanted = self._write_sums([question.sum for question in asked])
        rest = np.abs(wanted - wanted @ basis.T @ basis).max(axis=1)
        return [question for question, size in zip(asked, rest, strict=True) if size < TOLERANCE]

    def _look_for_examples(self, questions: Sequence[Question]) -> list[Question]:
        """Return the questions that stay open after a few solutions that pull at all of them at once."""
        rng = np.random.default_rng(len(self.numbers))
        left = self.list_open(questions)
        for _ in range(PULLS):
            if len(left) <= 1:
                break
            before = left
            pull = np.sum([self._direction(one) * rng.uniform(0.5, 1.5) for one in left], axis=0)
            self._search(-pull, is_rough=True)
            left = self.list_open(left)
            if len(left) == len(before):
                break
        return left

    def _must_be_so(self, question: Question) -> bool:
        """Return whether no solution at all is an example against it."""
        if not self.list_open([question]):
            return False
        vector, least = self._write_sums([question.sum])[0], MOVED * TOLERANCE
        if question.above is not None:
            is_possible = self._try(vector, question.above + least, np.inf)
        elif question.below is not None:
            is_possible = self._try(vector, -np.inf, question.below - least)
        else:
            values = np.array(self._examples) @ vector
            is_possible = self._try(vector, values.min() + question.gap + least, np.inf) or self._try(
                vector, -np.inf, values.max() - question.gap - least
            )
        if is_possible:
            return False
        return not question.unless_zero or self.find_range(question.unless_zero)[1] > TOLERANCE

    def find_range(self, total: Iterable[tuple[int, float]]) -> tuple[float, float]:
        """Return the least and the greatest value of a sum."""
        vector = self._write_sums([total])[0]
        low, high = (self._search(direction * vector) for direction in (1, -1))
        return float(low @ vector), float(high @ vector)

    def find_causes(self, question: Question) -> tuple[Fact, ...]:
        """Return few cells from which the answer follows: without any one of them it does not."""
        causes = list({row.fact: None for row in self.rows if row.fact is not None})
        for fact in list(causes):
            kept = [row for row in self.rows if row.fact is None or (row.fact in causes and row.fact != fact)]
            fewer = Part(self.system, self.numbers, kept)
            fewer.questions = [question]
            if fewer.ask():
                causes.remove(fact)
        return tuple(causes)

    def list_open(self, questions: Sequence[Question]) -> list[Question]:
        """Return the questions of which no example shows that they cannot be answered."""
        values = np.array(self._examples) @ self._write_sums([question.sum for question in questions]).T
        left = []
        for question, least, most in zip(questions, values.min(axis=0), values.max(axis=0), strict=True):
            if question.above is not None:
                is_settled = most > question.above + TOLERANCE
            elif question.below is not None:
                is_settled = least < question.below - TOLERANCE
            else:
                is_settled = most - least > question.gap
            left += [] if is_settled else [question]
        return left

    def _direction(self, question: Question) -> Vector:
        vector: Vector = self._write_sums([question.sum])[0]
        return vector if question.below is None else -vector

    def _write_sums(self, sums: Sequence[Iterable[tuple[int, float]]]) -> Vector:
        """Return a row for each sum, with the factor of each unknown."""
        matrix = np.zeros((len(sums), len(self.numbers)))
        for row, total in enumerate(sums):
            for number, factor in total:
                matrix[row, self._place[number]] += factor
        return matrix

    def _search(self, costs: Vector, *, is_rough: bool = False) -> Vector:
        """Return the cheapest solution, with `is_rough` any cheap one, and keep it as an example."""
        solution = self._solve(costs, self._matrix, self._limits, gap=ROUGH if is_rough else 0)
        if solution is None:
            facts = [str(row.fact) for row in self.rows if row.fact is not None]
            raise ValueError(f"no numbers agree with what was published: {sorted(set(facts))}")
        return solution

    def _try(self, vector: Vector, low: float, high: float) -> bool:
        """Return whether a solution has this sum between these bounds, and keep it as an example."""
        matrix, limits = np.vstack([self._matrix, vector]), np.vstack([self._limits, (low, high)])
        return self._solve(np.zeros(len(vector)), matrix, limits) is not None

    def _solve(self, costs: Vector, matrix: Vector, limits: Vector, *, gap: float = 0) -> Vector | None:
        """Return a solution, which is kept as an example; None where there is none."""
        is_range = limits[:, 0] < limits[:, 1]
        # HiGHS takes some systems that have an infinite limit for impossible, and ends others with an error, of its
        # presolve or of the last digits; they solve with finite limits, without presolve, or a little wider.
        limits, impossible = np.clip(limits, -BEYOND, BEYOND), 0
        for wider, presolve in ((0, True), (0, False), (TOLERANCE / 10, True), (TOLERANCE / 10, False)):
            low, high = limits[:, 0] - wider * is_range, limits[:, 1] + wider * is_range
            bound = LinearConstraint(matrix, low, high) if len(matrix) else ()
            options = {"mip_rel_gap": gap, "presolve": presolve}
            found = milp(costs, constraints=bound, integrality=self._whole, bounds=self._bounds, options=options)
            impossible += found.status == INFEASIBLE
            if found.status == SOLVED or impossible > 1:
                break
        else:
            raise RuntimeError(f"the solver failed, so that nothing can be said: {found.message}")
        if found.x is None:
            return None
        solution: Vector = np.where(self._whole > 0, np.round(found.x), found.x)
        self._examples.append(solution)
        return solution

    def _take(self, examples: Sequence[Vector]) -> None:
        """Keep those examples for which every row holds."""
        values = np.array(examples) @ self._matrix.T
        low, high = self._limits[:, 0] - TOLERANCE, self._limits[:, 1] + TOLERANCE
        holds = np.all((values >= low) & (values <= high), axis=1)
        self._examples += [examples[int(place)] for place in np.flatnonzero(holds)]


def split(system: System) -> list[Part]:
    """Return the parts of a system with everything that the intruder asks of them."""
    owner = list(range(len(system.unknowns)))

    def find(number: int) -> int:
        while owner[number] != number:
            owner[number] = owner[owner[number]]
            number = owner[number]
        return number

    joined = [[number for number, _ in row.sum] for row in system.rows]
    joined += [
        list(system.express(fact, part)) for fact in system.facts for part in ("n", "k") if has_part(system, fact, part)
    ]
    for numbers in joined:
        for number in numbers[1:]:
            owner[find(number)] = find(numbers[0])
    numbers_of, rows_of = defaultdict(list), defaultdict(list)
    for number in range(len(system.unknowns)):
        numbers_of[find(number)].append(number)
    for row in system.rows:
        rows_of[find(row.sum[0][0])].append(row)
    parts = {root: Part(system, numbers, rows_of[root]) for root, numbers in numbers_of.items()}
    for question in list_questions(system):
        parts[find(question.sum[0][0])].questions.append(question)
    return list(parts.values())


def has_part(system: System, fact: Fact, part: str) -> bool:
    """Return whether a figure has these unknowns: a response rate has responses alone."""
    return part == "n" or system.history.question(fact.place.measure).kind != "response_rate"


def list_questions(system: System) -> list[Question]:
    """Return what the intruder wants to know of a system."""
    questions = [question for fact in system.facts for question in ask_of_fact(system, fact)]
    return questions + ask_of_groups(system)


def ask_of_fact(system: System, fact: Fact) -> list[Question]:
    """Return what is asked of one cell: has a hidden number one value, is a band at an end."""
    asked, what = system.history.question(fact.place.measure), str(fact)
    if fact.cell.state is State.BAND:
        counted, n = tuple(system.express(fact, "k").items()), fact.cell.n or 0
        low, high = (n - 1, n) if fact.cell.is_high else (0, 1)
        return [
            Question(Kind.BAND_END, what, counted, above=low),
            Question(Kind.BAND_END, what, counted, below=high),
        ]
    if fact.cell.state is not State.HIDDEN:
        return []
    questions = [Question(Kind.COUNT_KNOWN, what, tuple(system.express(fact, "n").items()))]
    if has_part(system, fact, "k"):
        gap = 0.5 if asked.step else TELLING_SUM
        questions.append(Question(Kind.NUMERATOR_KNOWN, what, tuple(system.express(fact, "k").items()), gap=gap))
    return questions


def ask_of_groups(system: System) -> list[Question]:
    """Return, of each team's answers in each part of time, whether it can be known that none or all answered so.

    Of a larger group it is known only where it is known of every such part of it.
    """
    questions = []
    numbers = {unknown: number for number, unknown in enumerate(system.unknowns)}
    for unknown, number in numbers.items():
        asked = system.history.question(unknown.measure)
        if unknown.part != "k":
            continue
        answers = numbers[type(unknown)("n", unknown.measure, unknown.team, unknown.span, unknown.version)]
        team = f"{unknown.measure} of {unknown.team} from {unknown.span.start} to {unknown.span.end}"
        least = 0.5 if asked.step else asked.rounding
        ends = {"none": combine((1, {number: 1}), (-asked.low, {answers: 1}))}
        if asked.high is not None:
            ends["all"] = combine((asked.high, {answers: 1}), (-1, {number: 1}))
        for name, total in ends.items():
            at = f"{team}, {name}" if asked.is_count else f"{team}, at the {'low' if name == 'none' else 'high'} end"
            questions.append(
                Question(Kind.UNANIMOUS, at, tuple(total.items()), above=least, unless_zero=((answers, 1),))
            )
    return questions


def find_known(part: Part, *, explain: int = 20) -> list[Finding]:
    """Return what the intruder knows of a part, the first so many each with the cells that it follows from."""
    findings = []
    for place, question in enumerate(part.ask()):
        low, high = part.find_range(question.sum)
        if not part.list_open([question]):
            continue  # what no solver must be trusted to say: the range it found is an example against it
        facts = part.find_causes(question) if place < explain else ()
        match question.kind:
            case Kind.UNANIMOUS:
                says = "whoever answered, answered so."
            case Kind.BAND_END:
                says = f"only {low:g} is possible."
            case _:
                number = "answers" if question.kind is Kind.COUNT_KNOWN else "numerator"
                says = f"its hidden {number} can only be {low:g}" + (f" to {high:g}." if high - low > 1e-3 else ".")
        findings.append(Finding(question.kind, question.what, says, facts))
    return findings
