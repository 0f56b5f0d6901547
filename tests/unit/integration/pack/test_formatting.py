from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.pack.formatting import (
    LONGEST_TITLE,
    clean_title,
    format_list,
    next_month,
    quote_title,
    replace_undrawable,
    shorten,
)


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


def test_next_month_crosses_the_year() -> None:
    assert next_month(date(2022, 12, 15)) == date(2023, 1, 1)
