"""The whole audit of what one authority's readers got: every finding, and the counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import reduce
from typing import TYPE_CHECKING

from tests.disclosure.cells import TELLING, WHOLE, State
from tests.disclosure.history import History
from tests.disclosure.intruder import Finding, Kind, find_known, has_part, split
from tests.disclosure.published import read_folder
from tests.disclosure.subtraction import check_subtraction
from tests.disclosure.system import System
from tests.disclosure.truth import read_truth

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from tests.disclosure.cells import Place, Programme
    from tests.disclosure.published import Publication
    from tests.disclosure.truth import Truth


@dataclass(slots=True)
class Report:
    """What the auditor says of one authority."""

    history: History
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def count(self) -> Counter[Kind]:
        """Return how many findings there are of each kind."""
        return Counter(finding.kind for finding in self.findings)

    def count_cells(self) -> Counter[tuple[str, str, State]]:
        """Return the cells of the newest publication: by team or authority, kind of period, and state."""
        newest = self.history.publications[-1].cells
        return Counter((kind_of(place), place.period.kind, cell.state) for place, cell in newest.items())


def kind_of(place: Place) -> str:
    """Return whether a figure is a team's or the authority's."""
    return "authority" if place.team == WHOLE else "team"


def audit(history: History, *, explain: int = 20) -> Report:
    """Return everything that the publications of one authority give away, and every rule that they break.

    Of the first `explain` things that only the solver knows the cells are named from which they follow.
    """
    report = Report(history)
    report.findings += find_unsettled(history)
    for publication in history.publications:
        for problem in sorted({*publication.problems}):
            where, _, says = problem.partition(": ")
            report.findings.append(Finding(Kind.CONTRADICTION, where, f"{says}."))
        report.findings += find_not_available(history, publication)
    for form in history.programme.surveys:
        system = System(history, form)
        report.findings += check_subtraction(system)
        for part in split(system):
            known = find_known(part, explain=max(explain, 0))
            explain -= len(known)
            report.findings += known
    stale = [fact for fact in history.facts if fact.is_stale]
    if stale:
        report.notes.append(
            f"{len(stale)} figures are not those of the data.xlsx beside which they first stood, so they are taken "
            f"alone; the first is {stale[0]}."
        )
    return report


@dataclass(frozen=True, slots=True)
class Possible:
    """What a hidden figure of the newest publication can be, for all that the intruder knows."""

    place: Place
    n: tuple[float, float]
    numerator: tuple[float, float] | None

    def __str__(self) -> str:
        """Say it in a line."""
        says = f"{self.place}: {self.n[0]:g} to {self.n[1]:g} answers"
        return says + (f", numerator {self.numerator[0]:g} to {self.numerator[1]:g}" if self.numerator else "")

    @property
    def is_narrow(self) -> bool:
        """Whether its answers or its numerator can be one of two values at most."""
        return any(high - low < 1 + 1e-3 for low, high in (self.n, self.numerator or self.n))


def list_possible(history: History) -> list[Possible]:
    """Return, for each hidden figure of the newest publication, between what its two numbers can be."""
    found = []
    for form in history.programme.surveys:
        system = System(history, form)
        owners = {number: part for part in split(system) for number in part.numbers}
        for fact in system.facts:
            if history.is_newest(fact):
                sums = [system.express(fact, part) for part in ("n", "k") if has_part(system, fact, part)]
                ranges = [owners[min(total)].find_range(total.items()) for total in sums]
                found.append(Possible(fact.place, ranges[0], ranges[1] if len(ranges) > 1 else None))
    return found


def find_unsettled(history: History) -> list[Finding]:
    """Return each period of which something was told before the answers to it had settled, by the clock."""
    findings = []
    for publication, truth in zip(history.publications, history.truths, strict=True):
        if truth is None or truth.written_on is None:
            continue
        told = {place.period for place, cell in publication.cells.items() if cell.state in TELLING}
        for period in sorted(told):
            if truth.written_on < period.end + timedelta(days=history.programme.settle_days):
                says = f"{period.kind} {period.name} ended on {period.end}, and was told on {truth.written_on}."
                findings.append(Finding(Kind.CONTRADICTION, publication.name, says))
    return findings


def find_not_available(history: History, publication: Publication) -> list[Finding]:
    """Return each group and period in which a form has both "nobody answered" and a hidden figure."""
    states: dict[tuple[str, str, object], set[State]] = {}
    for place, cell in publication.cells.items():
        key = (history.question(place.measure).form, place.team, place.period)
        states.setdefault(key, set()).add(cell.state)
    both = [key for key, found in states.items() if {State.HIDDEN, State.NOT_AVAILABLE} <= found]
    return [
        Finding(
            Kind.NOT_AVAILABLE,
            f"{form} of {team or 'the authority'} in {getattr(period, 'kind', '')} {getattr(period, 'name', '')}",
            f"in {publication.name} one figure is [x] and another [c], so that the hidden one is not of nobody.",
        )
        for form, team, period in both
    ]


def read_histories(folders: Sequence[Path], programmes: Sequence[Programme]) -> tuple[list[History], list[str]]:
    """Return the history of each authority from home folders in the order of time, and what to doubt.

    A pack that lay in an earlier folder already is not published again, unless it was restated; what a folder has
    newest is. The programme is the newest folder's, with the teams and measures that only earlier ones have.
    """
    publications: dict[str, list[Publication]] = {}
    truths: dict[str, list[Truth]] = {}
    notes: list[str] = []
    for folder, programme in zip(folders, programmes, strict=True):
        known: dict[date, dict[str, Truth]] = {}
        found = read_folder(folder, programme)
        newest = {one.authority: one.as_of for one in found}
        for publication in found:
            own = publications.setdefault(publication.authority, [])
            same = next((one for one in reversed(own) if one.as_of == publication.as_of), None)
            is_newest = publication.as_of == newest[publication.authority]
            if same is not None and not is_newest and same.cells == publication.cells:
                continue
            if publication.as_of not in known:
                known[publication.as_of], doubts = read_truth(folder, programme, publication.as_of)
                # The tab `measures` counts by the newest reporting date; a pack's may be an earlier one.
                if publication.as_of == max(newest.values()):
                    notes += [f"{folder.name}: data.xlsx: {doubt}" for doubt in doubts]
            own.append(publication)
            truths.setdefault(publication.authority, []).append(known[publication.as_of][publication.authority])
    joined = reduce(lambda earlier, later: earlier.joined_with(later), programmes)
    histories = [History(joined, authority, own, truths[authority]) for authority, own in publications.items()]
    return histories, notes
