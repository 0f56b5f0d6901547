"""How texts are compared: what nobody sees makes no difference, whatever it stands between."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.spelling import INVISIBLE_CHARACTERS, clean_text, fold_case, is_visible, quoted, visible_text

ZERO_WIDTH_SPACE, NON_JOINER, JOINER = "\u200b", "\u200c", "\u200d"
SOFT_HYPHEN, BYTE_ORDER_MARK, LEFT_TO_RIGHT, WORD_JOINER = "\u00ad", "\ufeff", "\u200e", "\u2060"
MARKS = (
    ZERO_WIDTH_SPACE, NON_JOINER, JOINER, SOFT_HYPHEN, BYTE_ORDER_MARK, LEFT_TO_RIGHT, WORD_JOINER, "\u200f", "\u202a",
    "\u202e", "\u2066", "\u2069", "\u061c", "\u034f", "\u180e", "\u3164", "\ufe0f", "\U000e0041", "\x00", "\x7f",
)  # fmt: skip
SPACES = (" ", "\t", "\n", "\u00a0", "\u2003", "\u2009", "\u202f", "\u205f", "\u3000", "\u2028", "\u2800")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def is_bare(text: str) -> bool:
    """Whether no character of the text is invisible."""
    return not INVISIBLE_CHARACTERS.search(text)


@given(texts)
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold_case(fold_case(text)) == fold_case(text)
    assert visible_text(visible_text(text)) == visible_text(text)


@given(texts, st.lists(st.tuples(st.integers(0, 20), st.sampled_from(MARKS)), max_size=6))
def test_invisible_characters_anywhere_change_no_comparison(text: str, marks: list[tuple[int, str]]) -> None:
    marked = text
    for place, mark in marks:
        marked = marked[:place] + mark + marked[place:]
    assert fold_case(marked) == fold_case(text)
    assert visible_text(marked) == visible_text(text)
    assert is_visible(marked) == is_visible(text) == bool(visible_text(text))


@given(st.text("aZ é\u0301ßİ’-", max_size=12), st.sampled_from(SPACES), st.sampled_from(SPACES))
def test_every_kind_of_space_is_a_space(text: str, one: str, other: str) -> None:
    assert fold_case(text.replace(" ", one)) == fold_case(text.replace(" ", other + one)) == fold_case(text)


@given(st.text(st.characters(max_codepoint=0x7F), max_size=20))
def test_the_short_way_for_plain_text_gives_what_the_long_one_does(text: str) -> None:
    bare = INVISIBLE_CHARACTERS.sub("", text)
    assert fold_case(text) == unicodedata.normalize("NFC", clean_text(bare).casefold())


@given(texts.filter(is_bare))
def test_a_text_without_any_is_folded_as_ever(text: str) -> None:
    text = text.replace("\u2800", "")
    assert fold_case(text) == unicodedata.normalize("NFC", clean_text(text).casefold())


@pytest.mark.parametrize("mark", MARKS)
def test_an_accent_meets_its_letter_over_an_invisible_character(mark: str) -> None:
    assert fold_case(f"Ane{mark}\u0301") == fold_case("An\u00e9") == "an\u00e9"


def test_cleaning_keeps_what_a_text_holds() -> None:
    family, word = (
        f"\U0001f468{JOINER}\U0001f469{JOINER}\U0001f467",
        f"\u0645\u06cc{NON_JOINER}\u062e\u0648\u0627\u0647\u0645",
    )
    assert clean_text(f" {family}  {word} ") == f"{family} {word}"


def test_a_message_quotes_what_is_seen() -> None:
    assert quoted(f"El{ZERO_WIDTH_SPACE}m{SOFT_HYPHEN} \x07team") == "“Elm team”"
