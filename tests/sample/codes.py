"""Respondents' own codes: two letters and a day of the month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sample.typed_values import NOTHING, TypedAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sample.random_choices import RandomChoices

TEST = "TEST"
TEST_SPELLINGS = ("TEST", "test", " Test ", "tEsT", "T E S T", "te st", "\u00a0TEST\t", "TEST\n")
LETTERS = "ABCDEFGHIJKLMNOPRSTUVWY"

WAYS: tuple[Callable[[str], str], ...] = (
    str.lower,
    str.title,
    lambda code: f" {code}",
    lambda code: f"{code} \n",
    lambda code: f"{code[:2]} {code[2:]}",
    lambda code: f"{code[:2].lower()} {code[2:]}",
    " ".join,
    lambda code: f"{code[:2]}\u00a0{code[2:]}",
    lambda code: f"\t{code[:2]}\u2009\u202f{code[2:]}\u3000",
)
NO_CODE = tuple(
    TypedAnswer(typed, None, "bad_format")
    for typed in (
        "12AB", "ABC", "ABCD", "A1", "AB1", "AB123", "ABC12", "AB-12", "AB12!", "AB.12", "1234", "dont know", "N/A",
        "nan", "None", "none", "TEST1", "TESTING", "TEST.", "\u00c9A12", "E\u0301A12", "AB12 AB12", "AB12,AB13",
        "=AB12", "AB1O",
    )
)  # fmt: skip


def new_codes(draw: RandomChoices, count: int) -> list[str]:
    """Return that many different codes."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[f"{draw.pick(LETTERS)}{draw.pick(LETTERS)}{draw.number(1, 31):02d}"] = None
    return list(found)


def code(draw: RandomChoices, own: str | None) -> TypedAnswer:
    """Return a respondent's code as they write it; None is one who gives none."""
    if own is None or draw.happens(0.02):
        return (
            draw.deal("blank code", (NOTHING, TypedAnswer(""), TypedAnswer(" \u00a0"))) if not draw.clean else NOTHING
        )
    if draw.slips(0.02):
        return draw.deal("no code", NO_CODE)
    return TypedAnswer(spelled_code(draw, own) if draw.slips(0.12) else own, own)


def spelled_code(draw: RandomChoices, own: str) -> str:
    """Return the code in another case or with white space."""
    return draw.deal("way of a code", WAYS)(own)


def test_submission(draw: RandomChoices) -> TypedAnswer:
    """Return the code with which a project officer tries the form."""
    return TypedAnswer(draw.deal("test", TEST_SPELLINGS), TEST)
