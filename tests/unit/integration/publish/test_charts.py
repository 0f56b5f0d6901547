"""The charts of the leaders' summary, and their alternative texts."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from integration.model import SummaryChart
from integration.publish import build_summary
from integration.publish.charts import build_charts
from tests.unit.integration.publish.cast import SETTINGS, count, figure, hidden_figure, make_leaders_view, make_settings

NONE = float("nan")
BASELINE: dict[str, Any] = {
    "period_kind": "window", "period": "baseline", "period_start": date(2021, 9, 6), "period_end": date(2021, 10, 3),
}  # fmt: skip
LATER: dict[str, Any] = {
    "period_kind": "window", "period": "later", "period_start": date(2022, 5, 2), "period_end": date(2022, 5, 29),
}  # fmt: skip


def at(number: int, value: float = 0.5, team: str = "", **changes: Any) -> dict[str, Any]:
    """Return a figure of a fortnight by its number."""
    start = date(2021, 9, 6) + timedelta(days=14 * (number - 1))
    period = {"period": str(number), "period_start": start, "period_end": start + timedelta(days=13)}
    return figure(**{"team": team, "value": value, **period, **changes})


def hidden_at(number: int, team: str = "") -> dict[str, Any]:
    return at(number, **hidden_figure(team=team) | {"period_kind": "fortnight"}) | at(number, NONE, team, hidden=True)


def charts(*figures: dict[str, Any], **settings: Any) -> tuple[SummaryChart, ...]:
    return build_charts(make_settings(**settings), make_leaders_view(*figures))


def test_a_line_goes_from_the_oldest_period_to_the_newest() -> None:
    (chart,) = charts(at(23, 0.6), at(21, 0.4), at(22, 0.5))
    assert chart.title == "Feel ownership of the changes, by fortnight"
    assert chart.periods == ("13 Jun 2022", "27 Jun 2022", "11 Jul 2022")
    assert chart.lines == (("Northbrook, all teams", (0.4, 0.5, 0.6)),)
    assert chart.percent


def test_a_hidden_or_missing_figure_is_a_gap_and_its_number_is_nowhere() -> None:
    (chart,) = charts(at(20, 0.4), at(21, 0.1234, hidden=True), at(22, NONE), at(23, 0.6))
    assert chart.lines == (("Northbrook, all teams", (0.4, None, None, 0.6)),)
    assert "12%" not in chart.alt_text
    assert "No figure can be shown for 2 of 4 fortnights." in chart.alt_text


def test_a_team_has_a_line_where_two_of_its_figures_are_shown() -> None:
    figures = [at(22), at(23), at(22, 0.25, "elm"), at(23, 0.75, "elm"), at(22, 0.3, "oak"), hidden_at(23, "oak")]
    (chart,) = charts(*figures)
    assert chart.lines == (("Northbrook, all teams", (0.5, 0.5)), ("Elm", (0.25, 0.75)))
    assert "Further lines: Elm." in chart.alt_text


def test_nothing_of_another_authority_is_drawn() -> None:
    next_door = [at(number, 0.1112, "rowan", authority="southmere") for number in (21, 22, 23)]
    (chart,) = charts(at(22), at(23), *next_door)
    assert "0.1112" not in str(chart)
    assert len(chart.periods) == 2


@pytest.mark.parametrize("figures", [[], [at(23)], [at(22), hidden_at(23)], [count(12)]])
def test_without_two_figures_of_a_group_there_is_no_chart(figures: list[dict[str, Any]]) -> None:
    assert charts(*figures) == ()


def test_a_target_is_a_line_of_its_own() -> None:
    rate: dict[str, Any] = {"measure": "pulse_response_rate", "target": 0.7}
    (chart,) = charts(at(22, 0.6, **rate), at(23, 0.8, **rate))
    assert chart.lines[-1] == ("Target", (0.7, 0.7))
    assert "The target is 70%." in chart.alt_text


def test_an_average_over_survey_rounds_has_the_rounds_names_and_its_unit() -> None:
    rounds = {"baseline": SETTINGS["programme"]["windows"]["baseline"]}
    rounds["later"] = {"title": "Later", "start": "2022-05-02", "end": "2022-05-29"}
    mean = {"measure": "hours_mean", "team": ""}
    figures = [figure(**mean, **LATER, value=6.25), figure(**mean, **BASELINE, value=5.0)]
    (chart,) = charts(*figures, programme={**SETTINGS["programme"], "windows": rounds})
    assert (chart.title, chart.percent) == ("Hours with families (hours a week), by survey round", False)
    assert chart.periods == ("Before the start", "Later")
    assert chart.lines == (("Northbrook, all teams", (5.0, 6.25)),)
    assert "5 in the first survey round shown (Before the start), 6.3 in the newest (Later)" in chart.alt_text


def test_fortnights_are_drawn_before_rounds_and_rounds_where_there_are_no_fortnights() -> None:
    (chart,) = charts(at(22), at(23), at(23, **BASELINE), at(23, **LATER))
    assert chart.title.endswith("by fortnight")
    (chart,) = charts(at(23), at(23, **BASELINE), at(23, **LATER))
    assert chart.title.endswith("by survey round")


def test_the_alternative_text_names_the_first_newest_lowest_and_highest_figure() -> None:
    (chart,) = charts(at(20, 0.4), at(21, 0.125), at(22, 0.9), at(23, 0.625))
    assert chart.alt_text == (
        "Northbrook, all teams: 40% in the first fortnight shown (30 May to 12 June 2022), 63% in the newest "
        "(11 to 24 July 2022); lowest 13%, highest 90%. A fortnight is named by its first day."
    )


def test_no_line_joins_answers_to_the_old_words_of_a_question_and_to_the_new() -> None:
    view = make_leaders_view(at(20, 0.2), at(21, 0.2), at(22, 0.8), at(23, 0.8))
    series = pd.Series([pd.NaT, pd.NaT, *[pd.Timestamp("2022-06-27")] * 2])
    (chart,) = build_charts(make_settings(), replace(view, frame=view.frame.assign(series_from=series)))
    assert chart.lines == (
        ("Northbrook, all teams, as reworded on 27 June 2022", (None, None, 0.8, 0.8)),
        ("Northbrook, all teams", (0.2, 0.2, None, None)),
    )
    assert "No figure can be shown" not in chart.alt_text


def test_headlines_come_first_and_there_are_no_more_than_eight() -> None:
    spec = SETTINGS["measures"]["ownership_positive"]
    keys = [f"measure_{number}" for number in range(12)]
    measures = {**SETTINGS["measures"], **{key: {**spec, "title": key} for key in keys}}
    sheets = [{"title": "All", "introduction": "All.", "measures": keys}]
    packs = {**SETTINGS["packs"], "headlines": [keys[9], keys[4], keys[5]], "summary": sheets}
    figures = [at(number, measure=key) for key in keys for number in (22, 23)]
    titles = [chart.title.split(",")[0] for chart in charts(*figures, measures=measures, packs=packs)]
    assert titles == [keys[place] for place in (9, 4, 5, 0, 1, 2, 3, 6)]


def test_a_summary_has_its_charts() -> None:
    result = build_summary(settings=make_settings(), authority="northbrook", view=make_leaders_view(at(22), at(23)))
    assert [chart.title for chart in result.charts] == ["Feel ownership of the changes, by fortnight"]
