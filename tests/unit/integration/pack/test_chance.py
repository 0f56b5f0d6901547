"""With few answers the first page says that figures move by chance; with many it says nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from integration.pack.build import build_content
from integration.pack.first_page import SMALL_SAMPLE
from tests.unit.integration.pack.cast import settings
from tests.unit.integration.pack.factory import JULY, JUNE, shown

if TYPE_CHECKING:
    from integration.pack import PackContent

SAID = "Figures that rest on few answers (fewer than 30) move a good deal by chance from one time to the next."


def _pack(answers: int, **bounds: float) -> PackContent:
    """Return the pack in which every figure rests on so many answers."""
    view = shown(JULY)
    frame = view.frame.assign(n=float(answers), **bounds)
    now = replace(view, frame=frame)
    return build_content(
        settings=settings(), authority="northbrook", month="2022-07", now=now, before=shown(JUNE), version=1
    )


def test_few_answers_are_said_with_where_to_find_how_far() -> None:
    assert _pack(SMALL_SAMPLE - 1).small_sample_note == f"{SAID} The detail shows how far (“could be between …”)."


def test_without_intervals_the_line_promises_none() -> None:
    assert _pack(SMALL_SAMPLE - 1, lower=float("nan"), upper=float("nan")).small_sample_note == SAID


def test_enough_answers_need_no_word() -> None:
    assert _pack(SMALL_SAMPLE).small_sample_note == ""
