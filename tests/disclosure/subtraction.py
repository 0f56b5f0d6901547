"""What can be computed by adding and subtracting published cells, and what the first four rules say of it.

1. A published figure itself, and what remains of one when others that it holds are taken away: rules 1 and 3.
2. What remains when the same figures of two publications are taken from each other, or a whole from parts that stand
   for other answers: the people whose answers changed. There must be as many as a group needs, and not all alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from tests.disclosure.cells import NOTHING, TELLING, State, read_amount
from tests.disclosure.history import CLOSE, identify
from tests.disclosure.intruder import Finding, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.disclosure.cells import Amount, Question
    from tests.disclosure.history import Fact, History, Span
    from tests.disclosure.system import System

MOST_CHOICES = 5000
"""So many choices of parts are taken away from one figure at most; a round of two fortnights and four teams has 300."""

Region = frozenset[tuple[str, "Span"]]


@dataclass(frozen=True, slots=True)
class Term:
    """A telling cell of one measure: the unknown answers that it is made of, and the teams and days it covers."""

    fact: Fact
    unknowns: frozenset[int]
    region: Region
    amount: Amount


def check_subtraction(system: System) -> list[Finding]:
    """Return what breaks the rules among all that can be computed from the figures of a form."""
    by_measure = defaultdict(list)
    for fact in system.facts:
        if fact.cell.state in TELLING:
            by_measure[fact.place.measure].append(make_term(system, fact))
    hidden = {frozenset(system.express(fact, "n")) for fact in system.facts}
    findings: list[Finding] = []
    for measure, terms in by_measure.items():
        question = system.history.question(measure)
        for term in terms:
            findings += check_remainders(system, question, term, terms, hidden)
        findings += check_differences(system, question, terms)
    return list(dict.fromkeys(findings))


def make_term(system: System, fact: Fact) -> Term:
    """Return a telling cell as a term of sums."""
    numbers = frozenset(system.express(fact, "n"))
    region = frozenset((system.unknowns[number].team, system.unknowns[number].span) for number in numbers)
    return Term(fact, numbers, region, read_amount(system.history.question(fact.place.measure), fact.cell))


# --- Within one state of the answers ---------------------------------------------------------------------------


def check_remainders(
    system: System, question: Question, whole: Term, terms: Sequence[Term], figures: set[frozenset[int]]
) -> Iterator[Finding]:
    """Give where a figure, or what remains of it without others, breaks rules 1 or 3.

    What remains and is itself a figure is left to that figure: a shown one is checked by itself, and of a hidden one
    the solver finds that it is known.
    """
    parts = [term for term in terms if term.unknowns < whole.unknowns]
    for chosen in islice(_choose_disjoint(parts), MOST_CHOICES):
        rest = whole.unknowns.difference(*(term.unknowns for term in chosen))
        if not rest or (chosen and rest in figures):
            continue
        amount = whole.amount
        for term in chosen:
            amount = amount.plus(-1, term.amount)
        if wrong := _find_broken_rule(system, question, Group(whole.fact, rest, amount, is_told=not chosen)):
            without = f" without {', '.join(str(term.fact.place) for term in chosen)}" if chosen else ""
            kind = Kind.REMAINDER if chosen else Kind.CELL
            facts = (whole.fact, *(term.fact for term in chosen))
            yield Finding(kind, f"{whole.fact}{without}", f"{wrong}.", facts)


def find_broken_rule(system: System, term: Term) -> str:
    """Return how a figure by itself breaks rules 1 or 3; "" where it does not."""
    question = system.history.question(term.fact.place.measure)
    return _find_broken_rule(system, question, Group(term.fact, term.unknowns, term.amount, is_told=True))


def _choose_disjoint(parts: Sequence[Term], taken: frozenset[int] = frozenset()) -> Iterator[tuple[Term, ...]]:
    """Give every choice of parts of which no two share an answer; first none."""
    yield ()
    for place, part in enumerate(parts):
        if not part.unknowns & taken:
            for more in _choose_disjoint(parts[place + 1 :], taken | part.unknowns):
                yield (part, *more)


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the answers behind a figure, and what can be computed of them.

    `is_told` says that they are the whole figure, so that its band may tell of them.
    """

    fact: Fact
    unknowns: frozenset[int]
    amount: Amount
    is_told: bool


def _find_broken_rule(system: System, question: Question, group: Group) -> str:
    """Return how a group breaks the minimum or the rule of near unanimity; "" where it does not."""
    history, amount, smallest = system.history, group.amount, system.history.programme.surveys[question.form].minimum
    if amount.n == 0:
        return ""
    people, values = amount.n, []
    truth = history.truths[group.fact.first]
    if truth is not None and not group.fact.is_stale:
        unknowns = [system.unknowns[number] for number in sorted(group.unknowns)]
        answers = [
            answer
            for unknown in unknowns
            for answer in truth.select(question, [unknown.team], unknown.span.start, unknown.span.end)
        ]
        people = truth.count_people(question, answers, group.fact.place.period.start)
        values = [answer.values[question.key] for answer in answers]
    if people < smallest:
        return f"rests on {people} people, fewer than {smallest}"
    if question.is_mean:
        return _find_end_of_scale(question, amount, values)
    is_band = group.is_told and group.fact.cell.state is State.BAND
    return _find_near_unanimity(amount, smallest, is_band=is_band) if question.is_count else ""


