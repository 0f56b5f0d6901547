from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from integration.pack import build_content
from tests.unit.integration.pack.cast import settings
from tests.unit.integration.pack.factory import JULY, JUNE, content, shown

if TYPE_CHECKING:
    from integration.model import LeadersView
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
    frame.loc[(frame["measure"] == measure) & (frame["period"] == period), "hidden"] = True
    return replace(view, frame=frame)


def test_headlines_stand_in_the_order_of_the_configuration() -> None:
    assert [h.figure.measure for h in content().headlines] == list(settings().packs.headlines)


def test_a_share_is_told_with_its_period_and_the_figure_of_the_month_before() -> None:
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
def test_targets_are_said_as_their_figures_are(measure: str, target: str) -> None:
    assert _headline(content(), measure).target == target
