"""How a figure is said: its main number, what it rests on, how sure it is, its target. One way for each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.pack.content import State
from integration.pack.measures import OUT_OF_KINDS, PERCENT_KINDS
from integration.pack.words import counted
from integration.words import one_decimal, percent, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integration.pack.content import Measure

HIDDEN_MARK = "[c]"
NO_ANSWERS_MARK = "[x]"
HIDDEN_NOTE = f"{HIDDEN_MARK} means hidden to protect people in small groups."
NO_ANSWERS_NOTE = f"{NO_ANSWERS_MARK} means that there are no answers or entries yet."


def tell_main(measure: Measure, state: State, numbers: Mapping[str, float | None]) -> str:
    """Return the number that a reader sees first: "67%", "4.1", "9", "10 of 11", or a mark in brackets."""
    value = numbers["value"]
    if state is not State.SHOWN or value is None:
        return HIDDEN_MARK if state is State.HIDDEN else NO_ANSWERS_MARK
    if measure.kind in OUT_OF_KINDS:
        return _out_of(numbers)
    if measure.kind in PERCENT_KINDS:
        return percent(value)
    if measure.kind == "count":
        return whole(value)
    return f"{one_decimal(value)} {measure.unit}".strip()


def tell_basis(measure: Measure, state: State, numbers: Mapping[str, float | None]) -> str:
    """Return what the number rests on: "10 of 15" beside a percentage, "14 answers" beside a mean."""
    if state is not State.SHOWN or measure.kind in OUT_OF_KINDS or measure.kind == "count":
        return ""
    if measure.kind in {"share", "response_rate"}:
        return _out_of(numbers)
    plural = "entries" if measure.counted == "entry" else ""
    return counted(numbers["n"] or 0, measure.counted, plural=plural)


def tell_interval(numbers: Mapping[str, float | None]) -> str:
    """Return the interval of a share in words, "" where there is none."""
    lower, upper = numbers["lower"], numbers["upper"]
    if lower is None or upper is None:
        return ""
    return f"could be between {percent(lower)} and {percent(upper)}"


def tell_target(measure: Measure, target: float | None) -> str:
    """Return a target as its figures are said: "70%", "10", "every month"; "" where there is none."""
    if target is None:
        return ""
    if measure.kind == "held" and target == 1:
        return "every month"
    if measure.kind in PERCENT_KINDS or measure.kind in OUT_OF_KINDS:
        return percent(target)
    return whole(target) if measure.kind == "count" else f"{one_decimal(target)} {measure.unit}".strip()


def _out_of(numbers: Mapping[str, float | None]) -> str:
    return f"{whole(numbers['numerator'] or 0)} of {whole(numbers['denominator'] or 0)}"
