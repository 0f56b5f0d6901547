from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import click
import pytest

from config.schema.jobs import JOB_NAMES
from jobs.cli.app import cli
from tests.system.commands import PROJECT, run
from tests.system.test_demo import files

if TYPE_CHECKING:
    from pathlib import Path


def every_command(group: click.Group, *before: str) -> list[tuple[str, ...]]:
    commands: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        commands += every_command(command, *before, name) if isinstance(command, click.Group) else [(*before, name)]
    return commands


def test_every_command_stands_in_the_documents() -> None:
    commands = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    for words in every_command(cli):
        assert " ".join(words) in commands


@pytest.mark.parametrize("words", every_command(cli))
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    ran = run(*words, "--help")
    assert ran.code == 0
    assert "--home" in ran.out


def test_the_counts_of_the_status_add_up(home: Path) -> None:
    report = json.loads(run("status", "--json", "--home", home).out)
    parts = {
        "alerts",
        "clock",
        "untold",
        "sources",
        "jobs",
        "packs",
        "attention",
        "attention_in",
        "damaged_receipts",
        "losses",
        "uncompared",
        "notices",
        "reworded",
        "unfinished_erasure",
        "reconciled",
        "webhooks",
    }
    assert set(report) == parts
    assert report["reworded"] == {"approved": [], "waiting": []}
    for counts in report["sources"].values():
        assert counts["received"] == counts["accepted"] + counts["refused"]
        assert counts["accepted"] == counts["counted"] + counts["superseded"]
    assert {pack["authority"] for pack in report["packs"]} == {"northbrook", "southmere"}
    assert (
        "needs attention" in run("status", "--home", home).out or "need attention" in run("status", "--home", home).out
    )


def test_explain_shows_the_rows_that_a_figure_rests_on(home: Path) -> None:
    words = ("explain", "ownership_positive", "--team", "elm", "--period", "1", "--as-of", "2022-07-31", "--home", home)
    report = json.loads(run(*words, "--json").out)
    assert (report["numerator"], report["denominator"], len(report["ids"])) == (3, 7, 7)
    assert report["definition"] in run(*words).out


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "ownership", "--team", "elm", "--period", "1"),
        ("explain", "ownership_positive", "--team", "sycamore", "--period", "1"),
        ("explain", "ownership_positive", "--period", "1"),
        ("explain", "ownership_positive", "--team", "elm", "--period", "99"),
        ("pack", "build", "--authority", "nowhere", "--month", "2022-07"),
        ("pack", "build", "--authority", "northbrook", "--month", "July"),
        ("pack", "show", "--authority", "northbrook", "--month", "2022-06"),
        ("run", "everything"),
        ("run", "publish", "--as-of", "2020-01-01"),
        ("run", "publish", "--authority", "nowhere"),
        ("pack", "show", "--authority", "nowhere", "--month", "2022-07"),
        ("pack", "build", "--authority", "northbrook", "--month", "2020-01"),
        ("run", "sync"),
        ("demo", "--as-of", "31/07/2022"),
        ("explain",),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_what_to_do(words: tuple[str, ...], home: Path) -> None:
    ran = run(*words, "--home", home)
    assert ran.code == 2, ran.err
    assert ran.err.strip()
    assert "Traceback" not in ran.err


def test_without_a_key_every_command_that_needs_one_says_what_to_set(tmp_path: Path) -> None:
    ran = run("run", "sync", "--home", tmp_path)
    assert ran.code == 2
    assert "PSEUDONYM_KEY" in ran.err


def test_looking_into_an_empty_folder_makes_nothing(tmp_path: Path) -> None:
    for words in (("status",), ("explain", "ownership_positive", "--team", "elm", "--period", "1")):
        ran = run(*words, "--home", tmp_path / "typo")
        assert ran.code == 2
        assert "nothing in" in ran.err
    for looking in (("list",), ("pack", "list")):
        assert run(*looking, "--home", tmp_path / "typo").code == 0
    assert not (tmp_path / "typo").exists()


def test_an_empty_store_never_replaces_good_tabs(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "home")
    for lost in (tmp_path / "home").glob("crescendo.db*"):
        lost.unlink()
    before = files(tmp_path / "home")
    ran = run("run", "publish", "--home", tmp_path / "home")
    assert ran.code == 2
    assert "crescendo.db is missing" in ran.err
    assert run("new-store", "--home", tmp_path / "home").code == 0
    ran = run("run", "publish", "--home", tmp_path / "home")
    assert ran.code == 2
    assert "run sync first" in ran.err
    assert files(tmp_path / "home") == before


def test_global_options_stand_before_or_after_the_command(home: Path) -> None:
    assert run("--home", home, "status").out == run("status", "--home", home).out
    assert run("status", environment={"CRESCENDO_HOME": str(home)}).out == run("status", "--home", home).out


def test_a_dry_run_writes_nothing(home: Path) -> None:
    before = files(home), (home / "crescendo.db").read_bytes()
    for words in (("publish", "--as-of", "2022-05-31"), ("pack", "--month", "2022-05", "--as-of", "2022-06-01")):
        ran = run("run", *words, "--dry-run", "--home", home)
        assert ran.code == 0, ran.err
        assert "nothing was written" in ran.out
    assert (files(home), (home / "crescendo.db").read_bytes()) == before


def test_the_list_says_when_each_job_runs(home: Path) -> None:
    report = json.loads(run("list", "--json", "--home", home).out)
    assert [job["job"] for job in report] == list(JOB_NAMES)
    assert all(job["schedule"] and job["about"] and job["next_run"] for job in report)
    assert [job["missed"] for job in report if job["job"] == "pack"] == ["each"]
    words = run("list", "--home", home).out
    assert "pack          monthly on the second working day at 07:00; last " in words
    assert "Each run that was missed is made good." in words


def test_no_answer_stands_in_what_is_printed(home: Path) -> None:
    words = [run(*command, "--home", home) for command in (("status",), ("list",), ("pack", "list"))]
    assert not re.search(r"TO12|Jayden|SW1A", "".join(ran.out + ran.err for ran in words))
