from __future__ import annotations

import struct
from datetime import date
from functools import cache
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader

from integration.adapters.render import ChartRenderer, PdfRenderer
from integration.errors import RenderError
from integration.model import WorkItem
from integration.pack import PackContent, draw_charts, to_typst
from tests.unit.integration.pack.factory import content

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "width": 100,
    "height": 50,
    "data": {"values": [{"x": 1, "y": 2}, {"x": 2, "y": 3}]},
    "mark": "point",
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
}


def _size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_a_specification_becomes_svg_and_png_of_the_asked_scale() -> None:
    renderer = ChartRenderer()
    assert renderer.draw_svg(SPEC).startswith("<svg")
    once, twice = _size(renderer.draw_png(SPEC, scale=1)), _size(renderer.draw_png(SPEC, scale=2))
    assert all(abs(2 * a - b) <= 1 for a, b in zip(once, twice, strict=True))


def test_the_same_specification_gives_the_same_picture() -> None:
    assert ChartRenderer().draw_png(SPEC, scale=1) == ChartRenderer().draw_png(SPEC, scale=1)


def test_many_specifications_are_drawn_each_as_itself() -> None:
    renderer = ChartRenderer()
    drawn = [renderer.draw_svg(SPEC | {"width": 50 + n}) for n in range(34)]
    assert len(set(drawn)) == 34
    assert renderer.draw_svg(SPEC | {"width": 50}) == drawn[0]


@pytest.mark.parametrize(
    "spec",
    [SPEC | {"mark": "nonsense"}, SPEC | {"data": {"url": "http://127.0.0.1:9/secret.csv"}}],
    ids=["no such mark", "data from outside"],
)
def test_what_cannot_be_drawn_is_refused_without_its_words(spec: dict[str, object]) -> None:
    with pytest.raises(RenderError, match="could not draw") as refused:
        ChartRenderer().draw_svg(spec)
    assert "secret" not in str(refused.value)


PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="150"/>'
HEAD = '#set document(title: "T", date: none)\n#set text(lang: "en", region: "GB")\n= H\n'


def _pdf(pack: PackContent) -> bytes:
    files = {f"{chart.name}.svg": PICTURE for chart in draw_charts(pack)}
    return PdfRenderer().typeset(to_typst(pack), files=files)


@cache
def _pack_pdf() -> bytes:
    renderer, pack = ChartRenderer(), content()
    files = {f"{chart.name}.svg": renderer.draw_svg(chart.spec).encode() for chart in draw_charts(pack)}
    return PdfRenderer().typeset(to_typst(pack), files=files)


def _root(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


def _tags(reader: PdfReader) -> list[dict[str, Any]]:
    """Return every element of the structure tree, from the top down."""
    found: list[dict[str, Any]] = []
    waiting: list[Any] = [_root(reader)["/StructTreeRoot"]["/K"]]
    while waiting:
        element = waiting.pop(0)
        element = element.get_object() if hasattr(element, "get_object") else element
        if isinstance(element, list):
            waiting = [*element, *waiting]
        elif isinstance(element, dict):
            found.append(element)
            waiting = [element["/K"], *waiting] if "/K" in element else waiting
    return found


def test_the_pack_is_a_tagged_pdf_with_title_and_language() -> None:
    reader = PdfReader(BytesIO(_pack_pdf()))
    root = _root(reader)
    assert reader.metadata is not None
    assert reader.metadata.title == "Northbrook: monthly review, July 2022"
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()


def test_every_chart_is_a_figure_with_its_words() -> None:
    figures = [tag for tag in _tags(PdfReader(BytesIO(_pack_pdf()))) if tag.get("/S") == "/Figure"]
    assert [str(figure["/Alt"]) for figure in figures] == [chart.alt_text for chart in draw_charts(content())]


def test_tables_have_header_cells_and_headings_come_in_order() -> None:
    kinds = [str(tag.get("/S")) for tag in _tags(PdfReader(BytesIO(_pack_pdf())))]
    assert kinds.count("/Table") == kinds.count("/THead") >= 10
    levels = [int(kind[2:]) for kind in kinds if kind[:2] == "/H" and kind[2:].isdigit()]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_same_pack_gives_the_same_bytes() -> None:
    assert _pdf(content()) == _pdf(content())


def test_every_page_says_which_it_is() -> None:
    reader = PdfReader(BytesIO(_pack_pdf()))
    for number, page in enumerate(reader.pages, start=1):
        assert f"Page {number} of {len(reader.pages)}" in page.extract_text()


@pytest.mark.parametrize("overdue", [0, 3, 12])
def test_the_first_page_is_one_page_however_much_there_is_to_say(overdue: int) -> None:
    long = "A milestone with a rather long name that goes on and on, until it has to be cut somewhere near here"
    things = [
        WorkItem("milestone", str(n), f"{n} {long}", "", "", "", None, date(2022, 6, 1 + n), None)
        for n in range(overdue)
    ]
    things += [
        WorkItem("small_change", str(n), f"{n} {long}", "Elm", "Implemented", "", None, None, date(2022, 7, 1 + n))
        for n in range(overdue)
    ]
    pages = [page.extract_text() for page in PdfReader(BytesIO(_pdf(content(work_items=things)))).pages]
    assert "What needs a decision" in pages[0]
    assert "Percentages are rounded" in pages[0]
    assert "The detail" in pages[1].splitlines()[0]


def test_only_the_fonts_of_typst_are_used() -> None:
    reader = PdfReader(BytesIO(_pack_pdf()))
    pages: list[Any] = list(reader.pages)
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all(font.startswith(("LibertinusSerif", "NewCM", "DejaVuSansMono")) for font in fonts)


def test_a_letter_that_no_font_has_is_named_or_boxed() -> None:
    made = PdfRenderer().typeset(HEAD + '#"launch \U0001f680 and \u4e2d, done \u2713"', files={})
    text = PdfReader(BytesIO(made)).pages[0].extract_text()
    assert "launch [rocket] and \u25a1, done" in text


def test_pictures_may_be_png_and_come_from_nowhere_but_the_call() -> None:
    picture = ChartRenderer().draw_png({"mark": "point", "data": {"values": [{}]}}, scale=1)
    assert PdfRenderer().typeset(HEAD + '#image("a.png", alt: "A")', files={"a.png": picture})
    with pytest.raises(RenderError):
        PdfRenderer().typeset(HEAD + '#image("/etc/hostname", alt: "A")', files={})
    with pytest.raises(RenderError, match="not a plain file name"):
        PdfRenderer().typeset(HEAD, files={"../a.png": picture})


@pytest.mark.parametrize(
    "source",
    ["= No title", HEAD + '#image("a.svg")', HEAD + "=== Skipped a level", HEAD + "#unknown-thing"],
    ids=["no title", "picture without words", "heading level skipped", "an error in the layout"],
)
def test_what_is_not_accessible_is_refused(source: str) -> None:
    with pytest.raises(RenderError, match="typst refused the document"):
        PdfRenderer().typeset(source, files={"a.svg": PICTURE})


def test_a_refusal_quotes_nothing_of_the_document() -> None:
    with pytest.raises(RenderError) as refused:
        PdfRenderer().typeset(HEAD + '#panic("Jayden Smith")', files={})
    assert "Jayden" not in str(refused.value)
