"""What must hold of every output: hidden stays hidden, every number is in the record, and the words are calm."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from integration.operations.pack_outputs import PACK_OUTPUTS, PackMaterials
from integration.pack import build_content, draw_charts, to_json
from integration.text_format import format_number, format_one_decimal, format_percent
from tests.unit.integration.pack.cast import settings
from tests.unit.integration.pack.factory import JULY, JUNE, content, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integration.pack import PackContent

SENTINEL = 77341.0
"""Stands in every hidden number; it must appear in no output."""


class SourceInstead:
    """Gives the source of a PDF instead of the PDF, so that it can be read."""

    def typeset(self, source: str, *, files: Mapping[str, bytes]) -> bytes:
        assert files
        return source.encode()


def _write(name: str, pack: PackContent) -> str:
    """Return an output of the pack as text, or the specifications of its charts."""
    charts = draw_charts(pack)
    if name == CHARTS:
        return json.dumps(charts)
    materials = PackMaterials(
        drawings={f"{chart.name}.svg": b"drawing" for chart in charts},
        pictures={chart.name: b"" for chart in charts},
        typesetter=SourceInstead(),
        built_at=datetime(2022, 8, 1, 6, 0, tzinfo=UTC),
    )
    return PACK_OUTPUTS[name].write(pack, materials).decode()


CHARTS = "charts"
WITHOUT_FIGURES = {"review.ics"}
"""Outputs that show no figure that is hidden here, and so have no symbol to explain."""

readers = pytest.mark.parametrize("name", [name for name, output in PACK_OUTPUTS.items() if not output.is_index])
every_output = pytest.mark.parametrize("name", [*PACK_OUTPUTS, CHARTS])


@cache
def _output(name: str) -> str:
    return _write(name, content())


@every_output
def test_numbers_of_hidden_rows_appear_nowhere(name: str) -> None:
    view = shown(JULY, hidden_number=SENTINEL)
    ids = pd.Series([("SENTINEL-ID",) if hidden else () for hidden in view.frame["shown_as"] == "hidden"])
    leaky = replace(view, frame=view.frame.assign(ids=ids))
    pack = build_content(
        settings=settings(),
        authority="northbrook",
        month="2022-07",
        now=leaky,
        before=shown(JUNE, hidden_number=SENTINEL),
        version=1,
    )
    made = _write(name, pack)
    assert "77341" not in made
    assert "77,341" not in made
    assert "7734100" not in made
    assert "SENTINEL-ID" not in made


@every_output
def test_hidden_and_empty_figures_have_a_symbol_that_is_explained(name: str) -> None:
    made = _output(name)
    shows = "[c]" in made
    assert shows == (name not in WITHOUT_FIGURES), "an output without any hidden figure stands in WITHOUT_FIGURES"
    if name not in {CHARTS, *WITHOUT_FIGURES}:
        assert "[c] means hidden to protect people in small groups." in made
        assert "[x] means that there are no answers or entries yet." in made


@readers
def test_every_percentage_count_and_mean_is_a_figure_of_the_record(name: str) -> None:
    words, allowed = _words(name), _said_by_the_record()
    assert set(re.findall(r"\d+%", words)) <= allowed
    assert set(re.findall(r"\b\d+ of \d+\b(?! milestones| fortnights?)", words)) <= allowed
    assert set(re.findall(r"\b\d+\.\d(?= \(| out of)", words)) <= allowed


def _words(name: str) -> str:
    """Return what a reader of the output reads or hears."""
    made = _output(name)
    if name == "pack.html":
        reader = _Words()
        reader.feed(made)
        return "\n".join(reader.heard)
    if name == "pack.pdf":
        literal = made[made.index('bytes("') + 7 : made.index('"))\n')]
        return literal.replace('\\"', '"').replace("\\\\", "\\")
    return made


class _Words(HTMLParser):
    """Collects the text and the alternative texts of a page; not its styles."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []
        self._is_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_style = tag == "style"
        self.heard += [value for name, value in attrs if name == "alt" and value]

    def handle_endtag(self, tag: str) -> None:
        self._is_style = self._is_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if not self._is_style:
            self.heard.append(data)


def _said_by_the_record() -> set[str]:
    record = json.loads(to_json(content()))
    said = set()
    for figure in [*record["figures"], *(head["before"] for head in record["headlines"] if head["before"])]:
        if figure["value"] is not None:
            said |= {format_percent(figure["value"]), format_one_decimal(figure["value"])}
            said.add(f"{format_number(figure['numerator'])} of {format_number(figure['denominator'] or 0)}")
        said |= {format_percent(figure[name]) for name in ("lower", "upper", "target") if figure[name] is not None}
    return said


@readers
def test_words_claim_no_cause_and_no_significance(name: str) -> None:
    assert not re.search(r"significan|\bprove|\bcaus", _output(name), re.IGNORECASE)


def test_a_percentage_never_stands_without_what_it_rests_on() -> None:
    for figure in content().figures:
        assert figure.state != "shown" or not figure.main.endswith("%") or figure.basis


def test_the_record_has_each_figure_once_with_its_definition_and_source() -> None:
    record = json.loads(to_json(content(), with_ids=True))
    keys = [figure["key"] for figure in record["figures"]]
    assert len(keys) == len(set(keys))
    for figure in record["figures"]:
        assert figure["definition"]
        assert bool(figure["ids"]) != figure["hidden"]
        assert not figure["hidden"] or all(figure[name] is None for name in ("n", "numerator", "denominator", "value"))


def test_every_figure_that_a_table_or_headline_shows_is_in_the_record() -> None:
    pack = content()
    kept = {figure.key for figure in pack.figures}
    shown_keys = {headline.figure.key for headline in pack.headlines}
    shown_keys |= {figure.key for section in pack.sections for row in section.rows for figure in row.figures if figure}
    assert shown_keys <= kept


def test_the_record_names_nobody_and_is_sorted() -> None:
    made = to_json(content()).decode()
    assert "dana@" not in made
    assert "Dana Director" not in made
    assert list(json.loads(made)) == sorted(json.loads(made))
