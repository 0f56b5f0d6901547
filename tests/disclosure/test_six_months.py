"""Leaders with six months of workbooks and packs, and what came between, know nothing that is hidden from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.loading.load import load_settings
from tests.disclosure.__main__ import main
from tests.disclosure.audit import Report, audit, read_histories
from tests.disclosure.cells import read_programme
from tests.disclosure.needless import find_needless
from tests.disclosure.programmes import PROGRAMMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.disclosure.months import Played

MOST_NEEDLESS = 0.05
ODD = "four_teams"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Audit one odd programme, of which much is hidden; all of them where more are played."""
    wanted = int(metafunc.config.getoption("--played-programmes"))
    metafunc.parametrize("name", [ODD] if wanted == 1 else sorted(PROGRAMMES), scope="module")


@pytest.fixture
def reports(name: str, play: Callable[[str], Played]) -> list[Report]:
    """Return what the auditor says of each authority of the programme."""
    folders = [publication.folder for publication in play(name).publications]
    programmes = [read_programme(load_settings(folder / "config")) for folder in folders]
    histories, doubts = read_histories(folders, programmes)
    assert doubts == [], "the auditor counts as data.xlsx does"
    return [audit(history, explain=3) for history in histories]


def test_nothing_hidden_is_known_and_little_is_hidden_needlessly(
    reports: list[Report], request: pytest.FixtureRequest
) -> None:
    """What is needless takes half a minute to show: that is tried where every programme is played."""
    for report in reports:
        assert len(report.history.publications) > 6
        assert [str(finding) for finding in report.findings] == []
        if int(request.config.getoption("--played-programmes")) > 1:
            thrift = find_needless(report.history)
            assert len(thrift.needless) <= MOST_NEEDLESS * sum(thrift.hidden.values())


def test_a_person_can_run_it(name: str, play: Callable[[str], Played], capsys: pytest.CaptureFixture[str]) -> None:
    first = play(name).publications[0].folder
    assert main([str(first), "--brief"]) == 0
    told = capsys.readouterr().out
    assert ": 2 publications" in told
    assert "needlessly hidden: " in told
