"""A home in which the release before has published: what leaders saw stands, though that release kept nothing of it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.system.commands import PROJECT, SAMPLE, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.system.commands import Ran

AS_OF, MONTH = "2022-07-31", "2022-07"
PERIOD = "Fortnight 17, 18 April to 1 May 2022"
"""Long seen by every leader; in Birch five people have not answered."""
LATE_AT = "2022-04-20T09:{:02}:00Z"
LATE = ("Agree", "Disagree", "Agree", "Disagree")
EDITED = "T23:59:00Z"
TEAM, OWNED = "c30399ec", "bab360e2"
"""The ids of two questions of the pulse."""
OWNERSHIP = "Social workers who feel ownership of the changes"
KEY = "ownership_positive:southmere:fortnight:17"
MODULE = "integration.operations.earlier_publications"

Row = tuple[Any, ...]


def answer_of(response: dict[str, Any]) -> dict[str, str]:
    """Return the answer to whether a person feels ownership."""
    answer: dict[str, str] = response["answers"][OWNED]["textAnswers"]["answers"][0]
    return answer


def is_agreeing(response: dict[str, Any]) -> bool:
    return answer_of(response)["value"] in {"Agree", "Strongly agree"}


@dataclass(frozen=True, slots=True)
class Upgraded:
    """A home folder that the release before has left, with the folder that it read and a copy of its YAML.

    `told_of` are the ids of the answers that one figure rested on.
    """

    home: Path
    data: Path
    config: Path
    told_of: frozenset[str]

    def run(self, *words: str, code: int = 0) -> Ran:
        ran = run(*words, "--home", self.home, "--data", self.data, "--config", self.config)
        assert ran.code == code, ran.err
        assert "Traceback" not in ran.err
        return ran

    def publish(self) -> str:
        """Read and publish; return what publish said."""
        self.run("run", "sync")
        return self.run("run", "publish", "--as-of", AS_OF).out

    def build_packs(self) -> str:
        return self.run("pack", "build", "--authority", "southmere", "--month", MONTH, "--as-of", AS_OF).out

    def answer_late(self, *numbers: int) -> None:
        """Let more people of Birch have answered the pulse in April, unknown until now: four in all."""

        def add(responses: list[dict[str, Any]]) -> None:
            for number in numbers:
                said, at = {TEAM: "Birch", "ffa0fbe4": f"ZQ{number:02}", OWNED: LATE[number]}, LATE_AT.format(number)
                answers = {
                    key: {"questionId": key, "textAnswers": {"answers": [{"value": v}]}} for key, v in said.items()
                }
                times = {"createTime": at, "lastSubmittedTime": at}
                responses.append({"responseId": f"late-{number}", **times, "answers": answers})

        self._change_responses(add)

    def change_minds(self, *numbers: int) -> None:
        """Let people who had answered say something else the same day: by turns that they do not agree, and do."""

        def change(responses: list[dict[str, Any]]) -> None:
            own = [each for each in responses if each["responseId"] in self.told_of]
            for number in numbers:
                said, of_now = (
                    ("Disagree", "Agree")[number % 2],
                    [e for e in own if EDITED not in e["lastSubmittedTime"]],
                )
                each = next(each for each in of_now if is_agreeing(each) is (said == "Disagree"))
                answer_of(each)["value"] = said
                each["lastSubmittedTime"] = each["lastSubmittedTime"][:10] + EDITED

        self._change_responses(change)

    def _change_responses(self, change: Callable[[list[dict[str, Any]]], None]) -> None:
        path = self.data / "forms" / "pulse" / "responses.json"
        listed = json.loads(path.read_text(encoding="utf-8"))
        change(listed["responses"])
        path.write_text(json.dumps(listed), encoding="utf-8")

    def summary(self, authority: str = "southmere") -> dict[tuple[Any, ...], Row]:
        """Return the figures of a summary by their sheet and their words."""
        workbook = openpyxl.load_workbook(self.home / f"summary-{authority}.xlsx")
        return {
            (sheet.title, *row[:3]): row[3:]
            for sheet in workbook
            if sheet.title not in {"Cover", "Contents", "Notes"}
            for row in sheet.iter_rows(values_only=True)
            if len(row) > 4 and row[3] is not None
        }

    def figure(self, who: str = "Southmere, all teams") -> Row:
        """Return how leaders see one figure that everybody has long seen."""
        return self.summary()["Pulse", PERIOD, OWNERSHIP, who]

    def pack(self, authority: str = "southmere") -> dict[str, Any]:
        path = self.home / "packs" / MONTH / authority / "pack.json"
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def figure_of_pack(self) -> tuple[float, int, int]:
        """Return the same figure as the pack has it: its value, numerator and denominator."""
        figure = next(each for each in self.pack()["figures"] if each["key"] == KEY)
        return figure["value"], figure["numerator"], figure["denominator"]

    def execute(self, sql: str, *values: object) -> list[Row]:
        with closing(sqlite3.connect(self.home / "crescendo.db")) as store, store:
            return store.execute(sql, values).fetchall()

    def change_packs(self, change: Any) -> None:
        """Let the stored records of packs be others."""
        for authority, version, body in self.execute("SELECT authority, version, body FROM packs"):
            record = json.loads(body)
            change(record)
            sql = "UPDATE packs SET body = ? WHERE authority = ? AND version = ?"
            self.execute(sql, json.dumps(record), authority, version)

    def change_summary(self, change: Any, authority: str = "southmere") -> None:
        """Let somebody change an authority's summary by hand."""
        path = self.home / f"summary-{authority}.xlsx"
        workbook = openpyxl.load_workbook(path)
        change(workbook)
        workbook.save(path)

    def rewrite(self, file: str, old: str, new: str) -> None:
        """Write other words into a file of YAML."""
        text = (self.config / file).read_text(encoding="utf-8")
        assert old in text
        (self.config / file).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def upgraded(home: Path, tmp_path: Path) -> Upgraded:
    """Return the demo's home as the release before leaves it: with packs and summaries, and nothing kept of them."""
    config, data = tmp_path / "config", tmp_path / "data"
    made = Upgraded(
        shutil.copytree(home, tmp_path / "home"),
        shutil.copytree(SAMPLE, data),
        shutil.copytree(PROJECT / "config" / "crescendo", config),
        told_of=frozenset(),
    )
    made.execute("DELETE FROM published_figures")
    made.execute("DELETE FROM memories WHERE name = 'publications'")
    figures = [each for (body,) in made.execute("SELECT body FROM packs") for each in json.loads(body)["figures"]]
    told_of = frozenset(row_id for each in figures if each["key"] == KEY for row_id in each["ids"])
    assert told_of, "the stored record has the ids, as it had then"
    return replace(made, told_of=told_of)


