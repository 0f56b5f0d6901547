import io
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

import openpyxl
import pandas as pd
import pytest

from integration.adapters.home import HomeFiles
from integration.adapters.workbooks.data_workbook import write_workbook
from integration.adapters.workbooks.local_publisher import LocalPublisher
from integration.errors import BeingSavedError, BusyError, SourceError, StoreError
from integration.model import Column, ColumnType, Tab
from integration.publish import build_summary
from tests.system.saving.person import STYLES
from tests.unit.integration.publish.cast import figure, make_leaders_view, make_settings

COLUMNS = ("source", "key", "field", "found", "correction")


def attention(*corrections: Any) -> Tab:
    rows = [("pulse", f"r{number}", "hours", "ten or so", typed) for number, typed in enumerate(corrections)]
    columns = tuple(Column(name, ColumnType.TEXT) for name in COLUMNS)
    return Tab("needs_attention", columns, pd.DataFrame(rows, columns=list(COLUMNS), dtype=object))


def publisher(home: Path) -> LocalPublisher:
    return LocalPublisher(files=HomeFiles(home), home=home)


def names_in(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir())


def type_in(home: Path, **cells: Any) -> None:
    """Type into cells of needs_attention as a person does, and save."""
    book = openpyxl.load_workbook(home / "data.xlsx")
    for place, value in cells.items():
        book["needs_attention"][place] = value
    book.save(home / "data.xlsx")


def test_before_the_first_writing_there_are_no_corrections(tmp_path: Path) -> None:
    assert publisher(tmp_path).read_corrections() == []


def test_what_was_typed_is_read_and_blank_cells_are_not(tmp_path: Path) -> None:
    publisher(tmp_path).write_tabs([attention(None, None, None)])
    type_in(tmp_path, E2="12", E4="  ")
    assert publisher(tmp_path).read_corrections() == [("pulse", "r0", "hours", "12")]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (12, "12"),
        (12.5, "12.5"),
        (datetime(2022, 3, 4), "2022-03-04"),  # noqa: DTZ001  # a cell of a spreadsheet knows no zone
        ("3/4/2022", "3/4/2022"),
        ("=1+1 is two", "=1+1 is two"),
        (" Elm ", "Elm"),
        ("007", "007"),
    ],
)
def test_a_correction_is_what_the_person_sees_in_the_cell(tmp_path: Path, typed: Any, value: str) -> None:
    publisher(tmp_path).write_tabs([attention(None)])
    book = openpyxl.load_workbook(tmp_path / "data.xlsx")
    cell = book["needs_attention"]["E2"]
    cell.value = typed
    if isinstance(typed, str):
        cell.data_type = "s"
    if isinstance(typed, datetime):
        cell.number_format = "dd/mm/yyyy"
    book.save(tmp_path / "data.xlsx")
    assert publisher(tmp_path).read_corrections() == [("pulse", "r0", "hours", value)]


def test_rows_and_columns_may_be_moved(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("measures")
    moved = book.create_sheet("Needs_Attention ")
    for row in (
        ["Correction", "my remarks", "Field", "key", "SOURCE"],
        [None, "asked Sam", "hours", "r7", "pulse"],
        [],
        ["Oak", None, "team", "r9", "pulse"],
        ["a value of no row", None, None, None, None],
    ):
        moved.append(row)
    book.save(tmp_path / "data.xlsx")
    assert publisher(tmp_path).read_corrections() == [("pulse", "r9", "team", "Oak")]


def test_a_correction_that_could_not_be_read_still_stands_in_its_cell(tmp_path: Path) -> None:
    publisher(tmp_path).write_tabs([attention("about ten")])
    assert publisher(tmp_path).read_corrections() == [("pulse", "r0", "hours", "about ten")]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not whole", b"source,key,field,correction\n"])
def test_a_broken_workbook_is_one_sentence_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "data.xlsx").write_bytes(content)
    with pytest.raises(SourceError, match=r"repair it, or move it away; nothing was replaced\.$"):
        publisher(tmp_path).read_corrections()
    assert (tmp_path / "data.xlsx").read_bytes() == content


