"""The factory's pack, output by output, as it was last looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from integration.operations.pack_outputs import PACK_OUTPUTS
from integration.pack import draw_charts, to_html, to_ics, to_json, to_text, to_typst
from tests.unit.integration.pack.factory import content

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration.pack import PackContent

STAMP = datetime(2022, 8, 1, 6, 0, tzinfo=UTC)


def _html(pack: PackContent) -> bytes:
    return to_html(pack, {chart.name: f"{chart.name}.png" for chart in draw_charts(pack)}).encode()


GOLDEN: dict[str, tuple[str, Callable[[PackContent], bytes]]] = {
    "pack.txt": ("txt", lambda pack: to_text(pack).encode()),
    "pack.json": ("json", to_json),
    "pack.html": ("html", _html),
    "pack.pdf": ("typ", lambda pack: to_typst(pack).encode()),
    "review.ics": ("ics", lambda pack: to_ics(pack, stamp=STAMP)),
}
"""Of each output, how its golden file ends, and what stands in it: of pictures their names, of a PDF its source."""


@pytest.mark.parametrize("name", PACK_OUTPUTS)
def test_output_is_as_it_was_last_looked_at(name: str, assert_golden: Callable[[str, bytes], None]) -> None:
    ending, write = GOLDEN[name]
    assert_golden(f"northbrook-2022-07.{ending}", write(content()))
