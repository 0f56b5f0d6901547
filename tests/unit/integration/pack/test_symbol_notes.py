"""A symbol is explained where it first stands, and nowhere before."""

from __future__ import annotations

from dataclasses import replace

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


def test_the_record_keeps_every_note() -> None:
    made = to_json(content()).decode()
    assert all(note in made for note in (HIDDEN_NOTE, NO_ANSWERS_NOTE, *content().notes))