def test_nothing_changes_for_leaders_where_nothing_has_changed(upgraded: Upgraded) -> None:
    before = upgraded.summary(), upgraded.summary("northbrook"), upgraded.pack()
    said = upgraded.publish() + upgraded.build_packs()
    assert (upgraded.summary(), upgraded.summary("northbrook"), upgraded.pack()) == before
    assert "Leaders saw" not in said
    assert "not known" not in said
    ((count,),) = upgraded.execute("SELECT count(*) FROM published_figures")
    assert count > len({key for key in before[0] if key[0] == "Pulse"})


@pytest.mark.parametrize("first", ["publish", pytest.param("pack", marks=pytest.mark.long)])
def test_a_late_answer_changes_nothing_before_six_have_come(upgraded: Upgraded, first: str) -> None:
    """The first one comes before anything was taken in: by the ids of the pack it counts all the same."""
    stood, summary, pack = upgraded.figure(), upgraded.summary(), upgraded.pack()
    for number in range(2):
        upgraded.answer_late(number)
        if first == "pack":
            upgraded.run("run", "sync")
            upgraded.build_packs()
        upgraded.publish()
        upgraded.build_packs()
        assert upgraded.summary() == summary
        assert upgraded.pack() == pack
    upgraded.answer_late(2, 3)
    upgraded.change_minds(0)
    upgraded.publish()
    assert upgraded.figure() == stood
    upgraded.change_minds(1)
    upgraded.publish()
    upgraded.build_packs()
    share, number, out_of = upgraded.figure()[:3]
    assert (number, out_of) == (stood[1] + 2, stood[2] + 4)
    assert share == pytest.approx(number / out_of, abs=0.005)
    assert upgraded.pack()["version"] == pack["version"] + 1
    assert upgraded.figure_of_pack()[1:] == (number, out_of)