def test_a_workbook_without_its_columns_is_one_sentence(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("needs_attention").append(["source", "key", "field", "the right value"])
    book.save(tmp_path / "data.xlsx")
    with pytest.raises(SourceError, match="its tab needs_attention with the columns source, key, field, correction"):
        publisher(tmp_path).read_corrections()


def test_tabs_are_written_once_and_then_only_when_they_differ(tmp_path: Path) -> None:
    home = publisher(tmp_path)
    assert home.write_tabs([attention(None)])
    before = (tmp_path / "data.xlsx").stat()
    assert not home.write_tabs([attention(None)])
    assert (tmp_path / "data.xlsx").stat().st_mtime_ns == before.st_mtime_ns
    assert home.write_tabs([attention(None, None)])


def test_what_a_person_changed_elsewhere_in_the_workbook_is_put_right(tmp_path: Path) -> None:
    home = publisher(tmp_path)
    home.write_tabs([attention(None)])
    type_in(tmp_path, D2="something else")
    home.read_corrections()
    assert home.write_tabs([attention(None)])
    assert (tmp_path / "data.xlsx").read_bytes() == write_workbook([attention(None)])


def test_what_is_typed_while_the_job_runs_is_not_replaced_unread(tmp_path: Path) -> None:
    home = publisher(tmp_path)
    home.write_tabs([attention(None)])
    assert home.read_corrections() == []
    type_in(tmp_path, E2="12")
    with pytest.raises(BusyError, match="was saved by somebody while this ran"):
        home.write_tabs([attention(None, None)])
    assert home.read_corrections() == [("pulse", "r0", "hours", "12")]
    assert home.write_tabs([attention(None, None)])


class JustBefore(HomeFiles):
    """The home folder, in which somebody does something just before the workbook is exchanged."""

    def __init__(self, root: Path, act: Callable[[Path], object]) -> None:
        super().__init__(root)
        self._acts = [act]

    def fingerprint_as(self, name: str, path: Path) -> str:
        found = super().fingerprint_as(name, path)
        if self._acts:
            self._acts.pop()(path.with_name(name))
        return found


@pytest.mark.parametrize(("style", "at_once"), list(zip(STYLES, [False, True] * 2, strict=True)))
def test_what_is_saved_just_before_the_exchange_is_put_back_and_read(
    tmp_path: Path, *, style: str, at_once: bool
) -> None:
    publisher(tmp_path).write_tabs([attention(None)])

    def act(path: Path) -> None:
        content = path.read_bytes()
        type_in(tmp_path, E2="12")
        saved = path.read_bytes()
        path.write_bytes(content)
        STYLES[style](path, saved, 0.0)
        seen.append(saved)

    seen: list[bytes] = []
    home = LocalPublisher(files=JustBefore(tmp_path, act), home=tmp_path, at_once=at_once)
    assert home.read_corrections() == []
    with pytest.raises(BeingSavedError, match="was saved by somebody while this ran"):
        home.write_tabs([attention(None, None)])
    assert (tmp_path / "data.xlsx").read_bytes() == seen[0]
    assert names_in(tmp_path) == ["data.xlsx"]
    assert home.read_corrections() == [("pulse", "r0", "hours", "12")]
    assert home.write_tabs([attention(None, None)])
    assert names_in(tmp_path) == ["data.xlsx"]


def test_what_a_program_has_open_is_looked_at_until_it_is_closed(tmp_path: Path) -> None:
    publisher(tmp_path).write_tabs([attention(None)])
    type_in(tmp_path, E2="12")
    saved = (tmp_path / "data.xlsx").read_bytes()
    publisher(tmp_path).read_corrections()
    home = LocalPublisher(files=HomeFiles(tmp_path), home=tmp_path, saving_seconds=0.05)
    home.read_corrections()
    home.write_tabs([attention(None)])
    with (tmp_path / "data.xlsx").open("r+b") as held:
        home.read_corrections()
        assert home.write_tabs([attention(None, None)]), "nobody saves"
        assert not home.has_unread
        held.write(saved)
        held.truncate()
    assert home.has_unread
    assert home.read_corrections() == [("pulse", "r0", "hours", "12")]
    home.confirm_corrections()
    assert names_in(tmp_path) == ["data.xlsx"]
    assert not home.has_unread


def test_a_file_that_was_removed_or_not_yet_there_is_never_put_over_a_new_one(tmp_path: Path) -> None:
    home = LocalPublisher(files=JustBefore(tmp_path, lambda path: path.write_bytes(b"theirs")), home=tmp_path)
    assert home.read_corrections() == []
    with pytest.raises(BeingSavedError):
        home.write_tabs([attention(None)])
    assert (tmp_path / "data.xlsx").read_bytes() == b"theirs"


def test_an_unread_workbook_is_never_replaced(tmp_path: Path) -> None:
    publisher(tmp_path).write_tabs([attention(None)])
    with pytest.raises(BeingSavedError):
        publisher(tmp_path).write_tabs([attention(None, None)])
    known = publisher(tmp_path).fingerprint()
    assert publisher(tmp_path).write_tabs([attention(None, None)], read=known)


def test_a_save_in_place_that_is_half_done_is_waited_for(tmp_path: Path) -> None:
    publisher(tmp_path).write_tabs([attention("12")])
    whole = (tmp_path / "data.xlsx").read_bytes()
    saving = Thread(target=STYLES["in place"], args=(tmp_path / "data.xlsx", whole, 0.3))
    saving.start()
    while (tmp_path / "data.xlsx").stat().st_size == len(whole):
        time.sleep(0.001)
    assert publisher(tmp_path).read_corrections() == [("pulse", "r0", "hours", "12")]
    saving.join()


def test_many_issues_that_are_all_alike_can_be_read_again(tmp_path: Path) -> None:
    home = publisher(tmp_path)
    home.write_tabs([attention(*["a wrong value that is always the same"] * 3_000)])
    assert len(home.read_corrections()) == 3_000


def test_a_link_stays_a_link_and_what_is_typed_where_it_leads_is_read(tmp_path: Path) -> None:
    share, home = tmp_path / "share", tmp_path / "home"
    share.mkdir()
    home.mkdir()
    publisher(share).write_tabs([attention(None)])
    type_in(share, E2="12")
    (home / "data.xlsx").symlink_to(share / "data.xlsx")
    with pytest.raises(StoreError, match=r"data\.xlsx is a link to .*nothing was replaced"):
        publisher(home).write_tabs([attention(None, None)])
    assert publisher(home).read_corrections() == [("pulse", "r0", "hours", "12")]
    summary = build_summary(settings=make_settings(), authority="northbrook", view=make_leaders_view(figure(value=0.5)))
    (home / "summary-northbrook.xlsx").symlink_to(share / "summary.xlsx")
    with pytest.raises(StoreError, match="is a link to"):
        publisher(home).write_summary(summary)
    assert all(path.is_symlink() for path in home.iterdir())


def test_a_folder_in_its_place_is_no_save_of_a_person(tmp_path: Path) -> None:
    (tmp_path / "data.xlsx").mkdir()
    for command in (publisher(tmp_path).read_corrections, lambda: publisher(tmp_path).write_tabs([attention(None)])):
        with pytest.raises(StoreError, match="is a folder; move it away"):
            command()


def test_each_authority_has_a_summary_of_its_own_written_when_it_differs(tmp_path: Path) -> None:
    home = publisher(tmp_path)

    def told(value: float) -> Any:
        shown = make_leaders_view(figure(value=value))
        return build_summary(settings=make_settings(), authority="northbrook", view=shown)

    assert home.write_summary(told(0.625))
    assert not home.write_summary(told(0.625))
    assert home.write_summary(told(0.5))
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "summary-northbrook.xlsx").read_bytes()))
    assert book["Pulse"]["A1"].value == "Pulse: Northbrook"
