"""The milestones of the blueprint."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.sample.dates import NO_DAY_CELLS, NO_DAY_TEXTS, day_in_cell
from tests.sample.free_text import title
from tests.sample.programme import AUTHORITIES, START
from tests.sample.sheets.source import NO_AUTHORITY, Source, authority, notes, owner, with_blanks
from tests.sample.typed_values import NOTHING, TypedAnswer

if TYPE_CHECKING:
    from datetime import date

    from tests.sample.random_choices import RandomChoices
    from tests.sample.sheets.source import Line

HEADINGS = {
    "ref": "Ref",
    "milestone": "Milestone",
    "authority": "Authority",
    "owner": "Owner",
    "due_on": "Due",
    "done_on": "Done",
    "notes": "Notes",
}
BLUEPRINT = Source("blueprint", "Blueprint", HEADINGS, ("ref",), "authority")

DUE_AND_DONE: tuple[tuple[int, int | None], ...] = (
    (-170, -175), (-140, -140), (-120, -119), (-100, -60), (-80, None), (-60, 5), (-45, -50), (-30, -30), (-1, 0),
    (-1, -1), (0, 0), (0, 1), (0, None), (0, -10), (1, 1), (1, -3), (1, None), (30, None), (60, 61),
)  # fmt: skip
"""When a milestone is due and done, in days after the reporting date."""


def blueprint(draw: RandomChoices, as_of: date) -> list[Line]:
    """Return the rows of the tab."""
    lines = []
    for key in AUTHORITIES:
        for number, (due, done) in enumerate(draw.mix(list(DUE_AND_DONE)), start=1):
            done_on = NOTHING if done is None else day_in_cell(draw, as_of + timedelta(days=done))
            line = _line(draw, f"{key[0].upper()}-{number:02d}", authority(draw, key), as_of + timedelta(days=due))
            lines.append({**line, "done_on": done_on})
        before = START - timedelta(days=3)
        early = _line(draw, f"{key[0].upper()}-99", authority(draw, key), before)
        lines.append({**early, "done_on": day_in_cell(draw, before)})
    if not draw.clean:
        lines = _with_faulty(draw, lines, as_of)
    return with_blanks(draw, lines)


def _line(draw: RandomChoices, ref: str, whose: TypedAnswer, due: date) -> Line:
    return {
        "ref": TypedAnswer(f" {ref}\u00a0" if draw.slips(0.1) else ref, ref),
        "milestone": title(draw, f"Milestone {ref}"),
        "authority": whose,
        "owner": owner(draw),
        "due_on": day_in_cell(draw, due),
        "done_on": NOTHING,
        "notes": notes(draw),
    }


def _with_faulty(draw: RandomChoices, lines: list[Line], as_of: date) -> list[Line]:
    """Return the lines with some whose days cannot be read, and some that are refused."""
    long_ago = as_of - timedelta(days=200)

    def faulty(ref: str, whose: TypedAnswer, **said: TypedAnswer) -> Line:
        done = {"done_on": day_in_cell(draw, long_ago)}
        return {**_line(draw, ref, whose, long_ago), **done, **said}

    unreadable = [TypedAnswer(typed, None, "not_a_date") for typed in (*NO_DAY_TEXTS, *NO_DAY_CELLS)]
    for number, said in enumerate(unreadable):
        whose = authority(draw, AUTHORITIES[number % 2])
        lines.append(faulty(f"X-{number:02d}", whose, **{"due_on" if number % 4 < 2 else "done_on": said}))
    lines += [faulty(f"Y-{number:02d}", said) for number, said in enumerate(NO_AUTHORITY)]
    lines += [{**faulty("", authority(draw, key)), "ref": TypedAnswer("  ")} for key in AUTHORITIES]
    doubles = [
        faulty(ref, authority(draw, key)) for key in AUTHORITIES for ref in ("N-01", "s-02", "Y-00", "y-01", "N-01")
    ]
    return [*draw.mix(lines), *draw.mix(doubles)]
