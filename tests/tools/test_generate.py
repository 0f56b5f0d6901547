"""The generator: the same sample for the same seed, a truth that adds up, and nothing of the contract left out."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.generate import main
from tests.sample.instants import at_london, london_day, london_text, written
from tests.sample.sample import Wish, write_sample

if TYPE_CHECKING:
    from pathlib import Path

FORMS = ("pulse", "time_and_barriers", "families", "change_idea")
AS_OF = date(2022, 7, 31)
SEEDS = (1, 2, 3)
CODES = {
    "test_submission",
    "outside_programme",
    "unknown_team",
    "unknown_authority",
    "missing_key",
    "duplicate_key",
    "missing_required",
    "unknown_choice",
    "not_a_number",
    "out_of_range",
    "not_a_date",
    "bad_format",
}


def make(out: Path, *, seed: int = 1, clean: bool = False, as_of: date = AS_OF) -> Path:
    write_sample(out, Wish(seed=seed, as_of=as_of, clean=clean))
    return out


def truth_of(data: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((data / "truth.json").read_text(encoding="utf-8"))
    return read


def responses_of(data: Path, form: str) -> list[dict[str, Any]]:
    read = json.loads((data / "forms" / form / "responses.json").read_text(encoding="utf-8"))
    listed: list[dict[str, Any]] = read["responses"]
    return listed


def cells_of(data: Path) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(data / "sheets" / "register.xlsx")
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return [make(tmp_path_factory.mktemp(f"seed{seed}"), seed=seed) for seed in SEEDS]


def test_the_same_seed_writes_the_same_sample(samples: list[Path], tmp_path: Path) -> None:
    again = make(tmp_path, seed=SEEDS[0])
    names = ["truth.json", *(f"forms/{form}/{name}.json" for form in FORMS for name in ("form", "responses"))]
    assert all((samples[0] / name).read_bytes() == (again / name).read_bytes() for name in names)
    assert cells_of(samples[0]) == cells_of(again)


def test_another_seed_writes_another_sample(samples: list[Path]) -> None:
    one, two, _ = samples
    assert all(responses_of(one, form) != responses_of(two, form) for form in FORMS)
    assert cells_of(one) != cells_of(two)
    assert truth_of(one)["measures"] != truth_of(two)["measures"]


def test_every_code_of_the_contract_occurs(samples: list[Path]) -> None:
    found = set()
    for truth in map(truth_of, samples):
        reported = (*truth["refused"], *truth["issues"], *truth["sheets"]["sheet_issues"])
        found |= {one["code"] for one in reported}
    assert found == CODES


def test_no_response_is_lost_in_the_truth(samples: list[Path]) -> None:
    for data in samples:
        truth = truth_of(data)
        refused = Counter(one["form"] for one in truth["refused"])
        for form in FORMS:
            given = {one["responseId"] for one in responses_of(data, form)}
            reported = {one["responseId"] for one in truth["refused"] if one["form"] == form}
            assert truth["received"][form] == truth["accepted"][form] + refused[form] == len(given)
            assert truth["rows"][form].keys() | reported == given
            assert not truth["rows"][form].keys() & reported


def test_no_sheet_row_is_lost_in_the_truth(samples: list[Path]) -> None:
    refusing = ("missing_key", "duplicate_key", "unknown_team", "unknown_authority")
    for truth in map(truth_of, samples):
        sheets = truth["sheets"]
        for source, count in sheets["counts"].items():
            refused = sum(one["sheet"] == source and one["code"] in refusing for one in sheets["sheet_issues"])
            refused += sum(one["sheet"] == source for one in sheets["doubles"])
            assert count["received"] == count["accepted"] + refused
            assert count["accepted"] == len(sheets["rows"][source])


def test_superseded_rows_are_marked_and_never_reported(samples: list[Path]) -> None:
    for truth in map(truth_of, samples):
        lost = {one["responseId"] for one in truth["superseded"]}
        marked = {key for key, row in truth["rows"]["pulse"].items() if row["counted"] == "superseded"}
        assert lost == marked != set()
        assert not lost & {one["responseId"] for one in truth["issues"]}


def test_sources_give_doubles_and_versions_in_any_order(samples: list[Path]) -> None:
    for data in samples:
        given = responses_of(data, "pulse")
        whole = Counter((one["responseId"], one["lastSubmittedTime"][:19]) for one in given)
        versions: dict[str, list[str]] = {}
        for one in given:
            versions.setdefault(one["responseId"], []).append(one["lastSubmittedTime"])
        orders = {seen[0] < seen[-1] for seen in versions.values() if seen[0][:19] != seen[-1][:19]}
        assert max(whole.values()) > 1
        assert orders == {True, False}


def test_moments_are_written_with_every_number_of_digits(samples: list[Path]) -> None:
    lengths = {len(one["createTime"]) for data in samples for one in responses_of(data, "pulse")}
    assert lengths == {20, 24, 27, 30}


def test_clean_people_never_slip(tmp_path: Path) -> None:
    truth = truth_of(make(tmp_path, clean=True))
    assert (truth["refused"], truth["superseded"], truth["issues"], truth["pii"]) == ([], [], [], [])
    assert truth["sheets"]["sheet_issues"] == []
    assert min(truth["accepted"].values()) > 20


@pytest.mark.parametrize("as_of", [date(2021, 9, 6), date(2022, 3, 27), date(2023, 6, 1)])
def test_figures_stop_at_the_reporting_date(tmp_path: Path, as_of: date) -> None:
    truth = truth_of(make(tmp_path, as_of=as_of))
    begun = min((min(as_of, date(2023, 3, 5)) - date(2021, 9, 6)).days // 14 + 1, 39)
    fortnights = {line["fortnight"] for line in truth["measures"]["pulse_response_rate"]}
    assert fortnights == set(range(1, begun + 1))
    assert max(row["fortnight"] for row in truth["rows"]["pulse"].values()) == 39


def test_people_who_answer_the_pulse_can_be_multiplied_without_a_truth(tmp_path: Path) -> None:
    asked = ["--seed", "4", "--out", str(tmp_path), "--clean", "--responses-scale", "3", "--no-truth"]
    assert main(asked) == 0
    assert not (tmp_path / "truth.json").exists()
    assert len(responses_of(tmp_path, "pulse")) > 1500


def test_london_changes_its_clocks_by_its_own_rule() -> None:
    first, second = (at_london(date(2021, 10, 31), 5400, again=again) for again in (False, True))
    assert (london_text(first), london_text(second)) == ("2021-10-31T01:30:00+01:00", "2021-10-31T01:30:00+00:00")
    spring = at_london(date(2022, 3, 28), 1800)
    assert written(spring, 0) == "2022-03-27T23:30:00Z"
    assert london_day(spring) == date(2022, 3, 28)
    assert london_day(at_london(date(2021, 9, 6), 0) - 1) == date(2021, 9, 5)
