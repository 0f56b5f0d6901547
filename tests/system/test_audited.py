"""The auditor, which shares no code with the rules, reads what the demo published."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.disclosure.audit import audit, read_histories
from tests.disclosure.cells import State, read_programme
from tests.disclosure.truth import read_truth

if TYPE_CHECKING:
    from pathlib import Path

    from config.schema import Settings


def test_the_auditor_counts_as_the_project_team_does(home: Path, settings: Settings) -> None:
    """It works every measure of people out from the answers in data.xlsx, and finds what the tab `measures` says."""
    truths, doubts = read_truth(home, read_programme(settings), date(2022, 7, 31))
    assert doubts == []
    assert {key: len(truth.answers["pulse"]) > 200 for key, truth in truths.items()} == {
        "northbrook": True,
        "southmere": True,
    }


def test_every_figure_is_that_of_the_truth_and_nothing_hidden_is_known(home: Path, settings: Settings) -> None:
    histories, _ = read_histories([home], [read_programme(settings)])
    for history in histories:
        shown = [fact for fact in history.facts if fact.cell.state is State.SHOWN]
        assert len(shown) > 100
        assert not any(fact.is_stale for fact in shown)
        assert [str(finding) for finding in audit(history, explain=0).findings] == []
