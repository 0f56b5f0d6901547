"""Six months are played: every change really takes place, nothing else does, and the same seed plays the same."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.disclosure.changes import ChangeKind
from tests.disclosure.configuration import read_windows
from tests.disclosure.months import main, play_months
from tests.disclosure.programmes import PROGRAMMES, write_programme
from tests.disclosure.respondents import CHANGING_FIELD
from tests.truth.workbook import Book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.disclosure.changes import Change
    from tests.disclosure.months import Played, Publication

Row = dict[str, Any]
Tabs = dict[str, dict[str, Row]]

FIRST = "four_teams"
PRIVATE = {"data.xlsx", "config"}
"""What lies in the folder of a publication, and leaders do not have."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play as many programmes as the option says, first the one that is audited as well."""
    if "name" in metafunc.fixturenames:
        names = sorted(PROGRAMMES, key=lambda name: name != FIRST)
        wanted = int(metafunc.config.getoption("--played-programmes"))
        metafunc.parametrize("name", names[:wanted], scope="module")


@pytest.fixture(scope="module")
def played(name: str, play: Callable[[str], Played]) -> Played:
    return play(name)


@pytest.fixture(scope="module")
def tabs(played: Played) -> list[Tabs]:
    """Return the rows of people's answers in data.xlsx by their ids, after each publication."""
    return [read_tabs(publication) for publication in played.publications]


def read_tabs(publication: Publication) -> Tabs:
    book = Book(publication.folder / "data.xlsx")
    return {form: {row["response_id"]: row for row in book.rows(form)} for form in CHANGING_FIELD}


def cell(tabs: Tabs, change: Change) -> str:
    value = tabs[change.form].get(change.response_id, {}).get(change.field)
    return "" if value is None else f"{value:g}" if isinstance(value, float | int) else str(value)


def around(played: Played, change: Change) -> tuple[int, int]:
    """Return the places of the publications just before and just after a change."""
    before = next(
        place for place, each in enumerate(played.publications)
        if each.number == change.after_publication and not each.after_erasure
    )  # fmt: skip
    after = before + 1
    if change.kind is not ChangeKind.ERASED and played.publications[after].after_erasure:
        after += 1
    return before, after


def test_there_are_six_months_and_what_an_erasure_published(played: Played) -> None:
    publications = played.publications
    assert [each.month for each in publications if not each.after_erasure] == list(played.programme.months)
    assert sum(each.after_erasure for each in publications) == 1
    assert [each.on for each in publications] == sorted(each.on for each in publications)
    assert [each.folder.name for each in publications] == sorted(each.folder.name for each in publications)


def test_each_publication_has_all_that_leaders_have(played: Played) -> None:
    for publication in played.publications:
        facts = yaml.safe_load((publication.folder / "config" / "programme.yaml").read_text(encoding="utf-8"))
        names = {path.name for path in publication.folder.iterdir()}
        assert names == {*PRIVATE, "packs", *(f"summary-{key}.xlsx" for key in facts["authorities"])}
        for key in facts["authorities"]:
            folder = publication.folder / "packs" / publication.month / key
            assert {"pack.html", "pack.json", "pack.pdf", "pack.txt"} <= {path.name for path in folder.iterdir()}


def test_every_kind_of_change_took_place(played: Played, tabs: list[Tabs]) -> None:
    assert {change.kind for change in played.changes} == set(ChangeKind)
    for change in played.changes:
        before, after = around(played, change)
        assert cell(tabs[before], change) == change.before, change
        assert cell(tabs[after], change) == change.after, change
        assert change.before != change.after


def test_nothing_else_changed(played: Played, tabs: list[Tabs]) -> None:
    """Between two publications only answers of the time since are new, beside the changes that are listed."""
    listed = {(change.form, change.response_id) for change in played.changes}
    for place, (earlier, later) in enumerate(pairwise(tabs)):
        read_on = max(each.on for each in played.publications[: place + 1] if not each.after_erasure).isoformat()
        for form, rows in earlier.items():
            gone = {key for key, row in rows.items() if row != later[form].get(key)}
            late = {key for key, row in later[form].items() if key not in rows and row["submitted_at"] < read_on}
            assert {(form, key) for key in gone | late} <= listed


def test_old_answers_change_of_periods_that_were_shown(played: Played) -> None:
    for change in played.changes:
        assert change.happened_on > played.publications[around(played, change)[0]].on
        assert change.person
        assert change.period


def test_six_answers_of_one_fortnight_and_authority_are_late_at_once(played: Played) -> None:
    late = Counter(
        (change.after_publication, change.authority, change.period)
        for change in played.changes
        if change.kind is ChangeKind.LATE
    )
    assert sorted(late.values()) == [1, 1, 6]


def test_a_survey_round_moved_by_some_days(played: Played) -> None:
    before, after = (read_windows(played.publications[place].folder / "config") for place in (0, -1))
    (moved,) = (key for key in before if before[key] != after[key])
    shift = after[moved][0] - before[moved][0]
    assert after[moved][1] - before[moved][1] == shift
    assert timedelta(days=1) <= abs(shift) <= timedelta(days=4)


@pytest.mark.long
def test_the_same_seed_plays_the_same(played: Played, tmp_path: Path) -> None:
    """Bytes for bytes; the first publication is enough to see it."""
    programme = write_programme(played.programme.name, tmp_path / "programme")
    again = play_months(programme, tmp_path / "again", until=1)
    assert again.changes == played.changes
    assert len(again.publications) == 1
    for one, other in zip(again.publications, played.publications, strict=False):
        assert files_of(one.folder) == files_of(other.folder)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_person_can_play_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["four_teams", str(tmp_path), "--until", "0"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert len(told) > 12
    assert all(line.startswith("Change(kind=") for line in told)


def test_another_seed_changes_other_answers(tmp_path: Path) -> None:
    programme = write_programme("four_teams", tmp_path)
    one, other = (play_months(programme, tmp_path / str(seed), seed=seed, until=0).changes for seed in (1, 2))
    assert {change.response_id for change in one} != {change.response_id for change in other}