def _find_end_of_scale(question: Question, amount: Amount, values: Sequence[float]) -> str:
    n, half = amount.n, question.rounding / 2 * amount.n + CLOSE
    if values and max(Counter(values).values()) >= len(values) - 1:
        return f"is a mean of {n} answers that are alike but for one at most"
    if amount.high <= question.low * n + half:
        return "is a mean at the low end of its scale"
    if question.high is not None and amount.low >= question.high * n - half:
        return "is a mean at the high end of its scale"
    return ""


def _find_near_unanimity(amount: Amount, smallest: int, *, is_band: bool) -> str:
    n, low, high = amount.n, max(amount.low, 0), min(amount.high, amount.n)
    if not (high <= 1 or low >= n - 1):
        return ""
    if low == high and not is_band:
        return f"is {low:g} of {n}, which is near unanimity told exactly"
    return f"is near unanimity of {n}, fewer than {smallest + 2}" if n < smallest + 2 else ""


# --- Between states of the answers -----------------------------------------------------------------------------


def check_differences(system: System, question: Question, terms: Sequence[Term]) -> Iterator[Finding]:
    """Give where figures of different answers, taken from each other, leave few changed people or near unanimity."""
    for signed in islice(_list_balanced(terms), MOST_CHOICES):
        amount = NOTHING
        for sign, term in signed:
            amount = amount.plus(sign, term.amount)
        if amount.n == 0 and amount.low <= CLOSE and amount.high >= -CLOSE:
            continue
        changed = _count_changed(system.history, question, signed)
        smallest = system.history.programme.surveys[question.form].minimum
        least = _least_changed(question, amount)
        people = least if changed is None else changed
        wrong = ""
        if people < smallest:
            wrong = f"rests on {people} people whose answers changed, fewer than {smallest}"
        elif question.is_count and least >= people - 1:
            wrong = f"says that of {people} people whose answers changed all but one at most moved alike"
        if wrong:
            said = " ".join(f"{'+' if sign > 0 else '-'} {term.fact}" for sign, term in signed)
            by = f"{amount.n:+d} answers" + (
                f", {amount.low:+g} of them counting" if amount.high - amount.low < CLOSE else ""
            )
            facts = tuple(term.fact for _, term in signed)
            yield Finding(Kind.DIFFERENCE, said, f"{by}: it {wrong}.", facts)


Signed = tuple[tuple[int, Term], ...]


def _list_balanced(terms: Sequence[Term]) -> Iterator[Signed]:
    """Give sums of figures in which every team and day is added as often as it is taken away, of different answers."""
    seen = set()
    by_place = defaultdict(list)
    for term in terms:
        by_place[term.fact.place.team, identify(term.fact.place.period)].append(term)
    changed = {place: own for place, own in by_place.items() if len(own) > 1}
    pairs = [(old, new) for own in changed.values() for place, old in enumerate(own) for new in own[place + 1 :]]
    for old, new in pairs:
        within = [pair for pair in pairs if pair[0].region < old.region]
        for chosen in _choose_disjoint_pairs(within):
            more = ((sign, term) for was, now in chosen for sign, term in ((-1, now), (1, was)))
            yield ((1, new), (-1, old), *more)
    for whole in terms:
        parts = [term for term in terms if term.region < whole.region]
        for cover in islice(_cover(whole.region, parts), MOST_CHOICES):
            if not frozenset().union(*(term.unknowns for term in cover)) <= whole.unknowns:
                signed = ((1, whole), *((-1, term) for term in cover))
                if signed not in seen:
                    seen.add(signed)
                    yield signed


def _choose_disjoint_pairs(
    pairs: Sequence[tuple[Term, Term]], taken: Region = frozenset()
) -> Iterator[tuple[tuple[Term, Term], ...]]:
    yield ()
    for place, pair in enumerate(pairs):
        if not pair[0].region & taken:
            for more in _choose_disjoint_pairs(pairs[place + 1 :], taken | pair[0].region):
                yield (pair, *more)


def _cover(region: Region, parts: Sequence[Term]) -> Iterator[tuple[Term, ...]]:
    """Give every choice of disjoint parts that make up a region."""
    if not region:
        yield ()
        return
    first = min(region, key=lambda at: (at[0], at[1].start))
    for part in parts:
        if first in part.region and part.region <= region:
            for more in _cover(region - part.region, parts):
                yield (part, *more)


def _count_changed(history: History, question: Question, signed: Signed) -> int | None:
    """Return how many people's answers a difference rests on; None where the truth does not say."""
    left: dict[str, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    # Known by their ids: two homes may keep another person's code for the same one, by another key.
    people: dict[str, tuple[str, str]] = {}
    for sign, term in signed:
        truth = history.truths[term.fact.first]
        if truth is None or term.fact.is_stale:
            return None
        for team, span in term.region:
            for answer in truth.select(question, [team], span.start, span.end):
                n, total = left[answer.id]
                left[answer.id] = n + sign, total + sign * answer.values[question.key]
                people[answer.id] = answer.person
    return len({people[key] for key, (n, total) in left.items() if abs(n) > CLOSE or abs(total) > CLOSE})


def _least_changed(question: Question, amount: Amount) -> int:
    """Return how many people must have changed at least: one person moves each number by 1 at most."""
    if not question.is_count:
        return max(abs(amount.n), 1)
    # Where the numerator is known within bounds only, the value in them that needs fewest people.
    values = {amount.low, amount.high, *(float(at) for at in range(round(amount.low), round(amount.high) + 1))}
    return round(min(max(abs(value), abs(amount.n - value)) for value in values))
