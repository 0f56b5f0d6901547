"""Draws Vega-Lite specifications by vl-convert, in this process: no browser, no network, no fonts of the machine."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import vl_convert

from integration.errors import RenderError

if TYPE_CHECKING:
    from collections.abc import Mapping

VEGA_LITE = "6.4"
MOST_KEPT = 32
"""Drawings kept, some 20 KB each: those of a few packs."""


@dataclass(slots=True)
class ChartRenderer:
    """Draws charts as SVG and PNG. The newest drawings are kept: a chart as SVG and as PNG costs one drawing."""

    _drawn: dict[str, str] = field(default_factory=dict, repr=False)

    def draw_svg(self, spec: Mapping[str, object]) -> str:
        """Draw as SVG text. Raises RenderError; data that would have to be fetched are refused."""
        specification = json.dumps(spec, sort_keys=True)
        if specification not in self._drawn:
            try:
                drawn = vl_convert.vegalite_to_svg(specification, vl_version=VEGA_LITE, allowed_base_urls=[])
            except (ValueError, RuntimeError) as error:
                raise _refused(error) from None
            if len(self._drawn) >= MOST_KEPT:
                del self._drawn[next(iter(self._drawn))]
            self._drawn[specification] = drawn
        return self._drawn[specification]

    def draw_png(self, spec: Mapping[str, object], *, scale: float) -> bytes:
        """Draw as PNG bytes with `scale` pixels for each of the specification. Raises RenderError."""
        svg = self.draw_svg(spec)
        try:
            return bytes(vl_convert.svg_to_png(svg, scale=scale))
        except (ValueError, RuntimeError) as error:
            raise _refused(error) from None


def _refused(error: Exception) -> RenderError:
    # The message of vl-convert may quote the data, and with them a person's words.
    return RenderError(f"charts: vl-convert could not draw a specification ({type(error).__name__}); check its fields.")
