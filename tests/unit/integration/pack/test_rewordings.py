"""A question was reworded: figures before and after are not compared anywhere in the pack."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from integration.pack import Chart, PackContent, build_content, draw_charts, to_html, to_json, to_text, to_typst
from tests.unit.integration.pack.cast import settings
from tests.unit.integration.pack.factory import JULY, JUNE, content, shown

if TYPE_CHECKING:
    from integration.model import LeadersView

NOTE = "The question was reworded on 1 March 2022; figures before and after are not compared."
MARCH = date(2022, 3, 1)
"""In the fortnight of 21 February to 6 March 2022, the thirteenth."""


def reworded(view: LeadersView, on: date, measure: str = "ownership_positive") -> LeadersView:
    """Return what leaders see, with the measure's question reworded on the day."""
    frame = view.frame
    after = (frame["measure"] == measure) & (frame["period_end"] >= on)
    return replace(view, frame=frame.assign(series_from=pd.Series(pd.Timestamp(on), frame.index).where(after)))


def pack(on: date = MARCH) -> PackContent:
    return build_content(
        settings=settings(),
        authority="northbrook",
        month="2022-07",
        now=reworded(shown(JULY), on),
        before=reworded(shown(JUNE), on),
        version=1,
    )


def chart_of(prefix: str, on: date = MARCH) -> Chart:
    return next(chart for chart in draw_charts(pack(on)) if chart.name.startswith(prefix))


def line_of(chart: Chart) -> dict[float, int]:
    """Return the points of the first panel by the day of their fortnight, with the number of their line."""
    layers = chart.spec["vconcat"][0]["layer"]
    points = next(layer["data"]["values"] for layer in layers if layer["mark"]["type"] == "line")
    return {point["x"]: point["segment"] for point in points}


def test_a_headline_is_compared_within_its_series_alone() -> None:
    since = {head.title: head.since for head in content().headlines}
    within = next(head for head in pack().headlines if head.figure.measure == "ownership_positive")
    assert within.since == since[within.title]
    across = next(head for head in pack(date(2022, 7, 4)).headlines if head.figure.measure == "ownership_positive")
    assert across.since == "not comparable: the question was reworded on 4 July 2022"
    assert across.before is None


def test_the_line_is_broken_where_the_question_was_reworded_and_nowhere_else() -> None:
    plain, broken = line_of(next(iter(draw_charts(content())))), line_of(chart_of("fortnights"))
    assert {x: number - plain[x] for x, number in broken.items()} == {x: int(x > 12 * 14) for x in plain}
    rules = [layer for layer in chart_of("fortnights").spec["vconcat"][0]["layer"] if layer["mark"]["type"] == "rule"]
    assert [layer["data"]["values"] for layer in rules] == [[{"x": (MARCH - date(2021, 9, 6)).days}]]


def test_the_chart_says_it_and_compares_the_newest_with_the_first_in_the_same_words() -> None:
    chart = chart_of("fortnights")
    assert "79% (11 of 14) in the newest fortnight" in chart.title
    assert chart.title.endswith("in the first as reworded")
    assert f"”: {NOTE[0].lower()}{NOTE[1:]}" in chart.data.note
    assert ", as reworded on 1 March 2022: first" in chart.alt_text


def test_the_first_figure_after_a_rewording_stands_alone() -> None:
    assert chart_of("fortnights", date(2022, 7, 20)).title.endswith("79% (11 of 14) in the newest fortnight")


def test_every_output_says_it_once_more_in_the_notes() -> None:
    assert NOTE[1:] in " ".join(pack().notes)
    said = " ".join(to_text(pack()).split())
    assert said.count("reworded on 1 March 2022; figures before and after are not compared.") == 2
    for output in (to_html(pack(), {chart.name: "x.png" for chart in draw_charts(pack())}), to_typst(pack())):
        assert "reworded on 1 March 2022; figures before and after are not compared." in output


def test_the_record_has_the_first_day_of_the_series_of_a_figure() -> None:
    figures = {figure["key"]: figure for figure in json.loads(to_json(pack()))["figures"]}
    assert figures["ownership_positive:northbrook:fortnight:13"]["series_from"] == "2022-03-01"
    assert "series_from" not in figures["ownership_positive:northbrook:fortnight:12"]


def test_a_pack_whose_questions_are_as_they_were_is_as_it_was() -> None:
    frame = shown(JULY).frame
    frame["series_from"] = pd.NaT
    same = build_content(
        settings=settings(),
        authority="northbrook",
        month="2022-07",
        now=replace(shown(JULY), frame=frame),
        before=shown(JUNE),
        version=1,
    )
    assert same == content()
