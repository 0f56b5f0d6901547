"""Redaction: personal identifiers leave no text, and other words stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.disclose import redact


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Family moved to SW1A 1AA last week", "SW1A 1AA"),
        ("at m1 1ae now", "m1 1ae"),
        ("Spoke to mum on 07700 900123 yesterday", "07700 900123"),
        ("+44 20 7946 0000 was engaged", "+44 20 7946 0000"),
        ("(020) 7946 0000", "7946 0000"),
        ("Email j.smith@example.org bounced", "j.smith@example.org"),
        ("NI number QQ 12 34 56 C needed", "QQ 12 34 56 C"),
        ("NI qq123456c", "qq123456c"),
        ("NHS number 943 476 5919 was asked for", "943 476 5919"),
        ("NHS 9434765919", "9434765919"),
        ("DOB 3/4/2011 again", "3/4/2011"),
        ("born on 3 April 2011", "3 April 2011"),
        ("born 3rd of March 2010", "3rd of March 2010"),
        ("ring 07700\u200b900123", "900123"),
        ("ring 07700\u2013900123", "900123"),
        ("ring ０７７００ ９００１２３", "９００１２３"),
        ("write to jo\u00ad@ex.org", "ex.org"),
        ("NHS 943\u2011476\u20115919", "5919"),
        ("NHS 943.476.5919", "5919"),
        ("at SW1A\u20601AA", "1AA"),
    ],
)
def test_identifiers_are_taken_out_by_their_shape(text: str, secret: str) -> None:
    assert secret not in redact(text)
    assert "[" in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "Free a laptop pool",
        "Change 12 of 2022",
        "Milestone 10",
        "Duty on 3/4/2022",
        "943 476 5918",
        "5 of 7 in Q3",
        "a family 👨\u200d👩\u200d👧 – well",
    ],
)
def test_ordinary_words_and_numbers_stay(text: str) -> None:
    assert redact(text) == text


@given(st.text(max_size=400))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)
