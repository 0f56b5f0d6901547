"""Typesets PDF by typst: tagged, PDF/UA-1, with the fonts of the typst package alone, so the same on every machine."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import typst

from integration.errors import RenderError

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN_NAME = re.compile(r"\w[\w.-]*", re.ASCII)
ATTEMPTS = 4
NO_GLYPH = re.compile(r'the text `"(?P<text>.*?)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
QUOTED = re.compile(r"`[^`]*`|(?<=panicked with:).*")
STAND_IN = "\u25a1"
LAST_LATIN = "\u024f"


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
                    raise _refused(error) from None
                source = source.translate({ord(character): _stand_in(character) for character in unknown})
        try:
            return _typeset("".join(c if c <= LAST_LATIN else STAND_IN for c in source), files)
        except RuntimeError as error:
            raise _refused(error) from None


def _refused(error: RuntimeError) -> RenderError:
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