def without_packs(upgraded: Upgraded) -> None:
    upgraded.execute("DELETE FROM deliveries")
    upgraded.execute("DELETE FROM packs")


@pytest.mark.long
def test_of_a_summary_alone_only_answers_from_now_on_count(upgraded: Upgraded) -> None:
    """One answer comes before anything was taken in: it is known that the numbers are others, and not whose did it."""
    without_packs(upgraded)
    stood = upgraded.figure()
    upgraded.answer_late(0)
    upgraded.publish()
    assert upgraded.figure() == stood
    upgraded.answer_late(1, 2, 3)
    upgraded.change_minds(0, 1)
    upgraded.publish()
    assert upgraded.figure() == stood, "five from now on are too few, whoever came before"
    upgraded.change_minds(2, 3)
    upgraded.publish()
    assert upgraded.figure()[1:3] == (stood[1] + 2, stood[2] + 4)


def test_what_was_hidden_stays_hidden(upgraded: Upgraded) -> None:
    without_packs(upgraded)
    hidden = {key: row for key, row in upgraded.summary().items() if row[0] == "[c]"}
    assert hidden
    upgraded.answer_late(0, 1, 2)  # with these there are as many people of Birch as a group needs
    upgraded.publish()
    assert upgraded.figure("Birch")[0] == "[c]"
    after = upgraded.summary()
    assert {key: after[key] for key in hidden} == hidden


@pytest.mark.long
def test_a_summary_that_is_gone_is_said_and_the_pack_stands(upgraded: Upgraded) -> None:
    stood, others = upgraded.figure(), upgraded.summary("northbrook")
    (upgraded.home / "summary-southmere.xlsx").unlink()
    upgraded.answer_late(0)
    assert "what leaders saw in summary-southmere.xlsx, which is missing" in upgraded.publish()
    assert upgraded.figure() == stood
    assert upgraded.summary("northbrook") == others
    assert "what leaders saw in summary-southmere.xlsx, which is missing" in upgraded.run("status").out
    upgraded.answer_late(1)
    assert "summary-southmere" not in upgraded.publish().partition("publish:")[0], "it is said once"


def test_a_damaged_pack_is_said_and_the_summary_stands(upgraded: Upgraded) -> None:
    stood = upgraded.figure()
    upgraded.execute("UPDATE packs SET body = '{}' WHERE authority = 'southmere'")
    upgraded.answer_late(0)
    assert (
        "what leaders saw in version 1 of the pack of southmere for 2022-07, which is missing or cannot be read"
        in upgraded.publish()
    )
    assert upgraded.figure() == stood


def test_a_row_changed_by_hand_is_named_and_the_rest_taken_in(upgraded: Upgraded) -> None:
    without_packs(upgraded)
    stood = upgraded.summary()

    def change(workbook: Any) -> None:
        for row in workbook["Pulse"].iter_rows():
            if row[0].value == PERIOD and row[1].value == OWNERSHIP and row[2].value == "Southmere, all teams":
                row[3].value = 0.99

    upgraded.change_summary(change)
    upgraded.answer_late(0)
    said = upgraded.publish()
    assert f"“{OWNERSHIP}”, “Southmere, all teams”, “{PERIOD}”. Of these" in said
    after = upgraded.summary()
    assert {key for key in after if after[key] != stood[key]} <= {
        key for key in after if key[1] == PERIOD and key[2] == OWNERSHIP
    }


@pytest.mark.long
def test_a_measure_and_a_team_that_the_yaml_has_no_more_are_named(upgraded: Upgraded) -> None:
    stood = upgraded.figure()

    def rename(record: dict[str, Any]) -> None:
        for figure in record["figures"]:
            if figure["measure"] == "heard_positive":
                figure["measure"] = "felt_positive"
            if figure["team"] == "birch":
                figure["team"] = "yew"

    upgraded.change_packs(rename)
    upgraded.answer_late(0)
    said = upgraded.publish()
    assert "Leaders saw in version 1 of the pack of southmere for 2022-07 what cannot be read back" in said
    assert "the measure “felt_positive” (" in said
    assert "the group “yew” (" in said
    assert "changes_implemented" not in said
    assert upgraded.figure() == stood


