"""The figures of each kind of measure, with n, numerator, denominator and ids."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from integration.measure.figures import calculate_figures
from integration.model import Cell, DateCell, Rows
from tests.example_counts import example_count
from tests.unit.config.folder import Folder
from tests.unit.integration.cast import form_rows, response, sheet_rows

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from config.schema import Settings

AS_OF = date(2021, 10, 31)


def everything(settings: Settings, **given_rows: Rows) -> dict[str, Rows]:
    """Return rows for every source: those given, and none for the others."""
    rows = {source: form_rows(settings, source, []) for source in settings.forms}
    rows |= {source: sheet_rows(settings, source, []) for source in settings.sheets}
    return rows | given_rows


def figure(frame: pd.DataFrame, name: str, who: str, period: str) -> pd.Series[Any]:
    team = who if who in ("elm", "oak", "rowan", "birch") else ""
    found = frame[(frame["measure"] == name) & (frame["team"] == team) & (frame["period"] == period)]
    found = found if team else found[found["authority"] == who]
    assert len(found) == 1
    return found.iloc[0]


def pulse(settings: Settings, *answers: dict[str, str]) -> Rows:
    return form_rows(
        settings,
        "pulse",
        [
            response(settings, "pulse", {"team": "Elm"} | a, response_id=f"R{n}", seq=n)
            for n, a in enumerate(answers, 1)
        ],
    )


def test_a_share_keeps_its_numerator_its_denominator_and_its_rows(settings: Settings) -> None:
    rows = pulse(settings, {"ownership": "Agree"}, {"ownership": "Disagree"}, {"ownership": "5"}, {"ownership": "eh"})
    frame = calculate_figures(settings, everything(settings, pulse=rows), AS_OF).frame
    share = figure(frame, "ownership_positive", "elm", "1")
    assert (share["numerator"], share["denominator"], share["n"], share["value"]) == (2, 3, 3, 2 / 3)
    assert share["ids"] == ("R1", "R2", "R3")
    assert figure(frame, "ownership_positive", "northbrook", "baseline")["value"] == 2 / 3


def test_an_option_that_looks_like_a_number_is_counted_as_the_word_it_is(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "config").change("forms/families.yaml", "options: [Child,", "options: [0, Child,")
    settings = folder.change(
        "measures.yaml", "field: needs_met\n    values: [4, 5]", "field: who\n    values: [0, Child]"
    ).load()
    said = [
        response(settings, "families", {"team": "Elm", "who": who}, response_id=f"R{n}", seq=n)
        for n, who in enumerate(("0", "Child", "Parent"))
    ]
    rows = everything(settings, families=form_rows(settings, "families", said))
    share = figure(calculate_figures(settings, rows, AS_OF).frame, "needs_met_positive", "elm", "baseline")
    assert (share["numerator"], share["denominator"]) == (2, 3)


@pytest.mark.parametrize(
    ("positive", "of", "lower", "upper"),
    [(0, 8, 0, 0.324407564884), (3, 8, 0.136844285824, 0.694257605397), (5, 12, 0.193260313659, 0.68048868745)],
)
def test_wilson_intervals_agree_with_the_reference(
    settings: Settings, positive: int, of: int, lower: float, upper: float
) -> None:
    rows = pulse(settings, *({"ownership": "5" if i < positive else "1"} for i in range(of)))
    share = figure(
        calculate_figures(settings, everything(settings, pulse=rows), AS_OF).frame, "ownership_positive", "elm", "1"
    )
    assert share[["lower", "upper"]].tolist() == pytest.approx([lower, upper], abs=1e-11)


def test_nothing_divided_by_nothing_is_empty_and_not_zero(settings: Settings) -> None:
    frame = calculate_figures(settings, everything(settings), AS_OF).frame
    share = figure(frame, "ownership_positive", "elm", "1")
    assert (share["numerator"], share["denominator"]) == (0, 0)
    assert np.isnan(share["value"])
    assert np.isnan(figure(frame, "time_share_mean", "elm", "baseline")["value"])


def test_a_ratio_leaves_out_more_hours_than_were_worked(settings: Settings) -> None:
    rows = pulse(
        settings,
        {"hours_direct": "10", "hours_total": "40"},
        {"hours_direct": "20", "hours_total": "40"},
        {"hours_direct": "41", "hours_total": "40"},
        {"hours_direct": "0", "hours_total": "0"},
        {"hours_direct": "5"},
    )
    mean = figure(
        calculate_figures(settings, everything(settings, pulse=rows), AS_OF).frame, "direct_time_share", "elm", "1"
    )
    assert (mean["n"], mean["value"]) == (2, pytest.approx(0.375))
    assert np.isnan(mean["lower"])


def test_a_mean_keeps_its_sum_its_spread_and_its_middle(settings: Settings) -> None:
    answers = [{"team": "Elm", "time_share": str(n)} for n in (2, 3, 7)]
    rows = form_rows(
        settings,
        "time_and_barriers",
        [response(settings, "time_and_barriers", a, response_id=f"R{n}", seq=n) for n, a in enumerate(answers, 1)],
    )
    frame = calculate_figures(settings, everything(settings, time_and_barriers=rows), AS_OF).frame
    mean = figure(frame, "time_share_mean", "elm", "baseline")
    assert (mean["n"], mean["numerator"], mean["value"], mean["median"]) == (3, 12, 4, 3)
    assert mean["sd"] == pytest.approx(2.6457513)
    assert figure(frame, "barriers_mean", "elm", "baseline")["value"] == 0


def test_the_same_people_in_two_fortnights_of_a_window_are_counted_once(settings: Settings) -> None:
    days = ("2021-09-07", "2021-09-21")
    versions = [
        response(
            settings,
            "pulse",
            {"team": "Elm", "code": code, "ownership": "5"},
            response_id=f"{day} {n}",
            seq=n,
            at=f"{day}T10:00:00.000000000Z",
        )
        for day in days
        for n, code in enumerate(("TO12", "AB34", "", "bad"), 1)
    ]
    frame = calculate_figures(settings, everything(settings, pulse=form_rows(settings, "pulse", versions)), AS_OF).frame
    share = figure(frame, "ownership_positive", "elm", "baseline")
    assert (share["n"], share["people"]) == (8, 4)
    assert figure(frame, "ownership_positive", "elm", "1")["people"] == 4


def test_one_row_of_the_grid_is_enough_for_an_obstacle(settings: Settings) -> None:
    answers: list[dict[str, str]] = [
        {"obstacles.recording": "A lot", "obstacles.meetings": "A little"},
        {"obstacles.approvals": "Not at all"},
        {},
    ]
    versions = [
        response(settings, "time_and_barriers", {"team": "Elm"} | a, response_id=f"R{n}", seq=n)
        for n, a in enumerate(answers, 1)
    ]
    rows = form_rows(settings, "time_and_barriers", versions)
    frame = calculate_figures(settings, everything(settings, time_and_barriers=rows), AS_OF).frame
    share = figure(frame, "obstacles_a_lot", "elm", "baseline")
    assert (share["numerator"], share["denominator"], share["ids"]) == (1, 2, ("R1", "R2"))


def test_the_headcount_in_force_on_the_first_day_counts(settings: Settings) -> None:
    teams = sheet_rows(
        settings,
        "teams",
        [
            ("Elm", "Northbrook", "Yes", 4.0, DateCell("2021-09-06")),
            ("Elm", "Northbrook", "Yes", 9.0, DateCell("2021-09-21")),
        ],
    )
    rows = pulse(settings, {}, {}, {})
    frame = calculate_figures(settings, everything(settings, pulse=rows, teams=teams), AS_OF).frame
    assert figure(frame, "pulse_response_rate", "elm", "1")["value"] == 3 / 4
    assert figure(frame, "pulse_response_rate", "elm", "2")["denominator"] == 4
    assert figure(frame, "pulse_response_rate", "elm", "3")["denominator"] == 9


def test_answers_of_a_team_of_nobody_are_in_no_rate(settings: Settings) -> None:
    teams = sheet_rows(settings, "teams", [("Elm", "Northbrook", "Yes", 0.0, DateCell("2021-09-06"))])
    rows = pulse(settings, {}, {}, {"team": "Oak"})
    frame = calculate_figures(settings, everything(settings, pulse=rows, teams=teams), AS_OF).frame
    rates = [figure(frame, "pulse_response_rate", group, "1") for group in ("northbrook", "oak", "elm")]
    assert [(rate["numerator"], rate["denominator"]) for rate in rates] == [(1, 7), (1, 7), (0, 0)]
    assert [rate["ids"] for rate in rates] == [("R3",), ("R3",), ()]


def test_a_change_counts_once_it_is_implemented_and_not_before_the_reporting_date(settings: Settings) -> None:
    def change(ref: str, stage: str, on: str | None) -> tuple[Cell | DateCell, ...]:
        return (ref, "A change", "Elm", "Travel", stage, None, on, None, None, None)

    changes = sheet_rows(
        settings,
        "small_changes",
        [
            change("1", "Implemented", "2/11/2021"),
            change("2", "Embedded", "30/10/2021"),
            change("3", "Testing", "2/11/2021"),
            change("4", "Implemented", None),
            change("5", "Implemented", "2/12/2021"),
        ],
    )
    frame = calculate_figures(settings, everything(settings, small_changes=changes), date(2021, 11, 30)).frame
    assert figure(frame, "changes_implemented", "elm", "to_date")["value"] == 2
    in_phase = figure(frame, "changes_implemented_in_phase_2", "northbrook", "to_date")
    assert in_phase[["value", "target", "ids"]].tolist() == [1, 10, ("1",)]
    assert np.isnan(figure(frame, "changes_implemented_in_phase_2", "elm", "to_date")["target"])


def test_milestones_are_on_time_by_the_day_they_are_due(settings: Settings) -> None:
    def milestone(ref: str, due: str | None, done: str | None) -> tuple[Cell | DateCell, ...]:
        return (ref, "A milestone", "Northbrook", None, due, done, None)

    blueprint = sheet_rows(
        settings,
        "blueprint",
        [
            milestone("1", "1/10/2021", "1/10/2021"),
            milestone("2", "1/10/2021", "2/10/2021"),
            milestone("3", "1/10/2021", None),
            milestone("4", "1/11/2021", "1/10/2021"),
            milestone("5", None, "1/10/2021"),
        ],
    )
    share = figure(
        calculate_figures(settings, everything(settings, blueprint=blueprint), AS_OF).frame,
        "milestones_on_time",
        "northbrook",
        "to_date",
    )
    assert (share["numerator"], share["denominator"]) == (1, 3)


def test_a_month_is_complete_on_its_last_day(settings: Settings) -> None:
    held = [
        (day, "Northbrook", 4.0, 4.0, None, None, None, None, None) for day in ("10/9/2021", "20/9/2021", "5/10/2021")
    ]
    rows = everything(settings, reviews=sheet_rows(settings, "reviews", held))
    for day, expected in ((date(2021, 9, 29), (0, 0)), (date(2021, 9, 30), (1, 1)), (date(2021, 10, 31), (2, 2))):
        share = figure(calculate_figures(settings, rows, day).frame, "reviews_held", "northbrook", "to_date")
        assert (share["numerator"], share["denominator"]) == expected
    assert figure(calculate_figures(settings, rows, AS_OF).frame, "commitment_mean", "northbrook", "to_date")["n"] == 3


answers = st.lists(
    st.tuples(
        st.sampled_from(["Elm", "Oak", "Rowan", "Birch"]),
        st.sampled_from(["1", "2", "4", "5", "?", ""]),
        st.integers(1, 50),
    ),
    max_size=25,
)


@effort(max_examples=example_count(4), deadline=None)
@given(given_answers=answers)
def test_teams_add_up_to_their_authority(settings: Settings, given_answers: list[tuple[str, str, int]]) -> None:
    """The law of measuring: what the teams have is what the authority has, no more and no less."""
    versions = [
        response(
            settings,
            "pulse",
            {"team": team, "ownership": value},
            response_id=f"R{n}",
            seq=n,
            at=f"2021-{9 + (day > 24)}-{(day + 5) % 30 + 1:02}T10:00:00.000000000Z".replace("2021-9", "2021-09"),
        )
        for n, (team, value, day) in enumerate(given_answers, 1)
    ]
    frame = calculate_figures(settings, everything(settings, pulse=form_rows(settings, "pulse", versions)), AS_OF).frame
    of_pulse = frame[frame["measure"].isin(["ownership_positive", "pulse_response_rate"])]
    for _, group in of_pulse.groupby(["measure", "authority", "period_kind", "period"]):
        whole, teams = group[group["team"] == ""].iloc[0], group[group["team"] != ""]
        assert teams["numerator"].sum() == whole["numerator"]
        assert teams["denominator"].sum() == whole["denominator"]
        assert sorted(i for ids in teams["ids"] for i in ids) == sorted(whole["ids"])
    shares = frame[frame["measure"] == "ownership_positive"]
    assert ((shares["value"] >= shares["lower"]) | shares["value"].isna()).all()
    assert ((shares["value"] <= shares["upper"]) | shares["value"].isna()).all()
    assert (shares["ids"].map(len) == shares["n"]).all()
