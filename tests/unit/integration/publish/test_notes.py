from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from integration.publish import summary
from tests.unit.integration.publish.cast import figure, make_settings, make_shown

NOTE = "The question was reworded on 1 March 2022; figures before and after are not compared."


def notes_of(*series_from: object) -> str:
    """Return the notes on figures whose series began on these days."""
    shown = make_shown(*(figure() for _ in series_from))
    frame = shown.frame.assign(series_from=pd.Series(series_from, dtype="datetime64[s]"))
    told = summary(settings=make_settings(), authority="northbrook", shown=replace(shown, frame=frame))
    return " ".join(meaning for _, meaning in told.notes)


def test_the_notes_say_of_a_measure_that_its_question_was_reworded() -> None:
    said = notes_of(None, date(2022, 3, 1), date(2022, 3, 1))
    assert said.count(NOTE) == 1


def test_the_notes_say_nothing_of_questions_that_stayed_as_they_were() -> None:
    assert "reworded" not in notes_of(None)
