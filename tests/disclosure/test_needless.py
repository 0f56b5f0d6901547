"""A figure is needlessly hidden where showing it, alone, gives nothing away: no other is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.disclosure.handmade import make_history, make_programme, make_truth, say_all
from tests.disclosure.needless import find_needless
from tests.disclosure.published import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.disclosure.needless import Needless

THREE = make_programme(["elm", "oak", "ash"], {"elm": 30, "oak": 30, "ash": 30})
TEAMS = ("elm", "oak", "ash")


def find(numbers: Mapping[str, tuple[int, int]], cells: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """Return what is needless alone, and what together, of one publication over answers of fortnight 1."""
    answers = [one for team, (k, n) in numbers.items() for one in say_all(team, 1, "heard", k, n)]
    thrift = find_needless(make_history(THREE, cells, truths=[make_truth(THREE, answers)]))
    return say(thrift.needless), say(thrift.together)


def say(figures: Iterable[Needless]) -> set[str]:
    return {f"{one.place.team or 'all'} {describe(one.cell)}" for one in figures}


def hide(*teams: str, **shown: str) -> dict[str, str]:
    return {f"heard {team} 1": "[c]" for team in teams} | {f"heard {team} 1": cell for team, cell in shown.items()}


def test_one_of_three_large_teams_could_be_shown_alone() -> None:
    """Beside the total, one team leaves the two others together: a group of their own; a second would leave one."""
    numbers = {"elm": (4, 9), "oak": (5, 10), "ash": (3, 11)}
    alone, together = find(numbers, hide(*TEAMS, all="12 of 30"))
    assert alone == {"elm 4 of 9", "oak 5 of 10", "ash 3 of 11"}
    assert together == set()


def test_a_team_whose_rest_would_be_too_small_is_not_needless() -> None:
    numbers = {"elm": (4, 9), "oak": (1, 3), "ash": (1, 2)}
    assert find(numbers, hide(*TEAMS, all="6 of 14")) == (set(), set())


def test_a_team_whose_rest_would_be_unanimous_is_not_needless() -> None:
    numbers = {"elm": (4, 9), "oak": (0, 7), "ash": (0, 8)}
    alone, together = find(numbers, hide(*TEAMS, all="4 of 24"))
    assert alone == {"ash 1 or fewer of 8"}
    assert together == set()


def test_the_second_of_two_hidden_teams_keeps_the_first_one_hidden() -> None:
    """Elm is shown: to show oak would give ash away, which is too small."""
    numbers = {"elm": (4, 9), "oak": (4, 9), "ash": (2, 4)}
    assert find(numbers, hide("oak", "ash", elm="4 of 9", all="10 of 22")) == (set(), set())


def test_two_hidden_teams_of_which_neither_must_be_could_be_shown_together() -> None:
    numbers = {"elm": (4, 9), "oak": (4, 9), "ash": (3, 8)}
    alone, together = find(numbers, hide("oak", "ash", elm="4 of 9", all="11 of 26"))
    assert alone == set()
    assert together == {"oak 4 of 9", "ash 3 of 8"}


def test_an_authority_that_is_nearly_unanimous_could_be_told_as_a_band() -> None:
    numbers = {"elm": (1, 9), "oak": (0, 9), "ash": (0, 8)}
    alone, _ = find(numbers, hide(*TEAMS, all="[c]"))
    assert "all 1 or fewer of 26" in alone


def test_a_rate_is_told_out_of_the_headcount() -> None:
    answers = [one for team in TEAMS for one in say_all(team, 1, "heard", 4, 9)]
    cells = {"rate all 1": "[c]"}
    thrift = find_needless(make_history(THREE, cells, truths=[make_truth(THREE, answers)]))
    assert say(thrift.needless) == {"all 27 of 90"}


def test_an_authority_below_the_minimum_is_not_needless() -> None:
    assert find({"elm": (1, 3), "oak": (1, 1), "ash": (0, 1)}, hide(*TEAMS, all="[c]"))[0] == set()


def test_a_figure_is_held_back_while_its_answers_have_changed_since_the_others_were_published() -> None:
    first = [one for team in TEAMS for one in say_all(team, 1, "heard", 4, 9)]
    truths = [make_truth(THREE, first), make_truth(THREE, [*first, ("elm 20", 1, {"heard": 1.0})])]
    cells = hide(*TEAMS, all="12 of 27")
    thrift = find_needless(make_history(THREE, cells, cells, truths=truths))
    assert say(thrift.needless) == {"oak 4 of 9", "ash 4 of 9"}
