"""A symbol is explained where it first stands, and nowhere before."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from integration.pack import build_content, to_html, to_json, to_text
from integration.pack.charts.designs import build_chart_data_tables, draw_charts
from integration.pack.figures import HIDDEN_NOTE, NO_ANSWERS_NOTE, explain_symbols, place_symbol_notes
from tests.unit.integration.pack.cast import settings
from tests.unit.integration.pack.factory import JULY, JUNE, content, shown


def test_a_symbol_is_explained_in_the_first_block_that_has_it() -> None:
    blocks = [["36%"], ["[c]", "[c]"], ["[x]", "[c]"], ["[x]"]]
    assert explain_symbols(blocks) == ("", HIDDEN_NOTE, NO_ANSWERS_NOTE, "")


def test_a_first_page_without_symbols_explains_none() -> None:
    pack = content()
    notes = place_symbol_notes(pack, build_chart_data_tables(draw_charts(pack)))
    assert notes.first_page == ""
    assert notes.sections[0] == HIDDEN_NOTE
    assert notes.chart_data == (NO_ANSWERS_NOTE,)


@pytest.mark.parametrize(
    ("made", "detail_begins"),
    [(to_text(content()), "The detail\n"), (to_html(content(), {}), "<h2>The detail")],
    ids=["text", "html"],
)
def test_no_output_explains_a_symbol_before_the_detail(made: str, detail_begins: str) -> None:
    first_page, detail = made.split(detail_begins, 1)
    assert "[c]" not in first_page
    assert detail.index(HIDDEN_NOTE) == detail.index("[c]")
    assert detail.index(NO_ANSWERS_NOTE) == detail.index("[x]")


def test_a_hidden_headline_is_explained_on_the_first_page_and_left_out_of_the_preview() -> None:
    view = shown(JULY)
    frame = view.frame.copy()
    frame.loc[(frame["measure"] == "ownership_positive") & (frame["period"] == "23"), "shown_as"] = "hidden"
    pack = build_content(
        settings=settings(),
        authority="northbrook",
        month="2022-07",
        now=replace(view, frame=frame),
        before=shown(JUNE),
        version=1,
    )
    assert to_text(pack).index(HIDDEN_NOTE) < to_text(pack).index("What changed since")
    assert "[c]" not in pack.preheader


def test_what_nearly_everybody_answered_is_told_in_words_everywhere_and_explained_once() -> None:
    view = shown(JULY)
    frame = view.frame.copy()
    newest = (frame["measure"] == "ownership_positive") & (frame["period"] == "23") & (frame["team"] == "")
    frame.loc[newest, ["shown_as", "told"]] = ["band", "1 or fewer of 14"]
    pack = build_content(
        settings=settings(),
        authority="northbrook",
        month="2022-07",
        now=replace(view, frame=frame),
        before=shown(JUNE),
        version=1,
    )
    text, record = to_text(pack), json.loads(to_json(pack))
    assert text.count("means nobody or one") == 1
    assert "1 or fewer of 14, 11 to 24 July 2022" in text
    assert "1 or fewer of 14" in to_html(pack, {})
    figure = next(each for each in record["figures"] if each["key"] == "ownership_positive:northbrook:fortnight:23")
    assert (figure["told"], figure["n"], figure["hidden"]) == ("1 or fewer of 14", 14, False)
    assert [figure[name] for name in ("value", "numerator", "lower", "upper")] == [None] * 4
    chart = next(chart for chart in draw_charts(pack) if "1 fortnight told in words" in chart.alt_text)
    assert not any(str(point.get("label", "")).startswith("1 or fewer") for point in list_points(chart.spec))


def list_points(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the data of every layer of a drawing."""
    panels = spec.get("vconcat", [spec])
    return [value for panel in panels for layer in panel["layer"] for value in layer.get("data", {}).get("values", ())]


def test_the_record_keeps_every_note() -> None:
    made = to_json(content()).decode()
    assert all(note in made for note in (HIDDEN_NOTE, NO_ANSWERS_NOTE, *content().notes))
