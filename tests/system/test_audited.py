"""The auditor, which shares no code with the rules, reads what the demo published."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.disclosure.__main__ import main
from tests.disclosure.audit import Report, audit, read_histories
from tests.disclosure.cells import State, read_programme
from tests.disclosure.intruder import Kind
from tests.disclosure.truth import read_truth

if TYPE_CHECKING:
    from pathlib import Path

    from config.schema import Settings

KNOWN = (Kind.COUNT_KNOWN, Kind.NUMERATOR_KNOWN, Kind.UNANIMOUS, Kind.BAND_END, Kind.REMAINDER, Kind.DIFFERENCE)


@pytest.fixture(scope="module")
def reports(home: Path, settings: Settings) -> list[Report]:
    histories, _ = read_histories([home], [read_programme(settings)])
    return [audit(history, explain=0) for history in histories]


def test_the_auditor_counts_as_the_project_team_does(home: Path, settings: Settings) -> None:
    """It works every measure of people out from the answers in data.xlsx, and finds what the tab `measures` says."""
    truths, doubts = read_truth(home, read_programme(settings), date(2022, 7, 31))
    assert doubts == []
    assert {key: len(truth.answers["pulse"]) > 200 for key, truth in truths.items()} == {
        "northbrook": True,
        "southmere": True,
    }


def test_every_figure_is_that_of_the_truth(reports: list[Report]) -> None:
    for report in reports:
        shown = [fact for fact in report.history.facts if fact.cell.state is State.SHOWN]
        assert len(shown) > 100
        assert not any(fact.is_stale for fact in shown)


def test_nothing_hidden_can_be_known_from_one_publication(reports: list[Report]) -> None:
    for report in reports:
        assert [str(finding) for finding in report.findings if finding.kind in KNOWN] == []


def test_a_person_can_run_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(home), "--brief"])
    told = capsys.readouterr().out
    assert "northbrook: 1 publications" in told
    assert "southmere: 1 publications" in told
    assert told.count("needlessly hidden: ") == 2
