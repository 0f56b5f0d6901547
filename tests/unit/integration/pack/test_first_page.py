"""The first page: headlines, the note on small samples, changes, decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from integration.model import LeadersView, WorkItem
from integration.pack import build_content, to_text
from integration.pack.first_page import SMALL_SAMPLE
from tests.unit.integration.pack.cast import settings
from tests.unit.integration.pack.factory import JULY, JUNE, content, default_work_items, shown

if TYPE_CHECKING:
    from integration.pack import PackContent
    from integration.pack.content import Headline


def _built(now: LeadersView, before: LeadersView) -> PackContent:
    return build_content(
        settings=settings(), authority="northbrook", month="2022-07", now=now, before=before, version=1
    )


def _headline(pack: PackContent, measure: str) -> Headline:
    return next(headline for headline in pack.headlines if headline.figure.measure == measure)


def _hide(view: LeadersView, measure: str, period: str) -> LeadersView:
    frame = view.frame.copy()
    frame.loc[(frame["measure"] == measure) & (frame["period"] == period), "shown_as"] = "hidden"
    return replace(view, frame=frame)


def test_headlines_stand_in_the_order_of_the_configuration() -> None:
    assert [h.figure.measure for h in content().headlines] == list(settings().packs.headlines)


def test_a_share_is_shown_with_its_period_and_the_figure_of_the_month_before() -> None:
    headline = _headline(content(), "ownership_positive")
    assert (headline.figure.shown, headline.figure.period_words) == ("79% (11 of 14)", "11 to 24 July 2022")
    assert headline.since == "was 73% (11 of 15), 13 to 26 June 2022"
    assert headline.target == "none set"


def test_a_count_says_how_many_more() -> None:
    pack = _built(shown(JULY), shown(date(2021, 11, 30)))
    assert _headline(pack, "changes_implemented_in_phase_2").since == "+2 since November"


def test_a_count_that_a_correction_made_smaller_says_so_with_a_minus() -> None:
    pack = _built(shown(date(2021, 11, 30)), shown(JULY))
    assert _headline(pack, "changes_implemented_in_phase_2").since == "\u22122 since July"


def test_where_no_period_has_ended_nothing_is_compared() -> None:
    pack = _built(shown(date(2022, 7, 9)), shown(JUNE))
    assert _headline(pack, "ownership_positive").since == "no new fortnight has ended"
    assert _headline(pack, "needs_met_positive").since == "no new survey round has ended"


def test_a_figure_corrected_since_says_what_it_was() -> None:
    now = shown(date(2022, 7, 9))
    frame = now.frame.copy()
    row = (frame["measure"] == "ownership_positive") & (frame["period"] == "21") & (frame["team"] == "")
    frame.loc[row, ["numerator", "value"]] = [10.0, 10 / 15]
    since = _headline(_built(replace(now, frame=frame), shown(JUNE)), "ownership_positive").since
    assert since == "no new fortnight has ended; corrected, was 73% (11 of 15)"


def test_a_hidden_figure_points_to_the_last_one_that_was_shown() -> None:
    headline = _headline(_built(_hide(shown(JULY), "ownership_positive", "23"), shown(JUNE)), "ownership_positive")
    assert headline.figure.shown == "[c]"
    assert headline.since == "last shown: 54% (7 of 13), 27 June to 10 July 2022"


def test_nothing_is_compared_with_a_hidden_figure() -> None:
    headline = _headline(_built(shown(JULY), _hide(shown(JUNE), "ownership_positive", "21")), "ownership_positive")
    assert headline.since == "not comparable: the figure before is hidden"


def test_the_first_month_has_first_figures_and_leaves_out_what_has_none() -> None:
    pack = build_content(
        settings=settings(),
        authority="northbrook",
        month="2021-09",
        now=shown(date(2021, 9, 30)),
        before=shown(date(2021, 8, 31)),
        version=1,
    )
    assert _headline(pack, "ownership_positive").since == "the first figure"
    assert _headline(pack, "milestones_on_time").since == "none yet"
    assert "needs_met_positive" not in [h.figure.measure for h in pack.headlines]
    assert [chart.kind for chart in pack.charts] == ["fortnights", "response_rate", "count", "milestones"]


@pytest.mark.parametrize(
    ("measure", "target"),
    [
        ("pulse_response_rate", "70%"),
        ("changes_implemented_in_phase_2", "10"),
        ("reviews_held", "every month"),
        ("milestones_on_time", "none set"),
    ],
)
def test_targets_have_the_form_of_their_figures(measure: str, target: str) -> None:
    assert _headline(content(), measure).target == target


SMALL_SAMPLE_NOTE = (
    "Figures that rest on few answers (fewer than 30) move a good deal by chance from one time to the next."
)


def _pack(answers: int, **bounds: float) -> PackContent:
    """Return the pack in which every figure rests on so many answers."""
    view = shown(JULY)
    frame = view.frame.assign(n=float(answers), **bounds)
    now = replace(view, frame=frame)
    return build_content(
        settings=settings(), authority="northbrook", month="2022-07", now=now, before=shown(JUNE), version=1
    )


def test_few_answers_are_noted_with_where_the_intervals_stand() -> None:
    assert (
        _pack(SMALL_SAMPLE - 1).small_sample_note
        == f"{SMALL_SAMPLE_NOTE} The detail shows how far (“could be between …”)."
    )


def test_without_intervals_the_note_promises_none() -> None:
    assert _pack(SMALL_SAMPLE - 1, lower=float("nan"), upper=float("nan")).small_sample_note == SMALL_SAMPLE_NOTE


def test_enough_answers_need_no_note() -> None:
    assert _pack(SMALL_SAMPLE).small_sample_note == ""


def _change(title: str, done: date) -> WorkItem:
    return WorkItem("small_change", title, title, "Elm", "Implemented", "", None, None, done)


def test_changes_list_what_was_done_since_the_end_of_the_month_before() -> None:
    assert content().changes == (
        (
            "2 small changes were implemented: \u201cFamilies choose the time of visits\u201d (Elm) and "
            "\u201cChronology kept as you go\u201d (Elm)."
        ),
        "1 milestone was reached: \u201cFirst learning day with families\u201d.",
        "1 action was closed: \u201cFree eight laptops from the pool\u201d.",
        "The month's review meeting was held.",
    )


def test_at_most_three_are_named_and_the_others_counted() -> None:
    work_items = [_change(f"Change {day}", date(2022, 7, day)) for day in range(1, 7)]
    assert content(work_items=work_items).changes[0] == (
        "6 small changes were implemented: \u201cChange 1\u201d (Elm), \u201cChange 2\u201d (Elm), "
        "\u201cChange 3\u201d (Elm) and 3 more."
    )


def test_the_last_day_of_the_month_before_belongs_to_that_month() -> None:
    work_items = [_change("On the last day of June", JUNE), _change("On the last day of July", JULY)]
    assert (
        content(work_items=work_items)
        .changes[0]
        .startswith("1 small change was implemented: \u201cOn the last day of July")
    )


def test_a_survey_round_that_ended_is_named() -> None:
    pack = content(month="2022-05", as_of=date(2022, 5, 31), before=date(2022, 4, 30))
    assert "The survey round has ended: Test and learn, first round." in pack.changes


def test_a_month_in_which_nothing_happened_says_so() -> None:
    quiet = shown(JULY, work_items=())
    pack = build_content(
        settings=settings(), authority="northbrook", month="2022-07", now=quiet, before=quiet, version=1
    )
    assert pack.changes == ("Nothing new is recorded.",)


def _milestone(number: int, due: date, done: date | None = None) -> WorkItem:
    return WorkItem("milestone", f"M{number}", f"Milestone {number}", "", "", "", None, due, done)


def _made() -> list[WorkItem]:
    """Return the small changes alone: more than were hoped for."""
    return [thing for thing in default_work_items(JULY) if thing.kind == "small_change"]


def _decisions(now: LeadersView, before: LeadersView, month: str = "2022-07") -> tuple[str, ...]:
    return build_content(
        settings=settings(), authority="northbrook", month=month, now=now, before=before, version=1
    ).decisions


def _with(view: LeadersView, measure: str, **numbers: float | str) -> LeadersView:
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
    work_items = [_milestone(n, date(2022, 7, n)) for n in range(1, 4)]
    now = _with(shown(JULY, work_items=work_items), "pulse_response_rate", numerator=6.0, value=0.4)
    for decision in _decisions(_with(now, "reviews_held", numerator=9.0), shown(JUNE)):
        assert decision.endswith("?")
        assert decision.count("?") == 1
        assert ". " not in decision


def test_what_is_due_on_the_reporting_date_is_not_yet_overdue() -> None:
    work_items = [_milestone(1, JULY), _milestone(2, date(2022, 7, 30)), _milestone(3, JUNE, done=JULY)]
    asked = [decision for decision in content(work_items=work_items).decisions if "Milestone" in decision]
    assert len(asked) == 1
    assert asked[0] == (
        "The milestone \u201cMilestone 2\u201d was due on 30 July 2022 and is not done: "
        "what would help to finish it, or should it have a new date?"
    )


def test_a_month_without_a_review_asks_for_the_next() -> None:
    now = _with(shown(JULY, work_items=()), "reviews_held", numerator=9.0)
    assert "No review meeting is recorded for July 2022: when will the next one be held?" in _decisions(
        now, shown(JUNE)
    )
    assert not [d for d in _decisions(shown(JULY, work_items=()), shown(JUNE)) if "review" in d]


def test_a_response_rate_below_target_proposes_time_in_a_meeting() -> None:
    now = _with(shown(JULY, work_items=()), "pulse_response_rate", numerator=9.0, value=0.6)
    asked = (
        "9 of 15 answered in the fortnight 11 to 24 July 2022 (60%; the target is 70%): "
        "could each team keep two minutes for it in a team meeting?"
    )
    assert asked in _decisions(now, shown(JUNE))


def test_a_hidden_response_rate_asks_for_no_decision() -> None:
    now = _with(shown(JULY, work_items=()), "pulse_response_rate", numerator=9.0, value=0.6, shown_as="hidden")
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
    pack = content(work_items=[*_made(), *(_milestone(n, date(2022, 6, n)) for n in range(1, overdue + 1))])
    assert len(pack.decisions) == overdue
    assert [line for line in to_text(pack).splitlines() if "in the detail" in line] == more


def test_in_the_text_the_others_stand_in_the_detail() -> None:
    pack = content(work_items=[*_made(), *(_milestone(n, date(2022, 6, n)) for n in range(1, 10))])
    first_page, detail = to_text(pack).split("The detail\n")
    assert first_page.rstrip().endswith("And 4 more in the detail.")
    assert "\n5. " in first_page
    assert "\n6. " not in first_page
    assert detail.index("Also to decide") < detail.index("\n6. ") < detail.index("\n9. ")


def test_a_month_with_nothing_to_decide_says_so() -> None:
    assert "Nothing needs a decision this month." in to_text(content(work_items=_made()))
