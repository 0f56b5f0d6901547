"""What the signs, words and measures of the leaders' summary mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.publish.cells import HIDDEN, NOT_APPLICABLE, NOT_AVAILABLE, day_of
from integration.publish.figures import measure_title, whole_authority
from integration.words import long_date, span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from config.schema import Audience, Programme, Settings
    from integration.model import Shown

Note = tuple[str, str]

SIGNS = {
    HIDDEN: "[c] means hidden, so that nobody can tell what one person said.",
    NOT_AVAILABLE: "[x] means not available: nobody answered, or nothing was written down.",
    NOT_APPLICABLE: "[z] means does not apply.",
}

COLUMNS: tuple[Note, ...] = (
    ("Figure", "The measure's result: a percentage, an average or a count."),
    (
        "Number and Out of",
        (
            "The two numbers behind a percentage, as in “8 out of 14”. Beside an average, Out of is how many answers "
            "it is the average of."
        ),
    ),
    (
        "Likely range",
        (
            "With few answers, chance moves a percentage up and down. The range says between which values it would "
            "lie 95 times in 100 if chance alone were at work (Wilson interval). Two figures whose ranges overlap "
            "much may not differ at all."
        ),
    ),
    ("Target", "What the programme set out to reach."),
)


def explain_signs(cells: Iterable[Sequence[object]]) -> tuple[str, ...]:
    """Return one sentence for each sign that stands in the cells."""
    used = {cell for row in cells for cell in row if isinstance(cell, str)}
    return tuple(sentence for sign, sentence in SIGNS.items() if sign in used)


def write_notes(settings: Settings, authority: str, measures: Sequence[str], shown: Shown) -> tuple[Note, ...]:
    """Return (sign or word, meaning) for everything that the workbook uses, the measures last.

    Of a measure whose question was reworded within what is shown, it says so.
    """
    everyone = whole_authority(settings.programme.authorities[authority].name)
    together = "All teams together, worked out from every answer, not as an average of the teams' figures."
    specs = {key: settings.measures[key] for key in measures}
    return (
        *_signs(settings.packs.audience),
        *COLUMNS,
        (everyone, together),
        *_periods(settings.programme),
        *(
            (
                measure_title(spec),
                f"{spec.definition} The hope behind it: {spec.outcome.rstrip('.')}.{_reworded(key, shown)}",
            )
            for key, spec in specs.items()
        ),
    )


def _reworded(measure: str, shown: Shown) -> str:
    frame = shown.frame
    days = frame.loc[frame["measure"] == measure, "series_from"].dropna() if "series_from" in frame else ()
    said = " and on ".join(long_date(day) for day in sorted({day_of(day) for day in days}))
    if not said:
        return ""
    return f" The question was reworded on {said}; figures before and after are not compared."


def _signs(audience: Audience) -> Iterator[Note]:
    unanimous = "" if audience.show_unanimous else " So are 0% and 100% of answers: they tell what everyone said."
    hidden = (
        "Hidden, so that nobody can tell what one person said. Figures that rest on fewer than "
        f"{audience.minimum_group} people are hidden.{unanimous} Where a hidden figure could be worked out from the "
        "others, another one is hidden with it."
    )
    yield HIDDEN, hidden
    yield NOT_AVAILABLE, "Not available: nobody answered in that period, or nothing was written down."
    yield (
        NOT_APPLICABLE,
        "Does not apply: for example a range around a count, or the day when something not done yet was done.",
    )


def _periods(programme: Programme) -> Iterator[Note]:
    yield "Fortnight", f"Two weeks, counted from {long_date(programme.start)}, when the programme started."
    for window in programme.windows.values():
        yield window.title, f"A time at which people were asked: {span(window.start, window.end)}."
