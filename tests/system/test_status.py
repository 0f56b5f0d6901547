"""Reworded questions in the status: what waits for the YAML, and what it approves of."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from config.loading.load import load_settings
from integration.adapters.clock import FixedClock
from integration.operations.monitoring.status import describe_status, status
from integration.operations.sync import sync
from integration.wiring import build_service
from tests.system.commands import PROJECT, SAMPLE

if TYPE_CHECKING:
    from pathlib import Path

OLD, NEW = "I feel ownership of the changes we are making", "I own the changes that we make"
MARCH = datetime(2022, 3, 3, 10, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Team:
    """The project team, with their YAML and forms that nobody has answered yet."""

    folder: Path
    at: datetime = MARCH

    def rewrite(self, file: str, old: str, new: str) -> None:
        """Write other words into a file."""
        text = (self.folder / file).read_text(encoding="utf-8")
        assert old in text
        (self.folder / file).write_text(text.replace(old, new), encoding="utf-8")

    def read(self) -> tuple[dict[str, Any], list[str]]:
        """Read the forms; return what the status says of rewordings, and all of its lines."""
        service = build_service(
            settings=load_settings(self.folder / "config"),
            home=self.folder,
            data=self.folder,
            key="k" * 16,
            clock=FixedClock(self.at),
        )
        try:
            sync(service, on_step=lambda _: None)
            report = status(service)
        finally:
            service.close()
        return report["reworded"], describe_status(report).splitlines()


@pytest.fixture
def team(tmp_path: Path) -> Team:
    """Return the project team with the shipped YAML, after a first sync."""
    shutil.copytree(PROJECT / "config" / "crescendo", tmp_path / "config")
    for form in (SAMPLE / "forms").iterdir():
        (tmp_path / "forms" / form.name).mkdir(parents=True)
        shutil.copy(form / "form.json", tmp_path / "forms" / form.name)
        (tmp_path / "forms" / form.name / "responses.json").write_text("{}", encoding="utf-8")
    made = Team(tmp_path)
    assert made.read()[0] == {"approved": [], "waiting": []}
    return made


def approve(team: Team, same: str) -> None:
    entry = f"reworded: [{{on: 2022-03-01, by: Ana Reis, was: {OLD}, same: {same}}}]"
    team.rewrite("config/forms/pulse.yaml", f"question: {OLD}", f"question: {NEW}\n    {entry}")


def test_a_reworded_question_waits_until_the_yaml_says_what_it_means(team: Team) -> None:
    team.rewrite("forms/pulse/form.json", OLD, NEW)
    report, lines = team.read()
    assert report["waiting"] == [{"source": "pulse", "field": "ownership", "on": "2022-03-03", "was": OLD, "now": NEW}]
    (line,) = [line for line in lines if line.startswith("pulse, ownership: ")]
    assert f"“{OLD}” became “{NEW}”, first seen on 3 March 2022" in line
    assert replace(team, at=MARCH + timedelta(days=9)).read()[0] == report
    approve(team, same="no")
    assert team.read()[0]["waiting"] == []


@pytest.mark.parametrize(("same", "means"), [("no", "a new series begins"), ("yes", "the series goes on")])
def test_an_approved_change_is_shown_with_its_person_and_what_it_means(team: Team, same: str, means: str) -> None:
    team.rewrite("forms/pulse/form.json", OLD, NEW)
    approve(team, same)
    report, lines = team.read()
    (change,) = report["approved"]
    assert (change["field"], change["on"], change["by"], change["same"]) == (
        "ownership", "2022-03-01", "Ana Reis", same == "yes",
    )  # fmt: skip
    (line,) = [line for line in lines if line.startswith("pulse, ownership: ")]
    assert line.endswith(f"{means}; approved by Ana Reis.")
    assert "1 March 2022" in line
    assert json.loads(json.dumps(report)) == report


def test_where_nothing_was_reworded_the_status_does_not_mention_it(team: Team) -> None:
    assert "became" not in "".join(team.read()[1])
