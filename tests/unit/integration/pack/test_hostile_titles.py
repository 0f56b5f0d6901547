"""Whatever people type as a title comes out as they typed it, in every output."""

from __future__ import annotations

import html as markup
import io
import re
from datetime import UTC, date, datetime
from functools import cache

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as trials
from hypothesis import strategies as st
from pypdf import PdfReader

from integration.adapters.render import PdfRenderer
from integration.model import WorkItem
from integration.operations.pack_outputs import PACK_OUTPUTS, PackMaterials
from integration.pack import PackContent, draw_charts, to_html, to_json, to_text, to_typst
from integration.pack.as_text import WIDTH
from integration.text_format import LONGEST_TITLE, clean_title
from tests.example_counts import example_count
from tests.unit.integration.pack.factory import content
from tests.unit.integration.pack.test_disclosure import SourceInstead

HOSTILE = [
    "#set page(width: 1cm) *bold* _it_ [x] $x^2$ \\ @ref <label> `raw` // no",
    '"quoted" \'single\' \\" \\u{41} \\n',
    "<script>alert(1)</script> &amp; &lt; {{ 7*7 }} {% raw %} <mj-raw>",
    '=HYPERLINK("http://example.org","click")',
    "\U0001f680 rocket and \U0001f469\u200d\U0001f467",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645",
    "\u4e2d\u6587 \u0e01\u0e33",
    "line\nbreak\r\nand\x00control\u2028end",
    "#" * 300,
    "]]>--><![CDATA[",
]
LETTERS_ACROSS_THE_PAGE = 60
"""Of the widest letter."""
EMPTY_PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'


def _with(title: str) -> PackContent:
    change = WorkItem("small_change", "SC-1", title, title, "Implemented", title, None, None, date(2022, 7, 5))
    milestone = WorkItem("milestone", "N-1", title, "", "", title, None, date(2022, 7, 5), None)
    return content(work_items=[change, milestone])


@cache
def _pictures() -> dict[str, bytes]:
    return {f"{chart.name}.svg": EMPTY_PICTURE for chart in draw_charts(_with("title"))}


def _assert_shown_as_typed(title: str) -> None:
    pack, shown = _with(title), clean_title(title)
    assert "".join(shown.split()) in "".join(to_text(pack).split())
    assert shown in markup.unescape(to_html(pack, {}))
    assert shown in {row[0] for section in pack.sections for table in section.work_items for row in table.rows}
    assert to_json(pack).decode()
    assert PdfRenderer().typeset(to_typst(pack), files=_pictures()).startswith(b"%PDF")


@pytest.mark.parametrize("name", PACK_OUTPUTS)
def test_every_output_is_written_whatever_the_titles_are_and_none_begins_a_cell_with_a_formula(name: str) -> None:
    output = PACK_OUTPUTS[name]
    for title in HOSTILE:
        pack = _with(title)
        charts = draw_charts(pack)
        materials = PackMaterials(
            drawings={f"{chart.name}.svg": EMPTY_PICTURE for chart in charts},
            pictures={chart.name: b"" for chart in charts},
            typesetter=SourceInstead(),
            built_at=datetime(2022, 8, 1, 6, 0, tzinfo=UTC),
        )
        made = output.write(pack, materials).decode()
        assert made
        if output.media_type.startswith("text/csv"):
            assert not re.search(r'(?m)(?:^|,)"?[=+@\t\r-]', made), "a spreadsheet program would work it out"


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_are_shown_as_typed(title: str) -> None:
    _assert_shown_as_typed(title)


@trials(max_examples=example_count(4), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(min_size=1, max_size=60))
@example("\ud800")
@example("\u0e33\u0e33")
def test_any_title_is_shown_as_typed(title: str) -> None:
    _assert_shown_as_typed(title)


def test_a_title_without_a_space_is_cut_and_keeps_within_the_columns_of_the_text() -> None:
    pack = _with("W" * 3_000)
    assert max(map(len, to_text(pack).splitlines())) <= WIDTH
    assert max(map(len, re.findall("W+", to_html(pack, {})))) < LONGEST_TITLE
    assert '<td class="long">WWW' in to_html(pack, {})


def test_a_title_without_a_space_keeps_within_its_column_of_the_pdf() -> None:
    made = PdfRenderer().typeset(to_typst(_with("W" * 3_000)), files=_pictures())
    lines = [line for page in PdfReader(io.BytesIO(made)).pages for line in page.extract_text().splitlines()]
    runs = [run for line in lines for run in re.findall("W+", line.replace("\u200b", ""))]
    assert 10 < max(map(len, runs)) <= LETTERS_ACROSS_THE_PAGE


def test_markup_in_a_title_stays_text_in_html() -> None:
    made = to_html(_with("<script>alert(1)</script><img src=x>"), {})
    assert "<script" not in made
    assert "<img" not in made
