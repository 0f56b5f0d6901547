"""What the solver says is what trying every possibility says, on tables of a few people."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.cells import WHOLE, Programme
from tests.disclosure.handmade import make_history, make_programme
from tests.disclosure.intruder import Finding, Kind, find_known, split
from tests.disclosure.system import System
from tests.example_counts import example_count

if TYPE_CHECKING:
    from collections.abc import Iterable

TEAMS = ("elm", "oak", "ash")
Numbers = tuple[tuple[int, int], ...]
"""Of each of several groups how many answered, and of how many of those the answer counts; of a mean, their sum."""
Cells = dict[str, str]
Members = dict[str, list[int]]
"""By the cell's name, the groups that it is made of."""
SHOWN, BAND, HIDDEN = "shown", "band", "hidden"
states = st.sampled_from([SHOWN, BAND, HIDDEN, HIDDEN])


@st.composite
def tables(draw: st.DrawFn, groups: int, *, most: int = 3, high: int = 1) -> Numbers:
    """Draw the numbers of so many groups of so many people at most, each with a value up to `high`."""
    counts = [draw(st.integers(0, most)) for _ in range(groups)]
    return tuple((n, draw(st.integers(0, n * high))) for n in counts)


def write_share(n: int, counted: int, state: str) -> str:
    """Return the cell of a share; a band only where it is near unanimity."""
    if state == HIDDEN:
        return "[c]"
    if state == BAND and n >= 2 and (counted <= 1 or counted >= n - 1):
        return f"1 or fewer of {n}" if counted <= 1 else f"{n - 1} or more of {n}"
    return f"{counted} of {n}" if n else "[x]"


def write_mean(n: int, total: int, state: str) -> str:
    """Return the cell of a mean with one decimal."""
    if state == HIDDEN:
        return "[c]"
    return f"{total / n:.1f} from {n}" if n else "[x]"


def add(numbers: Numbers, members: Iterable[int]) -> tuple[int, int]:
    """Return the two numbers of some groups together."""
    own = [numbers[one] for one in members]
    return sum(n for n, _ in own), sum(total for _, total in own)


def agrees(cell: str, n: int, total: int) -> bool:
    """Return whether a cell can stand for these numbers."""
    if cell == "[c]":
        return True
    if cell == "[x]":
        return n == 0
    words = cell.split()
    if int(words[-1]) != n:
        return False
    if "from" in words:
        return abs(float(words[0]) - total / n) <= 0.05 + 1e-9
    if "fewer" in words:
        return total <= 1
    return total >= n - 1 if "more" in words else total == int(words[0])


def list_agreeing(most: int, high: int, groups: int, members: Members, cells: Cells) -> list[Numbers]:
    """Return every table of groups of so many people at most with which all cells agree."""
    one = [(n, total) for n in range(most + 1) for total in range(n * high + 1)]
    return [
        numbers
        for numbers in product(one, repeat=groups)
        if all(agrees(cells[key], *add(numbers, own)) for key, own in members.items())
    ]


def find(programme: Programme, measure: str, cells: Cells) -> list[Finding]:
    """Return what the intruder knows by the solver."""
    system = System(make_history(programme, {f"{measure} {key}": cell for key, cell in cells.items()}), "pulse")
    return [finding for part in split(system) for finding in find_known(part, explain=0)]


def name(measure: str, key: str) -> str:
    """Return what a finding calls the cell that is named `elm 1` here."""
    team, period = key.split()
    kind = "fortnight" if period.isdigit() else "window"
    return f"{measure} of {team if team != 'all' else 'the authority'} in {kind} {period}"


def check(findings: list[Finding], measure: str, agreeing: list[Numbers], members: Members, cells: Cells) -> None:
    """Hold the hidden numbers and numerators that are known, and the ends of bands, against every possibility."""
    assert agreeing
    values = {key: {add(numbers, own) for numbers in agreeing} for key, own in members.items()}
    hidden = [key for key, cell in cells.items() if cell == "[c]"]
    counts = {name(measure, key) for key in hidden if len({n for n, _ in values[key]}) == 1}
    numerators = {name(measure, key) for key in hidden if len({total for _, total in values[key]}) == 1}
    ends = {name(measure, key) for key, cell in cells.items() if " or " in cell and len(values[key]) == 1}
    assert {one.what for one in findings if one.kind is Kind.COUNT_KNOWN} == counts
    assert {one.what for one in findings if one.kind is Kind.NUMERATOR_KNOWN} == numerators
    assert {one.what for one in findings if one.kind is Kind.BAND_END} == ends


def check_unanimous(findings: list[Finding], agreeing: list[Numbers], high: int) -> None:
    """Hold the teams of which it is known that none or all answered so against every possibility."""
    unanimous = {
        team
        for place, team in enumerate(TEAMS)
        for share in (0, high)
        if any(numbers[place][0] for numbers in agreeing)
        and all(numbers[place][1] == share * numbers[place][0] for numbers in agreeing)
    }
    assert {one.what.split()[2] for one in findings if one.kind is Kind.UNANIMOUS} == unanimous


MEMBERS = {f"{team} 1": [place] for place, team in enumerate(TEAMS)} | {"all 1": [0, 1, 2]}


