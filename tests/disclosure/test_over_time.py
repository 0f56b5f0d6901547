"""What one publication does not tell, two of them may: the auditor finds it, and leaves what enough people changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.disclosure.audit import audit
from tests.disclosure.handmade import AUTHORITY, make_history, make_programme, make_truth, read_cells, say_all
from tests.disclosure.history import History
from tests.disclosure.intruder import Kind
from tests.disclosure.published import Publication

if TYPE_CHECKING:
    from tests.disclosure.intruder import Finding

TWO = make_programme(["elm", "oak"], {"elm": 30, "oak": 30})
THREE = make_programme(["elm", "oak", "ash"], {"elm": 30, "oak": 30, "ash": 30})
HIDDEN = {"heard elm 1": "[c]", "heard oak 1": "[c]"}


def find(history: History, kind: Kind) -> list[Finding]:
    return [finding for finding in audit(history).findings if finding.kind is kind]


@pytest.mark.parametrize(("before", "after", "said"), [
    ("7 of 10", "7 of 11", "+1 answers, +0 of them counting"),
    ("6 of 10", "5 of 10", "+0 answers, -1 of them counting"),
    ("7 of 10", "6 of 9", "-1 answers, -1 of them counting"),
])  # fmt: skip
def test_a_late_an_edited_and_an_erased_answer_are_known(before: str, after: str, said: str) -> None:
    history = make_history(TWO, {"heard all 1": before, **HIDDEN}, {"heard all 1": after, **HIDDEN})
    (found,) = find(history, Kind.DIFFERENCE)
    assert found.says.startswith(f"{said}: it rests on 1 people")


def test_a_figure_that_stands_is_no_difference() -> None:
    same = {"heard all 1": "7 of 10", **HIDDEN}
    assert not audit(make_history(TWO, same, same, same)).findings


@pytest.mark.parametrize(
    ("joined", "wrong"), [(3, ""), (2, ""), (1, "moved alike"), (0, "moved alike"), (6, "moved alike")]
)
def test_six_people_may_change_a_figure_unless_they_moved_alike(joined: int, wrong: str) -> None:
    """Ten people, then six more of whom so many count."""
    first = [*say_all("elm", 1, "heard", 3, 5), *say_all("oak", 1, "heard", 4, 5)]
    late = [(f"elm {20 + one}", 1, {"heard": float(one < joined)}) for one in range(6)]
    truths = [make_truth(TWO, first), make_truth(TWO, [*first, *late])]
    after = f"{7 + joined} of 16"
    history = make_history(TWO, {"heard all 1": "7 of 10", **HIDDEN}, {"heard all 1": after, **HIDDEN}, truths=truths)
    assert [wrong in one.says for one in find(history, Kind.DIFFERENCE)] == ([True] if wrong else [])


def test_seven_changes_less_six_of_a_shown_team_are_one_person() -> None:
    """Each difference by itself rests on enough people; taken from each other they leave one."""
    first = [*say_all("elm", 1, "heard", 3, 8), *say_all("oak", 1, "heard", 3, 7), *say_all("ash", 1, "heard", 4, 7)]
    late = [(f"elm {20 + one}", 1, {"heard": float(one < 3)}) for one in range(6)]
    last = [("oak 20", 1, {"heard": 1.0})]
    truths = [make_truth(THREE, first), make_truth(THREE, [*first, *late, *last])]
    hidden = {"heard oak 1": "[c]", "heard ash 1": "[c]"}
    history = make_history(
        THREE,
        {"heard all 1": "10 of 22", "heard elm 1": "3 of 8", **hidden},
        {"heard all 1": "14 of 29", "heard elm 1": "6 of 14", **hidden},
        truths=truths,
    )
    (found,) = find(history, Kind.DIFFERENCE)
    assert "rests on 1 people" in found.says
    assert len(found.facts) == 4


def test_a_round_published_anew_beside_older_fortnights_is_a_difference() -> None:
    """The round holds a late answer that its fortnights, as they stand, do not."""
    first = [*say_all("elm", 1, "heard", 5, 10), *say_all("elm", 2, "heard", 4, 9)]
    late = [("elm 20", 2, {"heard": 1.0})]
    truths = [make_truth(TWO, first), make_truth(TWO, [*first, *late])]
    fortnights = {"heard all 1": "5 of 10", "heard all 2": "4 of 9"}
    history = make_history(TWO, fortnights, {**fortnights, "heard all baseline": "10 of 20"}, truths=truths)
    (found,) = find(history, Kind.DIFFERENCE)
    assert "+1 answers, +1 of them counting" in found.says
    older = make_history(TWO, fortnights, {**fortnights, "heard all baseline": "9 of 19"}, truths=truths)
    # The round is shown as it was when its fortnights were: nothing of the late answer is in it.
    assert not find(older, Kind.DIFFERENCE)


def test_a_hidden_team_that_is_shown_later_tells_of_before() -> None:
    """What is shown of the same answers at any time is known for all of them."""
    history = make_history(
        TWO,
        {"heard all 1": "8 of 14", **HIDDEN},
        {"heard all 1": "8 of 14", "heard elm 1": "5 of 8", "heard oak 1": "[c]"},
    )
    assert [one.what for one in find(history, Kind.COUNT_KNOWN)] == ["heard of oak in fortnight 1"]


def test_hiding_another_team_each_time_hides_none() -> None:
    history = make_history(
        THREE,
        {"heard all 1": "10 of 22", "heard elm 1": "3 of 8", "heard oak 1": "[c]", "heard ash 1": "[c]"},
        {"heard all 1": "10 of 22", "heard elm 1": "[c]", "heard oak 1": "3 of 7", "heard ash 1": "[c]"},
    )
    assert [one.what for one in find(history, Kind.COUNT_KNOWN)] == ["heard of ash in fortnight 1"]


def test_a_team_shown_of_later_answers_than_the_total_beside_it_is_a_difference() -> None:
    """A correction uncovers a team: with the total as it stood, the correction itself would follow."""
    first = [*say_all("elm", 1, "heard", 3, 7), *say_all("oak", 1, "heard", 3, 7)]
    truths = [make_truth(TWO, first), make_truth(TWO, [*first, ("elm 20", 1, {"heard": 1.0})])]
    teams = {"heard elm 1": "4 of 8", "heard oak 1": "3 of 7"}
    history = make_history(
        TWO, {"heard all 1": "6 of 14", **HIDDEN}, {"heard all 1": "6 of 14", **teams}, truths=truths
    )
    (found,) = find(history, Kind.DIFFERENCE)
    assert "-1 answers, -1 of them counting" in found.says


def test_a_response_rate_that_moves_by_one_is_a_difference_too() -> None:
    history = make_history(TWO, {"rate all 1": "40 of 60"}, {"rate all 1": "41 of 60"})
    (found,) = find(history, Kind.DIFFERENCE)
    assert "rests on 1 people" in found.says


def test_a_period_that_is_told_before_it_has_settled_is_named() -> None:
    """Fortnight 1 ends on 19 September; seven days later its figures may be told."""
    truth = make_truth(TWO, [*say_all("elm", 1, "heard", 3, 5), *say_all("oak", 1, "heard", 4, 5)])
    cells = {"heard all 1": "7 of 10", **HIDDEN}
    for day, is_named in ((25, True), (26, False)):
        history = make_history(TWO, cells, truths=[replace(truth, written_on=date(2021, 9, day))])
        assert bool(find(history, Kind.CONTRADICTION)) is is_named


def test_a_withdrawn_figure_gives_nothing_away() -> None:
    history = make_history(TWO, {"heard all 1": "7 of 10", **HIDDEN}, {"heard all 1": "[w]", **HIDDEN})
    assert not audit(history).findings


def test_a_code_kept_by_another_key_is_no_other_person() -> None:
    """Two homes hide the same code differently: answers are known by their ids, so nobody seems to have changed."""
    first = [*say_all("elm", 1, "heard", 3, 5), *say_all("oak", 1, "heard", 4, 5)]
    after = make_truth(TWO, [*first, ("elm 20", 1, {"heard": 1.0})])
    after.answers["pulse"] = [replace(answer, code=f"other {answer.code}") for answer in after.answers["pulse"]]
    truths = [make_truth(TWO, first), after]
    history = make_history(
        TWO, {"heard all 1": "7 of 10", **HIDDEN}, {"heard all 1": "8 of 11", **HIDDEN}, truths=truths
    )
    (found,) = find(history, Kind.DIFFERENCE)
    assert "rests on 1 people" in found.says


MOVED = replace(TWO, windows={"baseline": ("Before the start", date(2021, 9, 6), date(2021, 10, 10))})
"""The survey round `baseline` ends a week later than it did."""


@pytest.mark.parametrize(("after", "late"), [("7 of 10", 1), ("8 of 11", 1), ("10 of 16", 6)])
def test_a_round_that_was_moved_is_the_same_round(after: str, late: int) -> None:
    """Its figure stands for the days of before, or a new one tells of the people who are in it only now."""
    answers = [*say_all("elm", 1, "heard", 3, 5), *say_all("oak", 1, "heard", 4, 5)]
    answers += [(f"elm {20 + one}", 3, {"heard": float(one < 3)}) for one in range(late)]
    truths = [make_truth(programme, answers) for programme in (TWO, MOVED)]
    hidden = {"heard elm baseline": "[c]", "heard oak baseline": "[c]"}
    months = [
        Publication(
            "before", AUTHORITY, date(2021, 12, 31), read_cells(TWO, {"heard all baseline": "7 of 10", **hidden})
        ),
        Publication("after", AUTHORITY, date(2022, 1, 31), read_cells(MOVED, {"heard all baseline": after, **hidden})),
    ]
    history = History(MOVED, AUTHORITY, months, truths)
    assert not any(fact.is_stale for fact in history.facts)
    found = find(history, Kind.DIFFERENCE)
    assert ["rests on 1 people" in one.says for one in found] == ([True] if after == "8 of 11" else [])