@pytest.mark.long
def test_each_version_of_a_pack_is_taken_in_with_the_rows_that_it_rested_on(upgraded: Upgraded) -> None:
    """Two rows of the first version had gone by the second one: they count as two people whose answers have changed."""
    (upgraded.home / "summary-southmere.xlsx").unlink()
    ((second,),) = upgraded.execute("SELECT body FROM packs WHERE authority = 'southmere'")
    record = json.loads(second)
    figure = next(each for each in record["figures"] if each["key"] == KEY)
    n = figure["n"]
    figure["ids"] += ["gone-1", "gone-2"]
    figure |= {"n": n + 2, "denominator": n + 2, "numerator": figure["numerator"] + 2}
    upgraded.execute("UPDATE packs SET body = ? WHERE authority = 'southmere'", json.dumps(record))
    upgraded.execute(
        "INSERT INTO packs SELECT authority, month, 2, 'another', '2999-01-01T00:00:00.000000Z', ? FROM packs "
        "WHERE authority = 'southmere'",
        second,
    )
    upgraded.publish()
    kept = upgraded.execute(
        "SELECT json_extract(numbers, '$[0]'), length(answers) / 8, hex(substr(persons, 1, 8)) FROM published_figures "
        "WHERE authority = 'southmere' AND measure = 'ownership_positive' AND team = '' AND period = '17' "
        "ORDER BY seq"
    )
    unknown = "00" * 8
    assert [row[:2] for row in kept] == [(n + 2, n + 3), (n, n)]
    assert [row[2] == unknown for row in kept] == [True, False], "that answers had changed is known, and not whose"


@pytest.mark.long
def test_numbers_that_leaders_saw_stand_though_the_same_rows_say_something_else_now(upgraded: Upgraded) -> None:
    """An answer was edited since the pack went out, and nothing had published it."""
    (upgraded.home / "summary-southmere.xlsx").unlink()
    share, number, out_of = upgraded.figure_of_pack()

    def edit(record: dict[str, Any]) -> None:
        for figure in record["figures"]:
            if figure["key"] == KEY:
                figure |= {"numerator": number - 1, "value": round((number - 1) / out_of, 2)}

    upgraded.change_packs(edit)
    upgraded.publish()
    assert upgraded.figure()[1:3] == (number - 1, out_of)
    assert upgraded.figure()[0] < share
    _, told = upgraded.run("explain", "ownership_positive", "--authority", "southmere", "--period", "17").out.split(
        "leaders see", 1
    )
    assert "held until the answers of 6 more people have changed" in told


@pytest.mark.long
def test_in_ordinary_use_nothing_of_it_is_loaded(
    home: Path, upgraded: Upgraded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    upgraded.publish()  # once it is
    monkeypatch.setitem(sys.modules, MODULE, None)
    fresh = Upgraded(shutil.copytree(home, tmp_path / "fresh"), upgraded.data, upgraded.config, upgraded.told_of)
    for each in (upgraded, fresh):
        each.answer_late(0)
        assert "needs attention" in each.publish() or "need attention" in each.publish()
        assert "version" in each.build_packs()


@pytest.mark.long
@pytest.mark.parametrize("command", ["withdraw", "put-right"])
def test_a_figure_can_be_withdrawn_or_put_right_before_anything_is_published_anew(
    upgraded: Upgraded, command: str
) -> None:
    stood = upgraded.figure()
    others = {key: row for key, row in upgraded.summary().items() if key[1] != PERIOD}
    upgraded.answer_late(0)
    upgraded.run("run", "sync")
    named = ("ownership_positive", "--authority", "southmere", "--period", "17", "--reason", "A form was lost.")
    upgraded.run(command, *named, *(["--confirm"] if command == "put-right" else []))
    ((count,),) = upgraded.execute("SELECT count(*) FROM published_figures")
    assert count > 100, "what stood is kept with it"
    upgraded.publish()
    assert upgraded.figure()[:3] == (("[w]",) * 3 if command == "withdraw" else (0.58, stood[1] + 1, stood[2] + 1))
    after = upgraded.summary()
    assert {key: after[key] for key in others} == others
