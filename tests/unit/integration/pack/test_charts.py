from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from integration.kinds.measures import ChartKind
from integration.model import WorkItem
from integration.pack import Chart, build_content, draw_charts
from integration.pack.charts.designs import MOST_PANELS
from integration.pack.content import State
from tests.unit.integration.pack.cast import settings
from tests.unit.integration.pack.factory import JULY, JUNE, content, shown


def _chart(prefix: str, **more: Any) -> Chart:
    return next(chart for chart in draw_charts(content(**more)) if chart.name.startswith(prefix))


def _values(spec: Any, key: str) -> list[Any]:
    """Return every value of the key anywhere in a specification."""
    if isinstance(spec, dict):
        own = [spec[key]] if key in spec else []
        return own + [value for part in spec.values() for value in _values(part, key)]
    return [value for part in spec for value in _values(part, key)] if isinstance(spec, list | tuple) else []


def test_a_pack_in_the_middle_of_the_programme_has_every_kind_of_chart() -> None:
    assert [chart.name for chart in draw_charts(content())] == [
        "fortnights_ownership_positive",
        "response_rate_pulse_response_rate",
        "count_changes_implemented_in_phase_2",
        "milestones_milestones_on_time",
        "windows_direct_time_share",
        "windows_able_to_help_positive",
        "windows_needs_met_positive",
    ]


def test_measures_for_which_a_chart_has_no_room_stand_in_another() -> None:
    measures = settings().measures.items()
    one_outcome = {key: spec.model_copy(update={"outcome": "Everything"}) for key, spec in measures}
    pack = build_content(
        settings=settings().model_copy(update={"measures": one_outcome}), authority="northbrook", month="2022-07",
        now=shown(JULY), before=shown(JUNE), version=1,
    )  # fmt: skip
    shown_by_window = {f.measure for f in pack.figures if f.period_kind == "window" and f.state is State.SHOWN}
    panels = [chart.measures for chart in pack.charts if chart.kind is ChartKind.WINDOWS]
    assert len(panels) > 1
    assert max(map(len, panels)) <= MOST_PANELS
    assert {key for keys in panels for key in keys} == shown_by_window
    assert len({chart.name for chart in draw_charts(pack)}) == len(pack.charts)


@pytest.mark.parametrize("chart", draw_charts(content()), ids=lambda chart: chart.name)
def test_every_chart_says_what_it_shows_and_has_its_figures_in_words(chart: Chart) -> None:
    assert len(chart.title) > 20
    assert len(chart.alt_text) > len(chart.title)
    assert chart.data.rows
    assert {len(row) for row in chart.data.rows} == {len(chart.data.columns)}
    assert "url" not in str(chart.spec.get("data", ""))


def test_lines_are_broken_at_every_gap_and_never_filled_in() -> None:
    panel = _chart("fortnights").spec["vconcat"][0]
    points = next(layer["data"]["values"] for layer in panel["layer"] if layer["mark"]["type"] == "line")
    assert len(points) == 21
    assert len({point["segment"] for point in points}) == 3
    assert _chart("fortnights").data.note == (
        "Gaps in the line: 1 fortnight hidden to protect people in small groups and 1 fortnight without answers."
    )


def test_gaps_that_differ_from_line_to_line_are_one_sentence() -> None:
    pack = content()
    hidden = next(f for f in pack.figures if f.measure == "involved_positive" and f.period == "3" and not f.team)
    gone = replace(hidden, state=State.HIDDEN, value=None)
    changed = replace(pack, figures=tuple(gone if figure is hidden else figure for figure in pack.figures))
    assert draw_charts(changed)[0].data.note == (
        "Gaps in the lines: fortnights hidden to protect people in small groups (1 in “Feel that the changes are "
        "theirs”, 2 in “Have been involved in choosing” and 1 in “Say that their ideas are listened to”) and "
        "fortnights without answers (1 in “Feel that the changes are theirs”, 1 in “Have been involved in choosing” "
        "and 1 in “Say that their ideas are listened to”)."
    )


def test_the_newest_figure_in_words_stands_clear_of_the_target_line() -> None:
    layers = _chart("response_rate").spec["layer"]
    label = layers[-1]["data"]["values"][0]
    assert label["x"] == layers[-1]["encoding"]["x"]["scale"]["domain"][1]
    assert label["label"] == "93%\n14 of 15"


