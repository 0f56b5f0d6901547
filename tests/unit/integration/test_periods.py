from __future__ import annotations

from datetime import date

from integration.periods import next_month


def test_next_month_crosses_the_year() -> None:
    assert next_month(date(2022, 12, 15)) == date(2023, 1, 1)
