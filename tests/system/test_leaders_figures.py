"""What is done about a figure that leaders have seen: explained, withdrawn, put right; and what stands meanwhile."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from config.loading.load import load_settings
from integration.errors import BusyError
from integration.wiring import build_service
from tests.system.commands import PROJECT, SAMPLE, run
from tests.truth.workbook import Book

if TYPE_CHECKING:
    from pathlib import Path

FIGURE = ("heard_positive", "--authority", "northbrook", "--period", "23")
REASON = ("--reason", "Answers of a test were among them.")
AS_OF = ("--as-of", "2022-07-31")


@pytest.fixture
def own_home(home: Path, tmp_path: Path) -> Path:
    return shutil.copytree(home, tmp_path / "home")


def explained(home: Path, *more: str) -> dict[str, Any]:
    ran = run("explain", *FIGURE, *more, "--json", "--home", home)
    assert ran.code == 0, ran.err
    figure: dict[str, Any] = json.loads(ran.out)
    return figure


def receive_late_answers(home: Path, folder: Path, count: int) -> None:
    """Bring so many late answers of people of Elm into the fortnight of July, and publish."""
    data = shutil.copytree(SAMPLE, folder / f"data-{count}")
    path = data / "forms" / "pulse" / "responses.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    elm = {"answers": [{"value": "Elm"}]}
    one = next(r for r in content["responses"] if r["answers"].get("c30399ec", {}).get("textAnswers", {}) == elm)
    for number in range(count):
        answers = {question: answer for question, answer in one["answers"].items() if question != "ffa0fbe4"}
        words = "Agree" if number % 2 else "Disagree"
        answers["755c7481"] = {"questionId": "755c7481", "textAnswers": {"answers": [{"value": words}]}}
        late = {"responseId": f"late-{number}", "createTime": f"2022-07-12T10:00:0{number}Z", "answers": answers}
        content["responses"].append(one | late | {"lastSubmittedTime": late["createTime"]})
    path.write_text(json.dumps(content), encoding="utf-8")
    assert run("run", "sync", "--data", data, "--home", home).code == 0
    assert run("run", "publish", "--data", data, "--home", home, *AS_OF).code == 0


def shown(home: Path) -> tuple[object, object, object]:
    """Return figure, number and out of as the leaders' workbook has them."""
    sheet = openpyxl.load_workbook(home / "summary-northbrook.xlsx")["Pulse"]
    own = next(
        row
        for row in sheet.iter_rows(values_only=True)
        if "11 to 24 July 2022" in str(row[0]) and "listened" in str(row[1]) and "all teams" in str(row[2])
    )
    return own[3], own[4], own[5]


def test_leaders_see_late_answers_when_they_are_those_of_six_people(own_home: Path, tmp_path: Path) -> None:
    before, summary = shown(own_home), (own_home / "summary-northbrook.xlsx").read_bytes()
    receive_late_answers(own_home, tmp_path, 2)
    assert (own_home / "summary-northbrook.xlsx").read_bytes() == summary
    now = explained(own_home, *AS_OF)
    assert now["leaders_see"] == "older"
    assert "held until the answers of 4 more people have changed" in now["why"]
    of_pack = explained(own_home, "--pack", "2022-07")
    assert (of_pack["numerator"], of_pack["n"]) == (now["numerator"] - 1, now["n"] - 2)
    assert len(of_pack["ids"]) == of_pack["n"]
    measures = Book(own_home / "data.xlsx").rows("measures")
    told = {row["leaders_see"] for row in measures if row["measure"] == FIGURE[0]}
    assert told == {"same", "older", "nothing"}
    receive_late_answers(own_home, tmp_path, 6)
    _, number, out_of = shown(own_home)
    assert (number, out_of) == (int(str(before[1])) + 3, int(str(before[2])) + 6)
    assert explained(own_home, *AS_OF)["leaders_see"] == "same"


def test_a_withdrawn_figure_is_a_w_in_workbook_and_pack(own_home: Path) -> None:
    ran = run("withdraw", *FIGURE, *REASON, "--home", own_home)
    assert ran.code == 0, ran.err
    assert "is withdrawn: leaders see [w] from the next publishing on" in ran.out
    assert run("run", "publish", "--home", own_home, *AS_OF).code == 0
    assert shown(own_home) == ("[w]", "[w]", "[w]")
    assert "[w] means withdrawn" in Book(own_home / "summary-northbrook.xlsx").text()
    assert run("pack", "build", "--authority", "northbrook", "--month", "2022-07", *AS_OF, "--home", own_home).code == 0
    pack = json.loads((own_home / "packs/2022-07/northbrook/pack.json").read_text(encoding="utf-8"))
    figure = next(each for each in pack["figures"] if each["key"] == "heard_positive:northbrook:fortnight:23")
    assert (figure["value"], figure["numerator"], figure["n"], figure["hidden"]) == (None, None, None, True)
    assert "[w] means withdrawn" in (own_home / "packs/2022-07/northbrook/pack.txt").read_text(encoding="utf-8")
    again = run("withdraw", *FIGURE, *REASON, "--home", own_home)
    assert (again.code, "there is nothing to withdraw" in again.err) == (2, True)
    assert "withdraw · heard_positive of northbrook for 23" in run("audit", "--home", own_home).out.replace("…", "")


def test_a_figure_is_put_right_by_a_person_who_has_read_what_that_gives_away(own_home: Path, tmp_path: Path) -> None:
    before = shown(own_home)
    same = run("put-right", *FIGURE, *REASON, "--home", own_home)
    assert (same.code, "there is nothing to put right" in same.err) == (2, True)
    receive_late_answers(own_home, tmp_path, 2)
    told = run("put-right", *FIGURE, *REASON, "--home", own_home)
    assert told.code == 0, told.err
    assert "It gives away what the answers of 2 people changed in it." in told.out
    assert "Nothing was done" in told.out
    done = run("put-right", *FIGURE, *REASON, "--confirm", "--home", own_home)
    assert "is shown as it is now from the next publishing on" in done.out
    assert run("run", "publish", "--home", own_home, *AS_OF).code == 0
    _, number, out_of = shown(own_home)
    assert (number, out_of) == (int(str(before[1])) + 1, int(str(before[2])) + 2)


def test_two_processes_never_publish_without_knowing_of_each_other(own_home: Path) -> None:
    service = build_service(settings=load_settings(PROJECT / "config/crescendo"), home=own_home, data=None, key="x")
    with closing(service):
        versions, read_to = service.store.published_figures.all()
        one = next(iter(versions.values()))[-1]
        service.store.published_figures.add([replace(one, period="99")], read_to=read_to)
        with pytest.raises(BusyError, match="published by another process"):
            service.store.published_figures.add([replace(one, period="98")], read_to=read_to)
