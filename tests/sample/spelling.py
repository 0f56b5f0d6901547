"""The same words, written another way: case and white space do not matter to the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sample.random_choices import RandomChoices

WAYS: tuple[Callable[[str], str], ...] = (
    str.upper,
    str.lower,
    str.swapcase,
    str.title,
    lambda text: f" {text} ",
    lambda text: f"{text}  ",
    lambda text: f"\u00a0{text}",
    lambda text: f"\t{text}\n",
    lambda text: f"\u2003{text}\u3000",
    lambda text: text.replace(" ", "  "),
    lambda text: text.replace(" ", "\u00a0"),
    lambda text: text.replace(" ", "\t"),
    lambda text: text.replace(" ", "\n"),
    lambda text: text.replace(" ", " \u2009\u202f "),
    lambda text: text.upper().replace(" ", " \u00a0 "),
)


def respell(draw: RandomChoices, text: str) -> str:
    """Return the text in another case or with other white space."""
    return draw.deal("respell", WAYS)(text)
