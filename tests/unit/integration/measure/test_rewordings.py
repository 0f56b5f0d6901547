"""A reworded question: each figure uses answers of one series only, that of the last day of its period."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from config.schema.fields import DetectedRewording, Reworded
from integration.measure.figures import calculate_figures
from tests.unit.integration.cast import form_rows, response
from tests.unit.integration.measure.test_figures import everything, figure

if TYPE_CHECKING:
    from config.schema import Settings
    from integration.model import Rows

AS_OF = date(2021, 10, 31)
BREAK = date(2021, 9, 14)
"""In the middle of the first fortnight, and of the baseline window."""


def answered(settings: Settings, form: str = "pulse", **answers: str) -> Rows:
    """Return one answer a day from 7 to 22 September 2021, each agreeing until the 13th and disagreeing after."""
    return form_rows(
        settings,
        form,
        [
            response(
                settings,
                form,
                {"team": "Elm", "ownership": "5" if day < BREAK.day else "1", "hours_total": "10"} | answers,
                response_id=f"R{day:02}",
                seq=day,
                at=f"2021-09-{day:02}T10:00:00.000000000Z",
            )
            for day in range(7, 23)
        ],
    )


def reworded(settings: Settings, field: str, on: date = BREAK, *, same: bool = False) -> Settings:
    """Return the settings with an approved change of words."""
    pulse = settings.forms["pulse"]
    entry = Reworded(on=on, by="Sam Okafor", was="Other words", same=same)
    fields = tuple(
        spec.model_copy(update={"reworded": (entry,)}) if spec.name == field else spec for spec in pulse.fields
    )
    forms = settings.forms | {"pulse": pulse.model_copy(update={"fields": fields})}
    return settings.model_copy(update={"forms": forms})


def figures(settings: Settings, as_of: date = AS_OF, rewordings: tuple[DetectedRewording, ...] = ()) -> pd.DataFrame:
    return calculate_figures(
        settings, everything(settings, pulse=answered(settings, hours_direct="5")), as_of, {"pulse": rewordings}
    ).frame


def test_a_straddled_period_counts_the_answers_to_the_words_of_its_last_day(settings: Settings) -> None:
    frame = figures(reworded(settings, "ownership"))
    first = figure(frame, "ownership_positive", "elm", "1")
    assert (first["numerator"], first["n"], first["people"]) == (0, 6, 6)
    assert first["ids"][0] == "R14"
    assert first["series_from"].date() == BREAK
    assert figure(frame, "ownership_positive", "northbrook", "baseline")["n"] == 9
    assert figure(frame, "ownership_positive", "elm", "2")["series_from"].date() == BREAK


def test_the_reporting_date_says_which_words_are_in_force(settings: Settings) -> None:
    before = figure(figures(reworded(settings, "ownership"), date(2021, 9, 13)), "ownership_positive", "elm", "1")
    assert (before["numerator"], before["n"]) == (7, 7)
    assert before["series_from"] is pd.NaT


def test_only_measures_of_the_reworded_question_are_cut(settings: Settings) -> None:
    plain, cut = figures(settings), figures(reworded(settings, "ownership"))
    others = plain["measure"] != "ownership_positive"
    pd.testing.assert_frame_equal(plain[others], cut.loc[others, plain.columns])
    assert figure(cut, "pulse_response_rate", "elm", "1")["numerator"] == 13


def test_either_part_of_a_ratio_breaks_it(settings: Settings) -> None:
    for field in ("hours_direct", "hours_total"):
        assert figure(figures(reworded(settings, field)), "direct_time_share", "elm", "1")["n"] == 6


def test_a_change_that_asks_the_same_changes_nothing(settings: Settings) -> None:
    pd.testing.assert_frame_equal(figures(settings), figures(reworded(settings, "ownership", same=True)))


@pytest.mark.parametrize(("was", "n"), [("Words that nobody has approved", 6), ("other  WORDS", 13)])
def test_a_detected_rewording_counts_until_the_yaml_has_it(settings: Settings, was: str, n: int) -> None:
    rewordings = DetectedRewording("ownership", was, "New words", BREAK, was_read=True)
    approved = reworded(settings, "ownership", date(2021, 9, 1), same=True)
    assert figure(figures(approved, rewordings=(rewordings,)), "ownership_positive", "elm", "1")["n"] == n


def test_without_a_rewording_no_figure_has_a_series(settings: Settings) -> None:
    frame = figures(settings)
    series: pd.Series[Any] = frame["series_from"]
    assert series.isna().all()
