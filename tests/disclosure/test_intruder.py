"""The auditor finds what single people said where it follows from cells written by hand, and else nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.disclosure.audit import audit
from tests.disclosure.handmade import make_history, make_programme, make_truth, say_all
from tests.disclosure.intruder import Kind

if TYPE_CHECKING:
    from tests.disclosure.history import History
    from tests.disclosure.intruder import Finding

TWO = make_programme(["elm", "oak"], {"elm": 8, "oak": 8})
FOUR = make_programme(["elm", "oak", "ash", "yew"])


def find(history: History, kind: Kind) -> list[Finding]:
    return [finding for finding in audit(history).findings if finding.kind is kind]


def places(findings: list[Finding]) -> set[str]:
    return {finding.what for finding in findings}


def test_a_small_total_with_one_team_shown_says_that_all_others_said_no() -> None:
    """1 of 19 with 1 of 7 in one team: of the other twelve nobody said so, in none of their teams."""
    history = make_history(FOUR, {
        "met all baseline": "1 of 19", "met elm baseline": "1 of 7",
        "met oak baseline": "[c]", "met ash baseline": "[c]", "met yew baseline": "[c]",
    })  # fmt: skip
    known = places(find(history, Kind.NUMERATOR_KNOWN))
    assert known == {f"met of {team} in window baseline" for team in ("oak", "ash", "yew")}
    groups = find(history, Kind.UNANIMOUS)
    assert len(groups) == 3
    assert all("none" in group.what for group in groups)
    assert {str(fact.place) for fact in groups[0].facts} == {
        "met of the authority in window baseline", "met of elm in window baseline",
    }  # fmt: skip
    assert not find(history, Kind.COUNT_KNOWN)
    assert len(find(history, Kind.CELL)) == 2
    assert len(find(history, Kind.REMAINDER)) == 1


def test_the_same_total_with_every_team_hidden_says_nothing_of_a_team() -> None:
    cells = {f"met {team} baseline": "[c]" for team in ("elm", "oak", "ash", "yew")}
    assert not audit(make_history(FOUR, {"met all baseline": "1 or fewer of 19", **cells})).findings


def test_a_shown_team_gives_away_the_only_other_one() -> None:
    history = make_history(TWO, {"heard all 1": "8 of 14", "heard elm 1": "5 of 8", "heard oak 1": "[c]"})
    assert places(find(history, Kind.COUNT_KNOWN)) == {"heard of oak in fortnight 1"}
    (known,) = find(history, Kind.NUMERATOR_KNOWN)
    assert known.says == "its hidden numerator can only be 3."
    assert len(known.facts) == 2


@pytest.mark.parametrize("cells", [
    {"heard all 1": "8 of 14", "heard elm 1": "[c]", "heard oak 1": "[c]"},
    {"heard all 1": "8 of 14", "heard elm 1": "5 of 8", "heard oak 1": "3 of 6"},
    {"heard all 1": "1 or fewer of 14", "heard elm 1": "[c]", "heard oak 1": "[c]"},
    {"heard all 1": "13 or more of 14", "heard elm 1": "[c]", "heard oak 1": "[c]"},
    {"heard all 1": "[c]", "heard elm 1": "[c]", "heard oak 1": "[c]"},
    {"heard all 1": "[x]", "heard elm 1": "[x]", "heard oak 1": "[x]"},
    {"time all 1": "5.3 from 14", "time elm 1": "[c]", "time oak 1": "[c]"},
    {"hours all 1": "0.31 from 14", "hours elm 1": "0.28 from 8", "hours oak 1": "0.35 from 6"},
    {"rate all 1": "14 of 16", "heard all 1": "8 of 13", "heard elm 1": "[c]", "heard oak 1": "[c]"},
    {"rate all 1": "16 of 16", "rate elm 1": "8 of 8", "rate oak 1": "8 of 8"},
])  # fmt: skip
def test_harmless_cells_give_nothing_away(cells: dict[str, str]) -> None:
    assert not audit(make_history(TWO, cells)).findings


def test_a_team_of_which_nobody_answered_beside_a_hidden_one_gives_its_number() -> None:
    cells = {"heard all 1": "4 of 8", "heard elm 1": "[x]", "heard oak 1": "[c]", "ownership elm 1": "[c]"}
    history = make_history(TWO, cells)
    assert places(find(history, Kind.COUNT_KNOWN)) == {"heard of oak in fortnight 1"}
    assert places(find(history, Kind.NOT_AVAILABLE)) == {"pulse of elm in fortnight 1"}


def test_a_full_house_gives_away_how_many_of_each_team_answered() -> None:
    """13 of 13 with 6 and 7 people: so many responses each; and with n of 12 and 7 of the one, 5 of the other."""
    programme = make_programme(["elm", "oak"], {"elm": 6, "oak": 7})
    cells = {
        "rate all 1": "13 of 13", "rate elm 1": "[c]", "rate oak 1": "[c]",
        "heard all 1": "6 of 12", "heard elm 1": "[c]", "heard oak 1": "[c]",
    }  # fmt: skip
    history = make_history(programme, cells)
    assert places(find(history, Kind.COUNT_KNOWN)) == {"rate of elm in fortnight 1", "rate of oak in fortnight 1"}
    shown = make_history(programme, {**cells, "heard oak 1": "3 of 7"})
    (known,) = [one for one in find(shown, Kind.COUNT_KNOWN) if "heard" in one.what]
    assert (known.what, known.says) == ("heard of elm in fortnight 1", "its hidden answers can only be 5.")
    full = make_history(programme, {**cells, "heard all 1": "6 of 13"})
    assert {"heard of elm in fortnight 1", "heard of oak in fortnight 1"} < places(find(full, Kind.COUNT_KNOWN))


def test_a_headcount_that_the_truth_breaks_is_no_premise() -> None:
    """Answers without a code can be more than the people: then nothing follows from the headcount."""
    programme = make_programme(["elm", "oak"], {"elm": 6, "oak": 7})
    answers = [*say_all("elm", 1, "heard", 3, 8), *say_all("oak", 1, "heard", 3, 5)]
    cells = {"heard all 1": "6 of 13", "heard elm 1": "[c]", "heard oak 1": "[c]"}
    assert find(make_history(programme, cells), Kind.COUNT_KNOWN)
    assert not find(make_history(programme, cells, truths=[make_truth(programme, answers)]), Kind.COUNT_KNOWN)


def test_a_mean_at_the_end_of_its_scale_says_what_everybody_answered() -> None:
    history = make_history(TWO, {"time all 1": "7.5 from 14", "time elm 1": "5.0 from 7", "time oak 1": "[c]"})
    (group,) = find(history, Kind.UNANIMOUS)
    assert "oak" in group.what
    assert "high end" in group.what
    (cell,) = find(make_history(TWO, {"time all 1": "0.0 from 9"}), Kind.CELL)
    assert "low end of its scale" in cell.says


def test_a_mean_with_one_decimal_gives_the_sum_of_a_few_whole_answers() -> None:
    cells = {"time all 1": "4.3 from 14", "time elm 1": "3.9 from 7", "time oak 1": "[c]"}
    (known,) = find(make_history(TWO, cells), Kind.COUNT_KNOWN)
    assert known.what == "time of oak in fortnight 1"
    assert not find(
        make_history(TWO, {"time all 1": "4.3 from 14", "time elm 1": "[c]", "time oak 1": "[c]"}), Kind.COUNT_KNOWN
    )


def test_answers_that_are_alike_but_for_one_are_seen_in_the_truth() -> None:
    answers = [(f"elm {one}", 1, {"time": 4.0 if one else 7.0}) for one in range(7)]
    history = make_history(TWO, {"time elm 1": "4.4 from 7"}, truths=[make_truth(TWO, answers)])
    (cell,) = find(history, Kind.CELL)
    assert "alike but for one" in cell.says


def test_a_round_less_its_shown_fortnight_gives_away_the_hidden_one() -> None:
    history = make_history(TWO, {"heard all baseline": "9 of 19", "heard all 1": "5 of 12", "heard all 2": "[c]"})
    assert places(find(history, Kind.COUNT_KNOWN)) == {"heard of the authority in fortnight 2"}
    both = {"heard all baseline": "9 of 19", "heard all 1": "[c]", "heard all 2": "[c]"}
    assert not audit(make_history(TWO, both)).findings


def test_a_round_and_its_fortnights_join_teams_that_are_hidden_crosswise() -> None:
    """No subtraction of two cells gives it: the round of one team and a fortnight of the other do, together."""
    cells = {
        "heard all baseline": "14 of 26", "heard elm baseline": "8 of 14", "heard oak baseline": "[c]",
        "heard all 1": "[c]", "heard elm 1": "[c]", "heard oak 1": "[c]",
        "heard all 2": "7 of 13", "heard elm 2": "4 of 7", "heard oak 2": "[c]",
    }  # fmt: skip
    known = places(find(make_history(TWO, cells), Kind.COUNT_KNOWN))
    assert known == {
        "heard of oak in window baseline", "heard of the authority in fortnight 1", "heard of elm in fortnight 1",
        "heard of oak in fortnight 1", "heard of oak in fortnight 2",
    }  # fmt: skip


def test_a_rest_of_a_ragged_round_must_be_a_group() -> None:
    """The round holds fortnight 4 and half of two others: without it, that half is a group of its own."""
    few = make_history(TWO, {"heard all ragged": "9 of 17", "heard all 4": "5 of 12"})
    (rest,) = find(few, Kind.REMAINDER)
    assert "rests on 5 people" in rest.says
    assert not audit(make_history(TWO, {"heard all ragged": "9 of 19", "heard all 4": "5 of 12"})).findings
    alike = make_history(TWO, {"heard all ragged": "6 of 19", "heard all 4": "6 of 12"})
    assert find(alike, Kind.REMAINDER)


def test_bands_of_all_teams_can_give_away_their_ends() -> None:
    """Of two bands within a total of 2 both are at their upper end."""
    cells = {
        "met all baseline": "2 of 19",
        "met elm baseline": "1 or fewer of 9",
        "met oak baseline": "1 or fewer of 10",
    }
    ends = find(make_history(make_programme(["elm", "oak"]), cells), Kind.BAND_END)
    assert {end.says for end in ends} == {"only 1 is possible."}
    assert len(ends) == 2


def test_two_measures_of_one_question_rest_on_the_same_answers() -> None:
    cells = {
        "ownership all 1": "8 of 14", "ownership elm 1": "[c]", "ownership oak 1": "[c]",
        "against all 1": "4 of 14", "against elm 1": "2 of 8", "against oak 1": "2 of 6",
    }  # fmt: skip
    known = find(make_history(TWO, cells), Kind.COUNT_KNOWN)
    assert places(known) == {"ownership of elm in fortnight 1", "ownership of oak in fortnight 1"}


def test_a_mean_of_the_same_answers_can_say_how_many_count() -> None:
    """Eight answers of 1 to 5 with a mean of 4.9 sum to 39: seven times 5 and once 4, which all agree."""
    cells = {"own_mean all 1": "4.9 from 8", "ownership elm 1": "[c]", "ownership all 1": "[c]"}
    known = {one.what: one.says for one in find(make_history(make_programme(["elm"]), cells), Kind.NUMERATOR_KNOWN)}
    assert known["ownership of the authority in fortnight 1"] == "its hidden numerator can only be 8."
    loose = {**cells, "own_mean all 1": "4.0 from 8"}
    assert not find(make_history(make_programme(["elm"]), loose), Kind.NUMERATOR_KNOWN)


@pytest.mark.parametrize(("cell", "wrong"), [
    ("3 of 5", "rests on 5 people"),
    ("1 of 12", "near unanimity told exactly"),
    ("12 of 12", "near unanimity told exactly"),
    ("1 or fewer of 7", "fewer than 8"),
])  # fmt: skip
def test_a_figure_that_breaks_the_first_rules_is_named(cell: str, wrong: str) -> None:
    (found,) = find(make_history(TWO, {"heard all 1": cell}), Kind.CELL)
    assert wrong in found.says


def test_a_round_rests_on_people_and_not_on_their_answers() -> None:
    """Five people who answered twice are ten answers, and too few."""
    answers = [*say_all("elm", 1, "heard", 3, 5), *say_all("elm", 2, "heard", 2, 5)]
    history = make_history(TWO, {"heard elm baseline": "5 of 10"}, truths=[make_truth(TWO, answers)])
    (found,) = find(history, Kind.CELL)
    assert "rests on 5 people" in found.says
