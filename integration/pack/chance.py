"""What to say on the first page where figures rest on so few answers that they move by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from integration.pack.content import Figure, Headline, Measure

FEW = 30
"""A share of fewer answers could be off by some 18 points or more."""
MOVING_KINDS = ("share", "response_rate", "mean", "ratio_mean")


def chance(heads: Iterable[Headline], measures: Mapping[str, Measure]) -> str:
    """Return the line below the table of headlines, "" where every share and mean rests on enough answers."""
    moving = [head.figure for head in heads if _is_share_of_answers(measures[head.figure.measure])]
    few = [figure for figure in moving if _is_few(figure)]
    if not few:
        return ""
    said = f"Figures that rest on few answers (fewer than {FEW}) move a good deal by chance from one time to the next."
    return f"{said} The detail shows how far (“could be between …”)." if any(f.interval for f in few) else said


def _is_share_of_answers(measure: Measure) -> bool:
    return measure.kind in MOVING_KINDS and measure.counted == "answer"


def _is_few(figure: Figure) -> bool:
    return figure.n is not None and 0 < figure.n < FEW