@settings(max_examples=example_count(8), deadline=None)
@given(tables(3), st.lists(states, min_size=4, max_size=4))
def test_shares_of_teams_and_their_authority(numbers: Numbers, told: list[str]) -> None:
    cells = {
        key: write_share(*add(numbers, own), state) for (key, own), state in zip(MEMBERS.items(), told, strict=True)
    }
    agreeing = list_agreeing(3, 1, 3, MEMBERS, cells)
    findings = find(make_programme(TEAMS, dict.fromkeys(TEAMS, 3)), "heard", cells)
    check(findings, "heard", agreeing, MEMBERS, cells)
    check_unanimous(findings, agreeing, 1)


@settings(max_examples=example_count(8), deadline=None)
@given(tables(3, most=2, high=10), st.lists(states, min_size=4, max_size=4))
def test_means_of_teams_and_their_authority(numbers: Numbers, told: list[str]) -> None:
    cells = {
        key: write_mean(*add(numbers, own), state) for (key, own), state in zip(MEMBERS.items(), told, strict=True)
    }
    agreeing = list_agreeing(2, 10, 3, MEMBERS, cells)
    findings = find(make_programme(TEAMS, dict.fromkeys(TEAMS, 2)), "time", cells)
    check(findings, "time", agreeing, MEMBERS, cells)
    check_unanimous(findings, agreeing, 10)


@settings(max_examples=example_count(8), deadline=None)
@given(tables(4), st.lists(states, min_size=9, max_size=9))
def test_a_round_and_its_fortnights_by_two_teams(numbers: Numbers, told: list[str]) -> None:
    """Groups are elm in fortnight 1 and 2, then oak; cells are all their sums by team, by fortnight and altogether."""
    rows = {"elm": [0, 1], "oak": [2, 3], "all": [0, 1, 2, 3]}
    columns = {"1": [0, 2], "2": [1, 3], "baseline": [0, 1, 2, 3]}
    members = {
        f"{team} {period}": sorted(set(own) & set(other))
        for (team, own), (period, other) in product(rows.items(), columns.items())
    }
    cells = {
        key: write_share(*add(numbers, own), state) for (key, own), state in zip(members.items(), told, strict=True)
    }
    agreeing = list_agreeing(3, 1, 4, members, cells)
    check(find(make_programme(["elm", "oak"], {"elm": 3, "oak": 3}), "heard", cells), "heard", agreeing, members, cells)


@settings(max_examples=example_count(8), deadline=None)
@given(tables(2), tables(2), st.lists(states, min_size=6, max_size=6))
def test_no_more_answers_than_responses(shares: Numbers, extra: Numbers, told: list[str]) -> None:
    """Two teams: what is known of a question's answers by what is told of the responses, and the other way round."""
    teams = {"elm 1": [0], "oak 1": [1], "all 1": [0, 1]}
    responses = tuple(min(n + more, 4) for (n, _), (more, _) in zip(shares, extra, strict=True))

    def count(own: list[int]) -> int:
        return sum(responses[one] for one in own)

    cells = {
        f"heard {key}": write_share(*add(shares, own), state)
        for (key, own), state in zip(teams.items(), told, strict=False)
    }
    rates = zip(teams.items(), told[3:], strict=True)
    cells |= {
        f"rate {key}": "[c]" if state == HIDDEN else f"{count(own)} of {4 * len(own)}" for (key, own), state in rates
    }
    shown_rates = {key: int(cells[f"rate {key}"].split()[0]) for key in teams if cells[f"rate {key}"] != "[c]"}
    agreeing = [
        (numbers, rate)
        for rate in product(range(5), repeat=2)
        if all(sum(rate[one] for one in teams[key]) == total for key, total in shown_rates.items())
        for numbers in product([(n, k) for n in range(5) for k in range(n + 1)], repeat=2)
        if all(n <= most for (n, _), most in zip(numbers, rate, strict=True))
        and all(agrees(cells[f"heard {key}"], *add(numbers, own)) for key, own in teams.items())
    ]
    programme = make_programme(["elm", "oak"], {"elm": 4, "oak": 4})
    system = System(make_history(programme, cells), "pulse")
    findings = [finding for part in split(system) for finding in find_known(part, explain=0)]
    known = {one.what for one in findings if one.kind is Kind.COUNT_KNOWN}
    for key, own in teams.items():
        answers = {add(numbers, own)[0] for numbers, _ in agreeing}
        people = {sum(rate[one] for one in own) for _, rate in agreeing}
        if cells[f"heard {key}"] == "[c]":
            assert (name("heard", key) in known) is (len(answers) == 1)
        if cells[f"rate {key}"] == "[c]":
            assert (name("rate", key) in known) is (len(people) == 1)


def test_the_name_of_a_cell_is_that_of_its_place() -> None:
    history = make_history(make_programme(TEAMS), {"heard all baseline": "[c]", "heard elm 1": "[c]"})
    named = {
        name("heard", f"{place.team or 'all'} {place.period.name}"): str(place)
        for place in history.publications[0].cells
    }
    assert WHOLE == ""
    assert all(key == value for key, value in named.items())
