from __future__ import annotations

import struct

import pytest

from integration.adapters.render.chart_images import ChartRenderer
from integration.errors import RenderError

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
