"""The truth is read from data.xlsx: which answers count, what each gives, and how many people they are."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.disclosure.audit import read_histories
from tests.disclosure.cells import WHOLE, Place, Programme, read_programme
from tests.disclosure.truth import Truth, read_truth

if TYPE_CHECKING:
    from pathlib import Path

    from config.schema import Settings

PULSE = (
    "response_id", "submitted_at", "team", "counted", "code", "involved", "ownership", "heard", "hours_direct",
    "hours_total",
)  # fmt: skip
BARRIERS = (
    "response_id", "submitted_at", "team", "counted", "code", "time_share", "able_to_help", "barriers",
    "barriers_other", "obstacles.recording", "obstacles.approvals", "obstacles.meetings",
)  # fmt: skip
MEASURES = (
    "measure", "authority", "team", "period_kind", "period", "period_start", "period_end", "n", "numerator",
)  # fmt: skip
AS_OF = date(2021, 10, 3)


@pytest.fixture
def programme(settings: Settings) -> Programme:
    return read_programme(settings)


def write_data(folder: Path, tabs: dict[str, list[tuple[Any, ...]]]) -> None:
    book = openpyxl.Workbook()
    for name, rows in tabs.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "data.xlsx")


def pulse(name: str, day: str, code: str | None = None, *, counted: str = "yes", **values: float) -> tuple[Any, ...]:
    return (name, f"{day}T10:00:00+01:00", "Elm", counted, code, *(values.get(field) for field in PULSE[5:]))


def read(folder: Path, programme: Programme, tabs: dict[str, list[tuple[Any, ...]]]) -> tuple[Truth, list[str]]:
    write_data(folder, tabs)
    truths, doubts = read_truth(folder, programme, AS_OF)
    return truths["northbrook"], doubts


def test_only_what_counts_by_the_reporting_date_is_true(tmp_path: Path, programme: Programme) -> None:
    rows = [
        PULSE,
        pulse("a", "2021-09-07", ownership=4, heard=2),
        pulse("b", "2021-09-19", ownership=5),
        pulse("c", "2021-09-19", ownership=5, counted="superseded"),
        pulse("d", "2021-10-04", ownership=5),
    ]
    truth, _ = read(tmp_path, programme, {"pulse": rows})
    count = truth.count_place(Place("ownership_positive", WHOLE, programme.fortnight(1)))
    assert (count.n, count.total) == (2, 2)
    assert truth.count_place(Place("heard_positive", "elm", programme.fortnight(1))).total == 0
    assert truth.count_place(Place("heard_positive", "oak", programme.fortnight(1))).n == 0
    assert truth.count_place(Place("pulse_response_rate", "elm", programme.window("baseline"))).n == 2


def test_each_kind_of_measure_is_worked_out(tmp_path: Path, programme: Programme) -> None:
    rows = [
        BARRIERS,
        ("a", "2021-09-07T10:00:00+01:00", "Oak", "yes", None, 3, 4, "Travel; other", "The lift", "A lot", None, None),
        ("b", "2021-09-07T10:00:00+01:00", "Oak", "yes", None, 6, None, None, None, "A little", "Not at all", None),
        ("c", "2021-09-07T10:00:00+01:00", "Oak", "yes", None, None, 2, "Travel", None, None, None, None),
    ]
    hours = [
        PULSE,
        pulse("a", "2021-09-07", hours_direct=10, hours_total=40),
        pulse("b", "2021-09-07", hours_direct=40, hours_total=30),
        pulse("c", "2021-09-07", hours_direct=0, hours_total=0),
        pulse("d", "2021-09-07", hours_total=30),
    ]
    truth, _ = read(tmp_path, programme, {"time_and_barriers": rows, "pulse": hours})

    def count(measure: str) -> tuple[int, float]:
        found = truth.count_place(Place(measure, WHOLE, programme.window("baseline")))
        return found.n, found.total

    assert count("time_share_mean") == (2, 9)
    assert count("able_to_help_positive") == (2, 1)
    assert count("barriers_mean") == (3, 3)
    assert count("obstacles_a_lot") == (2, 1)
    assert count("direct_time_share") == (1, 0.25)


def test_people_are_fewer_than_their_answers(tmp_path: Path, programme: Programme) -> None:
    """Two answers with one code are one person's; without a code, two of one fortnight and one of another are two."""
    rows = [
        PULSE,
        *(pulse(f"a{day}", day, "c1", ownership=4) for day in ("2021-09-07", "2021-09-21")),
        *(pulse(name, "2021-09-08", ownership=4) for name in ("b", "c")),
        pulse("d", "2021-09-22", ownership=4),
    ]
    heads = [("team", "headcount", "from_on"), ("Elm", 8, datetime(2021, 9, 6)), ("Elm", 2, datetime(2021, 9, 20))]  # noqa: DTZ001
    truth, _ = read(tmp_path, programme, {"pulse": rows, "teams": heads})
    question, window = programme.questions["ownership_positive"], programme.window("baseline")
    answers = truth.select(question, ["elm"], window.start, window.end)
    assert len(answers) == 5
    assert truth.count_people(question, answers, window.start) == 3
    assert truth.headcount("elm", date(2021, 9, 19)) == 8
    assert truth.count_people(question, answers, date(2021, 9, 20)) == 2
    assert truth.headcount("oak", date(2021, 9, 20)) == 7


