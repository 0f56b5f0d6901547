"""What compares must say nothing where all agrees, and name the fact where it does not."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.sample.sample import Wish, write_sample
from tests.truth.compare import compare
from tests.truth.figures import wilson
from tests.truth.matching_home import write_matching_home

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Truth = dict[str, Any]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("data")
    write_sample(out, Wish(seed=11, as_of=date(2022, 7, 31)))
    return out


@pytest.fixture(scope="module")
def truth(data: Path) -> Truth:
    read: Truth = json.loads((data / "truth.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, truth: Truth) -> Path:
    agreeing = tmp_path_factory.mktemp("home")
    write_matching_home(agreeing, truth)
    return agreeing


def test_a_home_that_agrees_is_right_to_the_last_fact(data: Path, truth: Truth, home: Path) -> None:
    right, wrong = compare(data, truth, home)
    assert wrong == []
    assert right > 10_000


def _first(rows: dict[str, Truth]) -> Truth:
    return next(iter(rows.values()))


def another_answer(truth: Truth) -> None:
    _first(truth["rows"]["pulse"])["going_well"] = "Something else"


def another_person(truth: Truth) -> None:
    people = [facts for facts in truth["further"]["pulse"].values() if facts["person"]]
    people[0]["person"] = people[1]["person"]


def another_hour(truth: Truth) -> None:
    _first(truth["further"]["families"])["submitted_at"] = "2021-10-31T01:30:00+01:00"


def one_more_issue(truth: Truth) -> None:
    truth["issues"].append({"form": "pulse", "responseId": "ACYDB", "field": "heard", "code": "unknown_choice"})


def one_issue_fewer(truth: Truth) -> None:
    truth["issues"].pop(0)


def one_refused_fewer(truth: Truth) -> None:
    wrong = next(one for one in truth["refused"] if one["code"] == "unknown_team")
    truth["refused"].remove(wrong)


def one_sheet_issue_fewer(truth: Truth) -> None:
    truth["sheets"]["sheet_issues"].pop()


def another_figure(truth: Truth) -> None:
    truth["measures"]["ownership_positive"][3]["numerator"] += 1


def one_figure_fewer(truth: Truth) -> None:
    truth["measures"]["time_share_mean"].pop()


def another_count_to_date(truth: Truth) -> None:
    truth["sheets"]["changes_implemented"]["southmere"] += 1


def another_stage(truth: Truth) -> None:
    truth["sheets"]["small_changes"][0]["stage"] = "Thought of"


def a_secret_told(truth: Truth) -> None:
    truth["pii"][0]["secrets"].append("Nothing to see")


CHANGES: dict[Callable[[Truth], None], str] = {
    another_answer: "going_well: found",
    another_person: "code: found",
    another_hour: "submitted_at: found",
    one_more_issue: "reported field: ('pulse', 'acydb', 'heard', 'unknown_choice') is missing",
    one_issue_fewer: "is not true",
    one_refused_fewer: "refused row: ('",
    one_sheet_issue_fewer: "lines about sheets: found",
    another_figure: "ownership_positive elm fortnight 4",
    one_figure_fewer: "time_share_mean: figures of periods that have not begun: found",
    another_count_to_date: "changes_implemented southmere: found",
    another_stage: "stage: found",
    a_secret_told: ": personal: found ['Nothing to see']",
}
"""What is changed in the truth, and the complaint that it must bring."""


@pytest.fixture(scope="module")
def complaints(data: Path, home: Path) -> list[str]:
    truth = json.loads((data / "truth.json").read_text(encoding="utf-8"))
    for change in CHANGES:
        change(truth)
    return compare(data, truth, home)[1]


@pytest.mark.parametrize("change", CHANGES)
def test_a_fact_that_differs_is_named(complaints: list[str], change: Callable[[Truth], None]) -> None:
    assert [line for line in complaints if CHANGES[change] in line]


def test_nothing_else_is_named(complaints: list[str]) -> None:
    known = (*CHANGES.values(), "that two people share")
    assert [line for line in complaints if not any(part in line for part in known)] == []


@pytest.mark.parametrize(
    ("numerator", "denominator", "lower", "upper"),
    [
        (0, 8, 0.0, 0.324407564884),
        (3, 8, 0.136844285824, 0.694257605397),
        (5, 12, 0.193260313659, 0.68048868745),
        (12, 12, 0.757505993345, 1.0),
        (81, 263, 0.255288519878, 0.366209576983),
    ],
)
def test_wilsons_interval_is_that_of_the_reference(
    numerator: int, denominator: int, lower: float, upper: float
) -> None:
    assert wilson(numerator, denominator) == pytest.approx((lower, upper), abs=1e-11)
