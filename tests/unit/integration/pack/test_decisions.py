from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from integration.model import LeadersView, WorkItem
from integration.pack import build_content, to_text
from tests.unit.integration.pack.cast import settings
from tests.unit.integration.pack.factory import JULY, JUNE, content, default_things, shown


def _milestone(number: int, due: date, done: date | None = None) -> WorkItem:
    return WorkItem("milestone", f"M{number}", f"Milestone {number}", "", "", "", None, due, done)


def _made() -> list[WorkItem]:
    """Return the small changes alone: more than were hoped for."""
    return [thing for thing in default_things(JULY) if thing.kind == "small_change"]


def _decisions(now: LeadersView, before: LeadersView, month: str = "2022-07") -> tuple[str, ...]:
    return build_content(
        settings=settings(), authority="northbrook", month=month, now=now, before=before, version=1
    ).decisions


def _with(view: LeadersView, measure: str, **numbers: float) -> LeadersView:
    """Return the view with other numbers in the authority's newest figure of a measure."""
    frame = view.frame.copy()
    row = frame[(frame["measure"] == measure) & (frame["team"] == "")].index[-1]
    for name, number in numbers.items():
        frame.loc[row, name] = number
    return replace(view, frame=frame)


def test_one_of_each_rule_comes_before_the_second_of_any() -> None:
    assert [decision.split(" was due")[0] for decision in content().decisions] == [
        "The milestone \u201cPanel meets weekly instead of monthly\u201d",
        "The action \u201cWrite to the panel chairs\u201d (Head of service)",
        "The action \u201cName one person for approvals in August\u201d (Director)",
    ]


def test_every_decision_is_one_sentence_that_asks() -> None:
    things = [_milestone(n, date(2022, 7, n)) for n in range(1, 4)]
    now = _with(shown(JULY, things=things), "pulse_response_rate", numerator=6.0, value=0.4)
    for decision in _decisions(_with(now, "reviews_held", numerator=9.0), shown(JUNE)):
        assert decision.endswith("?")
        assert decision.count("?") == 1
        assert ". " not in decision


def test_what_is_due_on_the_reporting_date_is_not_yet_overdue() -> None:
    things = [_milestone(1, JULY), _milestone(2, date(2022, 7, 30)), _milestone(3, JUNE, done=JULY)]
    asked = [decision for decision in content(things=things).decisions if "Milestone" in decision]
    assert len(asked) == 1
    assert asked[0] == (
        "The milestone \u201cMilestone 2\u201d was due on 30 July 2022 and is not done: "
        "what would help to finish it, or should it have a new date?"
    )


def test_a_month_without_a_review_asks_for_the_next() -> None:
    now = _with(shown(JULY, things=()), "reviews_held", numerator=9.0)
    assert "No review meeting is recorded for July 2022: when will the next one be held?" in _decisions(
        now, shown(JUNE)
    )
    assert not [d for d in _decisions(shown(JULY, things=()), shown(JUNE)) if "review" in d]


def test_a_response_rate_below_target_proposes_time_in_a_meeting() -> None:
    now = _with(shown(JULY, things=()), "pulse_response_rate", numerator=9.0, value=0.6)
    asked = (
        "9 of 15 answered in the fortnight 11 to 24 July 2022 (60%; the target is 70%): "
        "could each team keep two minutes for it in a team meeting?"
    )
    assert asked in _decisions(now, shown(JUNE))


def test_a_hidden_response_rate_is_not_spoken_of() -> None:
    now = _with(shown(JULY, things=()), "pulse_response_rate", numerator=9.0, value=0.6, hidden=True)
    assert not [d for d in _decisions(now, shown(JUNE)) if "answered" in d]


@pytest.mark.parametrize(("made", "is_behind"), [(5.0, False), (4.0, True)])
def test_small_changes_behind_their_pace_ask_for_help_while_the_phase_runs(made: float, *, is_behind: bool) -> None:
    now = _with(shown(date(2021, 11, 30)), "changes_implemented_in_phase_2", value=made)
    asked = (
        "Small changes made in the weeks for them: 4 so far; the target is 10 by 26 December 2021: "
        "what would help the teams to keep the pace?"
    )
    assert (asked in _decisions(now, shown(date(2021, 10, 31)), month="2021-11")) is is_behind


def test_small_changes_still_missing_after_the_phase_ask_which_to_make() -> None:
    views = shown(date(2022, 1, 31)), shown(date(2021, 12, 31))
    assert (
        "Small changes made in the weeks for them: 7; the target was 10 by 26 December 2021: "
        "which of the changes still open should be made, and by when?"
    ) in _decisions(*views, month="2022-01")


def test_once_the_target_is_reached_late_nobody_is_asked_again() -> None:
    assert not [decision for decision in content().decisions if "target was 10" in decision]


@pytest.mark.parametrize(
    ("overdue", "more"), [(5, []), (6, ["And 1 more in the detail."]), (9, ["And 4 more in the detail."])]
)
def test_the_first_page_has_five_and_counts_the_others(overdue: int, more: list[str]) -> None:
    pack = content(things=[*_made(), *(_milestone(n, date(2022, 6, n)) for n in range(1, overdue + 1))])
    assert len(pack.decisions) == overdue
    assert [line for line in to_text(pack).splitlines() if "in the detail" in line] == more


def test_in_the_text_the_others_stand_in_the_detail() -> None:
    pack = content(things=[*_made(), *(_milestone(n, date(2022, 6, n)) for n in range(1, 10))])
    first_page, detail = to_text(pack).split("The detail\n")
    assert first_page.rstrip().endswith("And 4 more in the detail.")
    assert "\n5. " in first_page
    assert "\n6. " not in first_page
    assert detail.index("Also to decide") < detail.index("\n6. ") < detail.index("\n9. ")


def test_a_month_with_nothing_to_decide_says_so() -> None:
    assert "Nothing needs a decision this month." in to_text(content(things=_made()))
