"""The whole audit of what one authority's readers got: every finding, and the counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.disclosure.cells import WHOLE, State
from tests.disclosure.history import History
from tests.disclosure.intruder import Finding, Kind, find_known, split
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


def audit(history: History, *, explain: bool = True) -> Report:
    """Return everything that the publications of one authority give away, and every rule that they break."""
    report = Report(history)
    for publication in history.publications:
        for problem in sorted({*publication.problems}):
            where, _, says = problem.partition(": ")
            report.findings.append(Finding(Kind.CONTRADICTION, where, f"{says}."))
        report.findings += find_not_available(history, publication)
    for form in history.programme.surveys:
        system = System(history, form)
        report.findings += check_subtraction(system)
        for part in split(system):
            report.findings += find_known(part, explain=explain)
    stale = [fact for fact in history.facts if fact.is_stale]
    if stale:
        report.notes.append(
            f"{len(stale)} figures are not those of the data.xlsx beside which they first stood, so they are taken "
            f"alone; the first is {stale[0]}."
        )
    return report


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

    A pack that lay in an earlier folder already is not published again. The programme is the newest folder's.
    """
    publications: dict[str, list[Publication]] = {}
    truths: dict[str, list[Truth]] = {}
    notes: list[str] = []
    for folder, programme in zip(folders, programmes, strict=True):
        known: dict[date, dict[str, Truth]] = {}
        for publication in read_folder(folder, programme):
            own = publications.setdefault(publication.authority, [])
            if own and publication.as_of < own[-1].as_of:
                continue
            if publication.as_of not in known:
                known[publication.as_of], doubts = read_truth(folder, programme, publication.as_of)
                notes += [f"{folder.name}: data.xlsx: {doubt}" for doubt in doubts]
            own.append(publication)
            truths.setdefault(publication.authority, []).append(known[publication.as_of][publication.authority])
    histories = [History(programmes[-1], authority, own, truths[authority]) for authority, own in publications.items()]
    return histories, notes
