"""Renders charts as pictures, and documents as PDF, in this process: no browser, no network, no fonts of the machine.

Charts are Vega-Lite specifications, drawn by vl-convert. Documents are typeset by typst: tagged, PDF/UA-1, with the
fonts of the typst package alone, so the same on every machine.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import typst
import vl_convert

from integration.errors import RenderError
from integration.text_format import LAST_LATIN, STAND_IN

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
                raise _chart_error(error) from None
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
            raise _chart_error(error) from None


def _chart_error(error: Exception) -> RenderError:
    # The message of vl-convert may quote the data, and with them a person's words.
    return RenderError(f"charts: vl-convert could not draw a specification ({type(error).__name__}); check its fields.")


PLAIN_NAME = re.compile(r"\w[\w.-]*", re.ASCII)
ATTEMPTS = 4
NO_GLYPH = re.compile(r'the text `"(?P<text>.*?)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
QUOTED = re.compile(r"`[^`]*`|(?<=panicked with:).*")


class PdfRenderer:
    """Typesets typst documents."""

    def typeset(self, source: str, *, files: Mapping[str, bytes]) -> bytes:
        """Typeset the source; `files` are the pictures that it names. The same input gives the same bytes.

        A letter that no font can draw is shown by its name if it is a symbol ("[rocket]"), else by a box: one emoji
        in a title must not cost the month's pack. Raises RenderError.
        """
        for _ in range(ATTEMPTS):
            try:
                return _typeset(source, files)
            except RuntimeError as error:  # TypstError is one
                # Of every text that typst says it has no font for, the characters beyond Latin.
                diagnostic = f"{error}\n{getattr(error, 'diagnostic', '')}"
                texts = (ESCAPED.sub(lambda m: chr(int(m[1], 16)), m["text"]) for m in NO_GLYPH.finditer(diagnostic))
                unknown = {character for text in texts for character in text if character > LAST_LATIN}
                if not unknown:
                    raise _document_error(error) from None
                source = source.translate({ord(character): _stand_in(character) for character in unknown})
        try:
            return _typeset("".join(c if c <= LAST_LATIN else STAND_IN for c in source), files)
        except RuntimeError as error:
            raise _document_error(error) from None


def _document_error(error: RuntimeError) -> RenderError:
    """Return the error without what typst quotes, which may be a person's words."""
    reason = str(error).splitlines()[0] if str(error) else "no reason given"
    return RenderError(f"pdf: typst refused the document: {QUOTED.sub('…', reason).rstrip('.')}.")


def _typeset(source: str, files: Mapping[str, bytes]) -> bytes:
    # An empty folder of its own as root: the document can read its pictures and nothing else of the machine.
    with TemporaryDirectory(prefix="typeset-") as folder:
        for name, content in files.items():
            if not PLAIN_NAME.fullmatch(name):
                raise RenderError(f"pdf: {name!r} is not a plain file name; use letters, digits, dots and dashes.")
            Path(folder, name).write_bytes(content)
        made = typst.compile(  # type: ignore[call-overload]  # its stub wants the root to be of the source's type
            source.encode(),
            root=folder,
            format="pdf",
            pdf_standards="ua-1",
            font_paths=_fonts(),
            ignore_system_fonts=True,
        )
    return bytes(made)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _stand_in(character: str) -> str:
    """Return what is shown instead of a character: nothing for a mark or a control, a symbol's name, else a box."""
    category = unicodedata.category(character)
    if category.startswith(("M", "C")) or category == "Sk":
        return ""
    name = unicodedata.name(character, "")
    return f"[{name.lower()}]" if category == "So" and name else STAND_IN
