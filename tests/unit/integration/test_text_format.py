from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.text_format import (
    LONGEST_TITLE,
    clean_title,
    format_count,
    format_date_range,
    format_list,
    format_number,
    format_one_decimal,
    format_percent,
    quote_title,
    replace_undrawable,
    shorten,
)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2022, 7, 18), date(2022, 7, 31), "18 to 31 July 2022"),
        (date(2022, 6, 27), date(2022, 7, 10), "27 June to 10 July 2022"),
        (date(2021, 12, 20), date(2022, 1, 2), "20 December 2021 to 2 January 2022"),
        (date(2021, 7, 1), date(2022, 7, 1), "1 July 2021 to 1 July 2022"),
    ],
)
def test_a_range_of_dates_says_month_and_year_once_where_they_are_the_same(start: date, end: date, words: str) -> None:
    assert format_date_range(start, end) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.625, "63%"), (0.145, "15%"), (2 / 3, "67%"), (0.0, "0%"), (1.0, "100%"), (1.2, "120%"), (0.004, "0%")],
)
def test_percentage_rounds_half_up_at_the_last_step(value: float, words: str) -> None:
    assert format_percent(value) == words


@pytest.mark.parametrize(
    ("value", "words"), [(3.25, "3.3"), (2.0, "2.0"), (0.05, "0.1"), (-0.04, "0.0"), (-1.25, "-1.3")]
)
def test_mean_has_one_decimal_and_no_minus_zero(value: float, words: str) -> None:
    assert format_one_decimal(value) == words


@given(st.integers(1, 400), st.integers(1, 400))
def test_percentage_is_within_half_a_point_of_the_share(a: int, b: int) -> None:
    assert abs(int(format_percent(a / b).rstrip("%")) - 100 * a / b) <= 0.5 + 1e-9


def test_counts_read_as_english() -> None:
    assert (format_count(1, "answer"), format_count(9, "answer"), format_count(2, "entry", plural="entries")) == (
        "1 answer",
        "9 answers",
        "2 entries",
    )
    assert (format_number(9.0), format_number(9.5)) == ("9", "9.5")


@given(st.text(max_size=400))
def test_cleaned_words_are_one_visible_line_of_bounded_length(text: str) -> None:
    cleaned = clean_title(text)
    assert 0 < len(cleaned) <= LONGEST_TITLE
    assert not [c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"}]
    assert cleaned == " ".join(cleaned.split())
    assert clean_title(cleaned) == cleaned


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  two\nlines\tand a tab ", "two lines and a tab"),
        ("safe\u202etxt.exe", "safetxt.exe"),
        ("tag\U000e0041s", "tags"),
        ("\ud83d lone", "lone"),
        ("", "(no title)"),
        ("\u200b\u200d", "(no title)"),
        ("cafe\u0301", "caf\u00e9"),
        ("#let x = [*]", "#let x = [*]"),
    ],
)
def test_what_cannot_be_seen_is_taken_out_and_the_rest_stays(typed: str, shown: str) -> None:
    assert clean_title(typed) == shown


def test_long_words_are_cut_after_a_word() -> None:
    assert shorten("one two three", 9) == "one two\u2026"
    assert shorten("onetwothree", 6) == "onetw\u2026"
    assert quote_title("short") == "\u201cshort\u201d"


def test_pictures_show_a_stand_in_for_letters_they_cannot_draw() -> None:
    assert replace_undrawable("Été \U0001f680 \u0645") == "Été \u25a1 \u25a1"


def test_lists_read_as_english() -> None:
    assert [format_list(list("abc"[:number])) for number in range(4)] == ["", "a", "a and b", "a, b and c"]
