"""What the solver says is what trying every possibility says, on tables of a few people."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.cells import WHOLE
from tests.disclosure.handmade import make_history, make_programme
from tests.disclosure.intruder import Kind, find_known, split
from tests.disclosure.system import System
from tests.example_counts import example_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEAMS = ("elm", "oak", "ash")
HEADCOUNTS = {"elm": 3, "oak": 4, "ash": 3}
PROGRAMME = make_programme(TEAMS, HEADCOUNTS)
Numbers = tuple[tuple[int, int], ...]
"""Of each of several groups how many answered, and of how many of those the answer counts."""
hides = st.booleans()


@st.composite
def tables(draw: st.DrawFn, groups: int) -> Numbers:
    """Draw the numbers of so many groups of three or four people each."""
    counts = [draw(st.integers(0, 3)) for _ in range(groups)]
    return tuple((n, draw(st.integers(0, n))) for n in counts)


def write(numbers: Numbers, *, is_hidden: bool) -> str:
    """Return the cell of some groups together."""
    n, counted = sum(one for one, _ in numbers), sum(one for _, one in numbers)
    return "[c]" if is_hidden else f"{counted} of {n}" if n else "[x]"


def list_tables(most: list[int]) -> Iterator[Numbers]:
    """Give every possible table of groups with so many people at most."""
    yield from product(*([(n, k) for n in range(high + 1) for k in range(n + 1)] for high in most))


def try_everything(
    most: list[int], members: dict[str, list[int]], cells: dict[str, str]
) -> tuple[set[str], set[str], set[int]]:
    """Return whose hidden number and numerator have one value only, and of which groups none or all said so.

    `members` are the groups of each cell.
    """
    agreeing = [
        numbers
        for numbers in list_tables(most)
        if all(write(tuple(numbers[one] for one in members[key]), is_hidden=False) == cell
               for key, cell in cells.items() if cell != "[c]")
    ]  # fmt: skip
    assert agreeing

    def find_single(key: str, part: int) -> bool:
        return len({sum(numbers[one][part] for one in members[key]) for numbers in agreeing}) == 1

    hidden = [key for key, cell in cells.items() if cell == "[c]"]
    groups = range(len(most))
    tests: tuple[Callable[[int, int], bool], ...] = (lambda _, k: k == 0, lambda n, k: k == n)
    unanimous = {
        group
        for group in groups
        for test in tests
        if any(numbers[group][0] for numbers in agreeing) and all(test(*numbers[group]) for numbers in agreeing)
    }
    return (
        {key for key in hidden if find_single(key, 0)},
        {key for key in hidden if find_single(key, 1)},
        unanimous,
    )


@settings(max_examples=example_count(20), deadline=None)
@given(tables(3), st.lists(hides, min_size=4, max_size=4))
def test_teams_and_their_authority(numbers: Numbers, hidden: list[bool]) -> None:
    members = {team: [place] for place, team in enumerate(TEAMS)} | {"all": [0, 1, 2]}
    cells = {
        key: write(tuple(numbers[one] for one in own), is_hidden=is_hidden)
        for (key, own), is_hidden in zip(members.items(), hidden, strict=True)
    }
    counts, numerators, unanimous = try_everything(list(HEADCOUNTS.values()), members, cells)
    system = System(make_history(PROGRAMME, {f"heard {key} 1": cell for key, cell in cells.items()}), "pulse")
    found = [finding for part in split(system) for finding in find_known(part, explain=0)]
    names = {f"heard of {key if key != 'all' else 'the authority'} in fortnight 1": key for key in cells}
    assert {names[one.what] for one in found if one.kind is Kind.COUNT_KNOWN} == counts
    assert {names[one.what] for one in found if one.kind is Kind.NUMERATOR_KNOWN} == numerators
    groups = {one.what.split()[2] for one in found if one.kind is Kind.UNANIMOUS}
    assert groups == {TEAMS[group] for group in unanimous}


@settings(max_examples=example_count(20), deadline=None)
@given(tables(4), st.lists(hides, min_size=9, max_size=9))
def test_a_round_and_its_fortnights_by_two_teams(numbers: Numbers, hidden: list[bool]) -> None:
    """Groups are elm in fortnight 1 and 2, then oak; cells are all their sums by team, by fortnight and altogether."""
    rows = {"elm": [0, 1], "oak": [2, 3], "all": [0, 1, 2, 3]}
    columns = {"1": [0, 2], "2": [1, 3], "baseline": [0, 1, 2, 3]}
    members = {
        f"{team} {period}": sorted(set(own) & set(other))
        for (team, own), (period, other) in product(rows.items(), columns.items())
    }
    cells = {
        key: write(tuple(numbers[one] for one in own), is_hidden=is_hidden)
        for (key, own), is_hidden in zip(members.items(), hidden, strict=True)
    }
    programme = make_programme(["elm", "oak"], {"elm": 3, "oak": 3})
    counts, numerators, _ = try_everything([3, 3, 3, 3], members, cells)
    system = System(make_history(programme, {f"heard {key}": cell for key, cell in cells.items()}), "pulse")
    found = [finding for part in split(system) for finding in find_known(part, explain=0)]
    names = {str(fact.place): key_of(fact.place.team, fact.place.period.name) for fact in system.facts}
    assert {names[one.what] for one in found if one.kind is Kind.COUNT_KNOWN} == counts
    assert {names[one.what] for one in found if one.kind is Kind.NUMERATOR_KNOWN} == numerators


def key_of(team: str, period: str) -> str:
    """Return what a cell is called here."""
    return f"{'all' if team == WHOLE else team} {period}"
