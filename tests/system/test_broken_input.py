from __future__ import annotations

import csv
import json
import re
import shutil
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.system.commands import PROJECT, SAMPLE, run
from tests.system.test_demo import files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the sample, to be broken."""
    shutil.copytree(SAMPLE, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def published(home: Path, tmp_path: Path) -> Path:
    """Return a copy of a home folder in which all was well."""
    shutil.copytree(home, tmp_path / "home")
    return tmp_path / "home"


def refused(data: Path, home: Path, code: int, *words: str, lines: int = 2) -> None:
    """Run the demo, and see one clear sentence, the exit code, and everything published as it was."""
    before = files(home)
    ran = run("demo", "--data", data, "--home", home, "--as-of", "2022-07-31")
    printed = [line for line in ran.err.splitlines() if not line.startswith(("sync:", "Made random keys"))]
    assert ran.code == code, ran.err
    assert len(printed) <= lines, printed
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err
    assert files(home) == before


def test_a_missing_folder(published: Path, tmp_path: Path) -> None:
    ran = run("demo", "--data", tmp_path / "nowhere", "--home", published)
    assert ran.code in (1, 2)
    assert "nowhere" in ran.err
    assert "Traceback" not in ran.err


def test_a_truncated_file_of_responses(data: Path, published: Path) -> None:
    path = data / "forms" / "pulse" / "responses.json"
    path.write_bytes(path.read_bytes()[:-1000])
    refused(data, published, 1, "responses.json")


@pytest.mark.parametrize("job", ["sync", "reconcile"])
def test_a_run_that_could_not_read_a_source_is_recorded_as_failed(data: Path, published: Path, job: str) -> None:
    path = data / "forms" / "pulse" / "responses.json"
    path.write_bytes(path.read_bytes()[:-1000])
    ran = run("run", job, "--data", data, "--home", published)
    assert ran.code == 1
    recorded = json.loads(run("status", "--json", "--home", published).out)["jobs"][job]
    assert recorded["outcome"] == "failed"
    assert "responses.json" in recorded["note"]


def test_a_json_that_is_not_a_form(data: Path, published: Path) -> None:
    (data / "forms" / "families" / "form.json").write_text(json.dumps([1, 2, 3]), encoding="utf-8")
    refused(data, published, 1, "form.json")


def test_a_workbook_with_a_cell_at_the_far_end(data: Path, published: Path) -> None:
    path = data / "sheets" / "register.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Small changes"
    book.active["XFD1048576"] = "far away"
    book.save(path)
    refused(data, published, 1, "register.xlsx")


def test_a_workbook_that_is_not_one(data: Path, published: Path) -> None:
    (data / "sheets" / "register.xlsx").write_text("not a workbook", encoding="utf-8")
    refused(data, published, 1, "register.xlsx")
    with zipfile.ZipFile(data / "sheets" / "register.xlsx", "w") as archive:
        archive.writestr("hello.txt", "x")
    refused(data, published, 1, "register.xlsx")


def test_a_sheet_without_its_key_column(data: Path, published: Path) -> None:
    path = data / "sheets" / "register.xlsx"
    book = openpyxl.load_workbook(path)
    book["Small changes"]["A1"] = "Reference"
    book.save(path)
    refused(data, published, 1, "Ref", "small_changes")


def test_a_sheet_that_lost_most_of_its_rows_waits_for_a_person(data: Path, published: Path) -> None:
    path = data / "sheets" / "register.xlsx"
    book = openpyxl.load_workbook(path)
    book["Blueprint"].delete_rows(3, 15)
    book.save(path)
    refused(data, published, 1, "blueprint", "--accept-shrink blueprint")
    ran = run("run", "sync", "--data", data, "--home", published, "--accept-shrink", "blueprint")
    assert ran.code == 0, ran.err


def test_answers_read_in_another_way_are_not_counted_twice(data: Path, published: Path) -> None:
    folder = data / "forms" / "families"
    questions = {"4e2b69b8": "Which team does your social worker belong to?", "63bbe6aa": "I get the help that I need"}
    responses = json.loads((folder / "responses.json").read_text(encoding="utf-8"))["responses"]
    with (folder / "families.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Timestamp", *questions.values()])
        for response in responses:
            answers = {key: answer["textAnswers"]["answers"][0]["value"] for key, answer in response["answers"].items()}
            table.writerow([response["createTime"], *(answers.get(key, "") for key in questions)])
    (folder / "responses.json").unlink()
    refused(data, published, 1, "families", "count twice")


def test_the_answers_of_another_form_are_recognised(data: Path, published: Path) -> None:
    shutil.copy(data / "forms" / "pulse" / "responses.json", data / "forms" / "families" / "responses.json")
    refused(data, published, 1, "families", "another form")


def test_a_form_that_lost_most_of_its_answers_waits_for_a_person(data: Path, published: Path) -> None:
    path = data / "forms" / "families" / "responses.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({"responses": content["responses"][:10]}), encoding="utf-8")
    refused(data, published, 1, "families", "--accept-shrink families")


def test_a_renamed_heading_keeps_what_the_column_had_and_says_so(data: Path, published: Path) -> None:
    path = data / "sheets" / "register.xlsx"
    book = openpyxl.load_workbook(path)
    book["Blueprint"]["E1"] = "Due date"
    book.save(path)
    before = files(published)
    ran = run("demo", "--data", data, "--home", published, "--as-of", "2022-07-31")
    assert ran.code == 0, ran.err
    assert "Column “Due” of field due_on: it is not there" in ran.out
    (notice,) = [line for line in run("status", "--home", published).out.splitlines() if "“Due”" in line]
    assert notice in ran.out
    (line,) = re.findall(r"sheets/blueprint\.yaml:(\d+)", notice)
    yaml = (PROJECT / "config" / "crescendo" / "sheets" / "blueprint.yaml").read_text(encoding="utf-8")
    assert yaml.splitlines()[int(line) - 1].strip() == "heading: Due"
    after = files(published)
    assert {name for name in before if before[name] != after[name]} <= {"data.xlsx"}
    assert len(list(openpyxl.load_workbook(published / "data.xlsx")["blueprint"].iter_rows())) == 21


def test_a_yaml_with_three_mistakes_reports_all_three(tmp_path: Path, published: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(PROJECT / "config" / "crescendo", config)
    path = config / "forms" / "pulse.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("type: likert5", "type: likert", 1).replace("one_per: fortnight", "one_pre: fortnight")
    path.write_text(text.replace("required: true", "required: perhaps", 1), encoding="utf-8")
    before = files(published)
    for command in (("check",), ("demo", "--home", published)):
        ran = run(*command, "--config", config)
        assert ran.code == 2
        places = [line for line in ran.err.splitlines() if "pulse.yaml:" in line]
        assert len(places) == 3, ran.err
        assert "likert5" in ran.err
        assert "one_per" in ran.err
    assert files(published) == before


def test_a_broken_workbook_of_ours_is_never_overwritten(data: Path, published: Path) -> None:
    (published / "data.xlsx").write_text("half a workbook", encoding="utf-8")
    refused(data, published, 1, "data.xlsx")