def test_a_figure_that_is_not_the_newest_stays_beside_its_point() -> None:
    pack = content()
    newest = [f for f in pack.figures if f.measure == "pulse_response_rate" and not f.team][-1]
    gone = replace(newest, state=State.HIDDEN, value=None)
    changed = replace(pack, figures=tuple(gone if figure is newest else figure for figure in pack.figures))
    *_, points, rim, label = draw_charts(changed)[1].spec["layer"]
    assert label["data"]["values"][0]["x"] == points["data"]["values"][-1]["x"]
    assert rim["mark"]["stroke"] == "white"


def test_the_pace_stays_within_the_plot_where_few_changes_are_made() -> None:
    chart = _chart("count", work_items=[])
    highest = {scale["domainMax"] for scale in _values(chart.spec, "scale") if "domainMax" in scale}
    assert highest == {12}


def test_shares_are_drawn_from_0_to_100_percent() -> None:
    for panel in _chart("fortnights").spec["vconcat"]:
        assert panel["layer"][-1]["encoding"]["y"]["scale"]["domain"] == [0, 1]


def test_the_response_rate_has_its_target_as_a_dashed_line() -> None:
    chart = _chart("response_rate")
    assert chart.title == "14 of 15 answered (93%), 11 to 24 July 2022; the target is 70%"
    assert [rule["strokeDash"] for rule in _values(chart.spec, "mark") if rule["type"] == "rule"] == [[5, 4]]
    assert "The target was reached in 19 of 22 fortnights shown." in chart.alt_text


def test_small_changes_add_up_and_their_pace_starts_where_the_phase_starts() -> None:
    chart = _chart("count")
    lines = [layer["data"]["values"] for layer in chart.spec["layer"] if layer["mark"]["type"] == "line"]
    steps, pace = lines
    assert [point["y"] for point in steps] == [0, *range(1, 12), 11]
    assert (pace[0]["y"], pace[-1]["y"]) == (0, 10)
    assert chart.title.startswith("7 implemented in the phase meant for 10 (1 November to 26 December 2021); 11 small")


def test_the_pace_goes_no_further_than_the_reporting_date() -> None:
    chart = _chart("count", month="2021-11", as_of=date(2021, 11, 28), before=date(2021, 10, 31))
    pace = [layer["data"]["values"] for layer in chart.spec["layer"] if layer["mark"]["type"] == "line"][1]
    assert pace[-1]["y"] == 5


def test_before_the_phase_begins_the_chart_says_when_it_does() -> None:
    chart = _chart("count", month="2021-09", as_of=date(2021, 9, 30), before=date(2021, 8, 31))
    assert chart.title == (
        "0 small changes implemented by 30 September 2021; the phase meant for 10 begins on 1 November 2021"
    )


def test_an_overdue_milestone_differs_by_shape_and_by_word() -> None:
    chart = _chart("milestones")
    states = {state for state in _values(chart.spec, "state") if isinstance(state, str)}
    assert states == {"due", "done on time", "done late", "overdue"}
    assert "Panel meets weekly instead of monthly: due 2 May 2022, overdue by 90 days." in chart.alt_text
    shapes = next(shape["scale"]["range"] for shape in _values(chart.spec, "shape"))
    assert len(set(shapes)) == 4


def test_of_many_milestones_the_overdue_and_the_nearest_are_drawn() -> None:
    work_items = [
        WorkItem("milestone", str(n), f"Milestone {n}", "", "", "", None, date(2022, 1, 1 + n), date(2022, 1, 1))
        for n in range(20)
    ]
    late = WorkItem("milestone", "late", "The late one", "", "", "", None, date(2021, 10, 1), None)
    chart = _chart("milestones", work_items=[*work_items, late])
    assert len(chart.data.rows) == 14
    assert chart.data.rows[0][0] == "The late one"
    assert chart.data.note == "7 milestones further away are in the list below."


def test_a_survey_round_shows_its_interval_and_its_figure_in_words() -> None:
    chart = _chart("windows_needs")
    assert "Baseline, 6 September to 3 October 2021: 44% (4 of 9), could be between 22% and 63%" in chart.alt_text
    assert len(chart.spec["vconcat"]) == 2


def test_colours_are_of_the_palette_and_few() -> None:
    allowed = {"#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#D5D9DD"}
    for chart in draw_charts(content()):
        used = {colour for colour in _values(chart.spec, "color") if isinstance(colour, str)} - {"#0b0c0c"}
        assert used <= allowed
