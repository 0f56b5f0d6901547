"""What a spreadsheet shows of a number: the same for a workbook's formats and Google's."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integration.adapters.sources.number_formats import FIRST_DAY_1904, NO_SUCH_DAY, is_special, show_number
from integration.kinds import values
from integration.model import IssueCode
from tests.example_counts import example_count

SHOWN: list[tuple[float, str, float | str | date]] = [
    (0.25, "0%", "25%"),
    (0.29, "0%", "29%"),
    (0.125, "0%", "13%"),
    (0.125, "0.0%", "12.5%"),
    (0.25, "0.0%", "25.0%"),
    (0.25, "0.0#%", "25.0%"),
    (0.25, "#,##0 %", "25%"),
    (12.5, "#,##0%", "1250%"),
    (-0.25, "0%;[Red](0%)", "-25%"),
    (0.1, "[<1]0%;0", "10%"),
    (5, "[<1]0%;0", 5),
    (0, '0%;-0%;"-"', 0),
    (25, '0"%"', 25),
    (25, r"0\%", 25),
    (5.5 / 24, "h:mm", "5:30"),
    (5.5 / 24, "[hh]:mm:ss", "05:30:00"),
    (30 / 24, "[h]:mm:ss", "30:00:00"),
    (90 / 1440, "[m]", "1:30:00"),
    (0.25, "[ss]", "6:00:00"),
    (27.5 / 24, '[h]" h"', "27:30:00"),
    (1.25, "h", "6:00:00"),
    (5.5 / 24, "h.mm", "5:30:00"),
    (27.5 / 24, "[h],mm", "27:30:00"),
    (0.25, "ss.00", "6:00:00.00"),
    (-0.25, "[h]", "-6:00:00"),
    (0.75, "h:mm AM/PM", "6:00 PM"),
    (0.5, r"h:mm\ am/pm;@", "12:00 pm"),
    (1.5 / 1440, "mm:ss.0", "01:30.0"),
    (-0.25, "[h]:mm", "-6:00"),
    (1.5, '[h]"h" mm"m"', "36h 00m"),
    (44490, "dd/mm/yyyy", date(2021, 10, 21)),
    (44490.99, "dd/mm/yyyy hh:mm", datetime(2021, 10, 21, 23, 45, 36)),  # noqa: DTZ001  # cells have no zone
    (44490.99, "dd/mm/yyyy", date(2021, 10, 21)),
    (44490, "dd/mm/yyyy hh:mm", date(2021, 10, 21)),
    (44490.999999999, "dd/mm/yyyy h:mm:ss", date(2021, 10, 22)),
    (44490.75, "mmm yyyy h AM/PM", datetime(2021, 10, 21, 18)),  # noqa: DTZ001  # cells have no zone
    (1e307, "dd/mm/yyyy hh:mm", NO_SUCH_DAY),
    (1e26, "%", f"1{28 * '0'}%"),
    (44490, r"[$-F800]dddd\,\ mmmm\ dd\,\ yyyy", date(2021, 10, 21)),
    (44490, "mmm", date(2021, 10, 21)),
    (-1e9, "dd/mm/yyyy", NO_SUCH_DAY),
    (1e300, "h:mm", NO_SUCH_DAY),
    (2.5, "", 2.5),
    (2.5, "General", 2.5),
    (2.5, "@", 2.5),
    (2.5, '#,##0.00_);[Red]("£"#,##0.00)', 2.5),
    (2.5, '0.0" days"', 2.5),
    (2.5, "0.0E+00", 2.5),
    (2.5, "# ?/?", 2.5),
]


@pytest.mark.parametrize(("number", "pattern", "shown"), SHOWN)
def test_a_number_is_read_as_what_its_format_shows(number: float, pattern: str, shown: float | str | date) -> None:
    assert show_number(number, pattern) == shown


@pytest.mark.parametrize("pattern", ["[h]", "[mm]", "s", "ss.0", "h.mm", "[h],mm", 'h"h"', '[h]" hours"', "hhmm"])
def test_a_time_is_a_number_in_no_format(pattern: str) -> None:
    shown = show_number(27.5 / 24, pattern)
    assert isinstance(shown, str)
    assert values.read_number(shown).code is IssueCode.NOT_A_NUMBER
    assert values.read_scale(shown, 0, 100_000).code is IssueCode.NOT_A_NUMBER


def test_days_of_the_1904_system_are_counted_from_there() -> None:
    assert show_number(43028, "dd/mm/yyyy", first_day=FIRST_DAY_1904) == date(2021, 10, 21)


@pytest.mark.parametrize(
    ("serial", "in_excel", "at_google"),
    [
        (0, NO_SUCH_DAY, date(1899, 12, 30)),
        (1, date(1900, 1, 1), date(1899, 12, 31)),
        (2, date(1900, 1, 2), date(1900, 1, 1)),
        (59, date(1900, 2, 28), date(1900, 2, 27)),
        (60, NO_SUCH_DAY, date(1900, 2, 28)),
        (61, date(1900, 3, 1), date(1900, 3, 1)),
    ],
)
def test_excel_has_a_29_february_1900_and_google_has_none(
    serial: float, in_excel: date | str, at_google: date | str
) -> None:
    """ECMA-376, 18.17.4.1; for Google: 1 January 1900 is 2 days after 30 December 1899 (Sheets API, number formats)."""
    assert show_number(serial, "dd/mm/yyyy", has_leap_day_1900=True) == in_excel
    assert show_number(serial, "dd/mm/yyyy") == at_google


@pytest.mark.parametrize(("pattern", "special"), [("0%", True), ("0;0%", True), ("h:mm", True), ("0.00", False)])
def test_formats_that_show_numbers_as_they_are_need_no_look(pattern: str, special: bool) -> None:  # noqa: FBT001
    assert is_special(pattern) is special


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.text('0#?.,%;"\\[]hmsdyAMP/: _*@<>=-$eE+', max_size=300),
)
@settings(max_examples=example_count(100))
def test_any_format_shows_any_number_somehow(number: float, pattern: str) -> None:
    shown = show_number(number, pattern)
    assert isinstance(shown, float | str | date)
    assert is_special(pattern) or shown == number
