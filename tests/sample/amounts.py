"""Amounts as people write them: hours, and whole numbers on a scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sample.typed_values import NOTHING, TypedAnswer

if TYPE_CHECKING:
    from tests.sample.random_choices import RandomChoices

WAYS = (
    " {} ", "+{}", "about {}", "approx {}", "approx {} hours", "approximately {} hrs", "around {}", "roughly {} h",
    "circa {}", "c. {}", "c.{}", "C. {} hours", "~{}", "~ {}", "~{}h", "about +{}", "{}h", "{} h", "{}hr", "{} hr",
    "{} hrs", "{} hour", "{}hours", "{} hours", "{} HOURS", "About {} Hours", "ABOUT {}", "{}%", "{} %", "~ {} %",
    "{}\u00a0hours", "approx\u00a0{}\u2009hrs", "about\t{}", "\u3000{}\n", "around  {}  hours",
)  # fmt: skip
NO_NUMBER = tuple(
    TypedAnswer(typed, None, "not_a_number")
    for typed in (
        "10-12", "10 - 12", "10\u201312", "10 to 12", "12 or 13", "between 10 and 12", "12 - 14 hours", "12 13",
        "12/13", "12; 13", "12h30", "12:30", "12 hours 30", "10 hrs 30 mins", "1.2.3", "twelve", "lots", "too many",
        "?", "-", "n/a", "N/A", "NA", "nan", "NaN", "None", "null", "inf", "-inf", "Infinity", "TRUE", "about",
        "hours", "approx hours", "~", "%", "12 days", "12 minutes", "5 and a half", "=12", "=1+1", "\U0001f937",
        "about ten",
    )
)  # fmt: skip


def hours(draw: RandomChoices, *, low: float, high: float, most: int) -> TypedAnswer:
    """Return hours between `low` and `high` in steps of half an hour; `most` is the greatest that is allowed."""
    if draw.slips(0.03):
        return draw.deal("no number", NO_NUMBER)
    if draw.slips(0.02):
        return TypedAnswer(draw.deal(f"beyond {most}", beyond(most)), None, "out_of_range")
    if draw.slips(0.02):
        return draw.deal(f"edge {most}", edges(most))
    if draw.happens(0.05):
        return (
            draw.deal("blank amount", (NOTHING, TypedAnswer(""), TypedAnswer(" \u00a0 ")))
            if not draw.clean
            else NOTHING
        )
    return spelled_hours(draw, draw.number(round(low * 2), round(high * 2)) / 2)


def spelled_hours(draw: RandomChoices, amount: float) -> TypedAnswer:
    """Return an amount as people write it."""
    text = f"{amount:g}"
    if draw.slips(0.25):
        if draw.happens(0.3):
            text = draw.pick((f"{amount:.1f}", f"{amount:.2f}"))
            text = text.replace(".", ",") if draw.happens(0.5) else text
        text = draw.deal("way of an amount", WAYS).format(text)
    return TypedAnswer(text, amount)


def beyond(most: int) -> tuple[str, ...]:
    """Return numbers, as typed, that lie outside 0 to `most`."""
    return (
        f"{most}.5", f"{most},5", f"{most + 1}", f"about {most + 1} hours", f"{most}.01", "-1", "-0.5", "-0,5",
        "about -3", "-3 hours", "240", "1,200", "2,000 hours", "~1,200", "100 %", "+100", "99999999999",
    )  # fmt: skip


def edges(most: int) -> tuple[TypedAnswer, ...]:
    """Return 0 and `most`, which are allowed themselves."""
    zero = tuple(TypedAnswer(text, 0.0) for text in ("0", "0.0", "0,0", "0 hours", "about 0", "0%"))
    full = tuple(
        TypedAnswer(text, float(most))
        for text in (f"{most}", f"{most}.0", f"{most},0", f"approx {most} hrs", f"+{most}")
    )
    return zero + full


OFF_SCALE = ("11", "-1", "100", "12")
NO_SCALE = ("seven", "?", "2-3", "n/a", "nan", "4 or 5", "all of it", "None")


def scale(draw: RandomChoices, *, low: int, high: int) -> TypedAnswer:
    """Return a whole number between `low` and `high` (at most 10), or what is none."""
    if draw.slips(0.03):
        return TypedAnswer(draw.deal("off the scale", OFF_SCALE), None, "out_of_range")
    if draw.slips(0.03):
        return TypedAnswer(draw.deal("no scale", NO_SCALE), None, "not_a_number")
    if draw.happens(0.04):
        return NOTHING
    place = draw.number(low, high)
    return TypedAnswer(
        draw.pick((str(place), f" {place} ", f"\u00a0{place}")) if draw.slips(0.1) else str(place), place
    )