def test_a_count_that_the_project_team_does_not_have_is_doubted(tmp_path: Path, programme: Programme) -> None:
    start, end = datetime(2021, 9, 6), datetime(2021, 9, 19)  # noqa: DTZ001  # days, as a workbook has them
    rows = [PULSE, pulse("a", "2021-09-07", ownership=4)]
    told = ("ownership_positive", "Northbrook", "Elm", "fortnight", 1, start, end)
    _, doubts = read(tmp_path, programme, {"pulse": rows, "measures": [MEASURES, (*told, 1, 1)]})
    assert doubts == []
    _, (doubt,) = read(tmp_path, programme, {"pulse": rows, "measures": [MEASURES, (*told, 2, 1)]})
    assert doubt == "ownership_positive of Elm in fortnight 1: (2, 1), counted (1, 1.0)"


def test_a_pack_is_published_once_and_again_when_it_is_restated(tmp_path: Path, programme: Programme) -> None:
    """Each home still holds the packs before; a restated one says something new."""
    homes = [tmp_path / name for name in ("one", "two", "three")]
    packs = [{"2021-10": 3}, {"2021-10": 3, "2021-11": 3}, {"2021-10": 4, "2021-11": 3}]
    for home, months in zip(homes, packs, strict=True):
        home.mkdir()
        write_data(home, {"pulse": [PULSE]})
        for month, numerator in months.items():
            folder = home / "packs" / month / "northbrook"
            folder.mkdir(parents=True)
            figure = {
                "measure": "heard_positive", "team": "", "period_kind": "fortnight", "period": "1", "told": None,
                "period_start": "2021-09-06", "period_end": "2021-09-19", "value": round(numerator / 8, 2), "n": 8,
                "numerator": numerator, "denominator": 8, "lower": None, "upper": None, "shown": "", "hidden": False,
            }  # fmt: skip
            record = {
                "as_of": f"{month}-30", "month": month, "headlines": [], "charts": [], "decisions": [], "changes": [],
                "preheader": "", "figures": [figure],
            }  # fmt: skip
            (folder / "pack.json").write_text(json.dumps(record), encoding="utf-8")
    (history,), _ = read_histories(homes, [programme] * 3)
    names = [publication.name for publication in history.publications]
    expected = [("one", 10), ("two", 11), ("three", 10), ("three", 11)]
    assert names == [f"{home}, northbrook, as of 2021-{month}-30" for home, month in expected]
