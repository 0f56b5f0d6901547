"""The factory's pack, output by output, as it was last looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from integration.pack import draw_charts, to_html, to_ics, to_json, to_text, to_typst
from tests.unit.integration.pack.factory import content

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration.pack import PackContent

STAMP = datetime(2022, 8, 1, 6, 0, tzinfo=UTC)


def _html(pack: PackContent) -> bytes:
    return to_html(pack, {chart.name: f"{chart.name}.png" for chart in draw_charts(pack)}).encode()


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("northbrook-2022-07.txt", lambda pack: to_text(pack).encode()),
        ("northbrook-2022-07.json", to_json),
        ("northbrook-2022-07.html", _html),
        ("northbrook-2022-07.typ", lambda pack: to_typst(pack).encode()),
        ("northbrook-2022-07.ics", lambda pack: to_ics(pack, stamp=STAMP)),
    ],
)
def test_output_is_as_it_was_last_looked_at(
    name: str, write: Callable[[PackContent], bytes], assert_golden: Callable[[str, bytes], None]
) -> None:
    assert_golden(name, write(content()))
