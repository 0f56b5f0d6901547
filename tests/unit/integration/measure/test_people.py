"""People are counted, not answers; and a team counts only while it takes part."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from integration.kinds.cells import Persons, count_people
from integration.measure.figures import calculate_figures
from tests.example_counts import example_count
from tests.unit.config.folder import Folder
from tests.unit.integration.cast import form_rows, response
from tests.unit.integration.measure.test_figures import everything, figure

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from config.schema import Settings
    from config.schema.sources import AskingPeriod

RATE = """
  {key}:
    title: Who answered
    outcome: Social workers spend more time with children and families
    definition: People who answered, out of the people in the team.
    kind: response_rate
    source: time_and_barriers
    periods: [window, month]
    rests_on: people

"""
BASELINE = [f"2021-09-{day:02}" for day in (7, 8, 14, 15, 21, 22, 28, 29)]
"""Two days of each of the four weeks of the baseline."""


def frame_of(settings: Settings, answers: list[tuple[str, str, str]], as_of: date = date(2021, 10, 31)) -> pd.DataFrame:
    """Return the figures of these answers to the longer form: (team, code or "", day)."""
    said = [
        response(
            settings, "time_and_barriers", {"team": team, "able_to_help": "Agree" if seq % 2 else "Disagree"}
            | ({"code": code} if code else {}), response_id=f"R{seq}", seq=seq, at=f"{day}T10:00:00.000000000Z",
        )
        for seq, (team, code, day) in enumerate(answers, 1)
    ]  # fmt: skip
    rows = everything(settings, time_and_barriers=form_rows(settings, "time_and_barriers", said))
    return calculate_figures(settings, rows, as_of).frame


def asked(tmp_path: Path, how_often: str) -> Settings:
    """Return the configuration with a response rate over a form of which a person is asked so often."""
    folder = Folder(tmp_path / "config").change("forms/time_and_barriers.yaml", "asked: window", f"asked: {how_often}")
    return folder.change(
        "measures.yaml", "\nmeasures:\n", f"\nmeasures:\n{RATE.format(key='time_response_rate')}"
    ).load()


def test_who_answers_three_times_is_one_person_of_a_response_rate(tmp_path: Path) -> None:
    settings = asked(tmp_path, "window")
    frame = frame_of(settings, [("Elm", f"AB{n:02}", day) for n in range(5) for day in BASELINE[:3]])
    rate = figure(frame, "time_response_rate", "elm", "baseline")
    assert (rate["numerator"], rate["denominator"], rate["people"]) == (5, 8, 5)
    assert len(rate["ids"]) == 15, "it rests on every answer all the same"


@pytest.mark.parametrize(
    ("how_often", "people"), [("once", 8), ("window", 8), ("month", 8), ("fortnight", 4), ("week", 2)]
)
def test_blank_codes_are_as_many_people_as_answered_in_the_fullest_period(
    tmp_path: Path, how_often: str, people: int
) -> None:
    frame = frame_of(asked(tmp_path, how_often), [("Elm", "", day) for day in BASELINE])
    able = figure(frame, "able_to_help_positive", "elm", "baseline")
    assert (able["n"], able["people"]) == (8, people)
    assert figure(frame, "time_response_rate", "elm", "baseline")["numerator"] == people


def test_more_people_than_there_are_cannot_have_answered_without_a_code(tmp_path: Path) -> None:
    settings = asked(tmp_path, "once")
    frame = frame_of(settings, [("Elm", "", day) for day in BASELINE * 2])
    assert figure(frame, "able_to_help_positive", "elm", "baseline")["people"] == 8, "Elm's headcount"
    assert figure(frame, "time_response_rate", "elm", "baseline")["value"] == 2, (
        "the rate shows that some answered twice"
    )


def test_the_same_code_in_two_teams_is_two_people(tmp_path: Path) -> None:
    settings = asked(tmp_path, "window")
    frame = frame_of(settings, [(team, "AB01", "2021-09-07") for team in ("Elm", "Oak")])
    assert figure(frame, "time_response_rate", "northbrook", "baseline")["numerator"] == 2


def test_a_team_that_joins_later_leaves_the_past_as_it_was(tmp_path: Path) -> None:
    settings = asked(tmp_path, "window")
    answers = [("Elm", f"AB{n:02}", day) for n in range(6) for day in ("2021-09-07", "2022-02-01")]
    plain = frame_of(settings, answers, date(2022, 2, 28))
    folder = Folder(tmp_path / "later").change("forms/time_and_barriers.yaml", "asked: window", "asked: month")
    folder.change("measures.yaml", "\nmeasures:\n", f"\nmeasures:\n{RATE.format(key='time_response_rate')}")
    oak = "      oak:\n        name: Oak\n"
    later = frame_of(
        folder.change("programme.yaml", oak, f"{oak}        from: 2022-01-10\n").load(), answers, date(2022, 2, 28)
    )

    def rate(frame: pd.DataFrame, who: str, month: str) -> tuple[float, float]:
        row = figure(frame, "time_response_rate", who, month)
        return row["numerator"], row["denominator"]

    assert rate(plain, "northbrook", "2021-09") == (6, 15)
    assert rate(later, "northbrook", "2021-09") == (6, 8), "Oak's seven people were not there to ask"
    assert rate(later, "northbrook", "2022-02") == rate(plain, "northbrook", "2022-02")
    own = later[
        (later["team"] == "oak") & (later["measure"] == "time_response_rate") & (later["period_kind"] == "month")
    ]
    assert own["period"].tolist() == ["2022-01", "2022-02"], "it has no period before its first day"
    assert own["denominator"].tolist() == [7, 7], "the first one counts from its first day on"


@effort(max_examples=example_count(30), deadline=None)
@given(
    st.lists(st.tuples(st.integers(-1, 4), st.integers(1, 3)), max_size=30),
    st.integers(1, 10),
)
def test_people_are_never_more_than_answers_nor_fewer_than_codes(rows: list[tuple[int, int]], most: int) -> None:
    codes, periods = (np.array([row[place] for row in rows], dtype=np.int64) for place in (0, 1))
    persons, cell = Persons(codes, periods, codes.astype(str).astype(object)), (np.arange(len(rows)),)
    people = count_people(cell, persons)[0]
    assert len(set(codes[codes >= 0])) <= people <= len(rows)
    assert count_people(cell, persons, np.array([float(most)]))[0] <= people
    with_one = np.append(codes, 9)
    more = Persons(with_one, np.append(periods, 1), with_one.astype(str).astype(object))
    assert count_people((np.arange(len(rows) + 1),), more)[0] >= people


def test_check_says_what_is_taken_where_a_form_does_not_say_how_often_it_asks(
    settings: Settings, tmp_path: Path
) -> None:
    def taken(folder: Folder) -> AskingPeriod:
        return folder.load().find_asking_period("time_and_barriers")

    assert settings.describe_assumptions() == ()
    folder = Folder(tmp_path / "config").change("forms/time_and_barriers.yaml", "asked: window", "# asked: window")
    assert taken(folder) == "window"
    sentence = (
        "forms/time_and_barriers.yaml does not say how often a person is asked: taken is once a survey window, the "
        "shortest period of its measures. Write it as “asked: window”, or as it is."
    )
    assert folder.load().describe_assumptions() == (sentence,)
    folder.change("measures.yaml", "\nmeasures:\n", f"\nmeasures:\n{RATE.format(key='by_month')}")
    assert taken(folder) == "window", "a window of four weeks is shorter than a month"
