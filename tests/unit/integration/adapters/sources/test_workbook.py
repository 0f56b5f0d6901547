"""Workbooks from outside, also hostile ones: read within limits by a child process."""

from __future__ import annotations

import os
import re
import signal
import struct
import subprocess
import sys
import threading
import zipfile
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from time import monotonic as time_now

import openpyxl
import pytest
import xlsxwriter

from integration.adapters.sources import folder
from integration.adapters.sources.folder import CHILD, NO_MEMORY, PACKAGES, read_workbook
from integration.adapters.sources.workbook_protocol import OWN_WORKBOOK_LIMITS, WorkbookLimits
from integration.errors import SourceError, UnsafeFileError
from integration.model import DateCell, FailedCell, SheetReading
from integration.text_format import format_column_letters

PROJECT = Path(__file__).parents[5]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="Teams" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def raw_workbook(path: Path, rows: str, **parts: str) -> Path:
    """Write a workbook by hand; `rows` is the XML of its one tab's rows."""
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (PARTS | {"xl/worksheets/sheet1.xml": sheet} | parts).items():
            archive.writestr(name, text)
    return path


def children() -> list[str]:
    """Return the readers of workbooks that this process has started and that are still there."""
    return [
        line
        for process in Path("/proc").glob("[0-9]*")
        if (line := said_by(process / "cmdline")) and said_by(process / "stat").split()[3:4] == [str(os.getpid())]
        if "workbook_child" in line
    ]


def said_by(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:  # it has ended meanwhile
        return ""


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """Make a workbook such as people keep: real dates, merged cells, a hidden row, errors, several tabs."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    changes = book.create_sheet("Small changes")
    changes.append([None, None, None])
    changes.append(["Ref", " Change ", "Done on", "Hours", None])
    changes.append(["SC-001", "Shorter\nform", date(2022, 3, 1), 2, True])
    changes.append(["SC-002", "", datetime(2022, 3, 2, 23, 59), 2.5, time(2, 30)])  # noqa: DTZ001  # cells have no zone
    changes.append([])
    changes.append(["SC-003", None, "03/03/2022", "=1/0", timedelta(hours=30)])
    changes.merge_cells("A8:B8")
    changes["A8"] = "merged"
    changes.row_dimensions[4].hidden = True
    changes["C9"], changes["D9"] = "#N/A", "#DIV/0!"
    changes["A1048576"].font = openpyxl.styles.Font(bold=True)
    book.create_sheet("Teams").append(["Team"])
    book.create_chartsheet("A chart")
    path = tmp_path / "register.xlsx"
    book.save(path)
    return path


# --- what people keep -------------------------------------------------------------------------------------


def test_cells_come_as_what_they_are(register: Path) -> None:
    assert read_workbook(register, ["Small changes"])["Small changes"].rows == (
        ("Ref", " Change ", "Done on", "Hours"),
        ("SC-001", "Shorter\nform", DateCell("2022-03-01"), 2.0, True),
        ("SC-002", None, DateCell("2022-03-02 23:59"), 2.5, "2:30:00"),
        (),
        ("SC-003", None, "03/03/2022", FailedCell(""), "30:00:00"),
        (),
        ("merged",),
        (None, None, FailedCell("#N/A"), FailedCell("#DIV/0!")),
    )


def test_the_last_result_of_a_formula_is_read(tmp_path: Path) -> None:
    path = tmp_path / "formula.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Teams")
        sheet.write_formula("A1", "=1+1", value=2)
        sheet.write_formula("B1", "=NA()", value="#N/A")
    assert read_workbook(path, ["Teams"])["Teams"].rows == ((2.0, FailedCell("#N/A")),)


OWN_FORMATS = {164: "0.0%", 165: "[h]:mm", 166: "dd/mm/yyyy"}
FORMATS = "".join(f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in OWN_FORMATS.items())
CELL_FORMATS = "".join(f'<xf numFmtId="{number}"/>' for number in (0, 9, 164, 20, 165, 166))
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts>{FORMATS}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
    f"<cellXfs>{CELL_FORMATS}</cellXfs></styleSheet>"
)
RELATIONS = PARTS["xl/_rels/workbook.xml.rels"].replace(
    "</Relationships>",
    f'<Relationship Id="r2" Type="{OFFICE}/styles" Target="/xl/looks.xml"/>'
    f'<Relationship Id="r3" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
)
SHARED = (
    f'<sst xmlns="{MAIN}"><si><t>Plain</t></si><si><r><t>Two </t></r><r><rPr><b/></rPr><t xml:space="preserve">runs '
    "</t></r><rPh><t>said</t></rPh></si><si><t>a_x000D_b</t></si><si/></sst>"
)


def read_raw(path: Path, rows: str, **parts: str) -> SheetReading:
    """Return the one tab of a workbook written by hand, with styles and shared texts."""
    given = {"xl/looks.xml": STYLES, "xl/_rels/workbook.xml.rels": RELATIONS, "xl/sharedStrings.xml": SHARED, **parts}
    return read_workbook(raw_workbook(path / "raw.xlsx", rows, **given), ["Teams"])["Teams"]


def test_a_number_is_read_as_it_is_shown(tmp_path: Path) -> None:
    cells = [(0.25, 1), (0.125, 2), (0.29, 1), (5.5 / 24, 3), (1.25, 4), (44490.75, 5), (44490, 0), (25, 99), (-1e7, 5)]
    row = "".join(f'<c s="{style}"><v>{number}</v></c>' for number, style in cells)
    assert read_raw(tmp_path, f'<row r="1">{row}</row>').rows == (
        ("25%", "12.5%", "29%", "5:30", "30:00", DateCell("2021-10-21"), 44490.0, 25.0, FailedCell("########")),
    )


def test_texts_are_read_whole_wherever_they_stand(tmp_path: Path) -> None:
    shared = "".join(f'<c t="s"><v> {place}\n</v></c>' for place in range(4))
    own = '<c t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c><c t="str"><v>x &amp; _x0041_</v></c>'
    (row,) = read_raw(tmp_path, f'<row r="1">{shared}{own}<c t="b"><v>1</v></c><c t="b"><v>0</v></c></row>').rows
    assert row == ("Plain", "Two runs ", "a\rb", None, "inline", "x & A", True, False)


ERRORS = (
    "#N/A", "#REF!", "#DIV/0!", "#SPILL!", "#CALC!", "#ERROR!", "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!",
    "#UNKNOWN!", "#PYTHON!", "#BUSY!", "#EXTERNAL!", "#Anything at all", "Err:502",
)  # fmt: skip


@pytest.mark.parametrize("reference", [True, False])
def test_an_error_is_read_with_its_word_whatever_the_xml_looks_like(tmp_path: Path, reference: bool) -> None:  # noqa: FBT001
    places = [f'r="{format_column_letters(column)}1"' if reference else "" for column in range(len(ERRORS))]
    cells = "".join(
        f'\n<x:c {place}\n t="e"\n>\n<x:f\n>A1&lt;2</x:f\n>\n<x:v>\n{word}\n</x:v>\n</x:c>\n'
        for place, word in zip(places, ERRORS, strict=True)
    )
    rows = f'<x:row xmlns:x="{MAIN}">{cells}</x:row>'
    assert read_raw(tmp_path, rows).rows == (tuple(map(FailedCell, ERRORS)),)


def test_a_formula_without_a_result_is_not_taken_for_empty(tmp_path: Path) -> None:
    nothing = '<c><f>1+1</f></c><c><f>1+1</f><v/></c><c><f t="shared" si="0"/><v> </v></c><c t="e"><f>1</f></c>'
    empty = '<c t="str"><f>""</f><v></v></c><c/><c><v/></c><c t="str"><v/></c><c><f>2-2</f><v>0</v></c>'
    failed = FailedCell("")
    assert read_raw(tmp_path, f"<row>{nothing}{empty}</row>").rows == (
        (failed, failed, failed, failed, None, None, None, None, 0.0),
    )


def test_a_zero_that_a_library_wrote_for_a_formula_is_no_result(tmp_path: Path) -> None:
    """The workbook says that every formula is still to be worked out; programs take that out when they save it."""
    path = tmp_path / "formula.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Teams")
        sheet.write_formula("A1", "=1+1")
        sheet.write_formula("B1", "=1+1", value=2)
        sheet.write_number("C1", 0)
    assert read_workbook(path, ["Teams"])["Teams"].rows == ((FailedCell(""), 2.0, 0.0),)


DAYS = (
    ("2021-10-21T00:00:00.000Z", DateCell("2021-10-21")),
    ("2021-10-20T23:00:00Z", DateCell("2021-10-21")),
    ("2021-10-20T23:30:00+00:00", DateCell("2021-10-21 00:30")),
    ("2021-12-20T23:00:00Z", DateCell("2021-12-20 23:00")),
    ("2021-10-21T09:30:15Z", DateCell("2021-10-21 10:30:15")),
    ("2021-11-17", DateCell("2021-11-17")),
    ("2021-11-17T23:59", DateCell("2021-11-17 23:59")),
    ("1899-12-30T05:30:00", "05:30:00"),
    ("05:30:00", "05:30:00"),
    ("2021-02-30", "2021-02-30"),
    ("9999-12-31T23:00:00-05:00", "9999-12-31T23:00:00-05:00"),
)


def test_days_and_moments_written_as_iso_8601_are_those_in_london(tmp_path: Path) -> None:
    row = "".join(f'<c t="d"><v>{written}</v></c>' for written, _ in DAYS)
    assert read_raw(tmp_path, f"<row>{row}</row>").rows == (tuple(read for _, read in DAYS),)


def test_the_first_days_of_1900_are_those_that_excel_shows(tmp_path: Path) -> None:
    days = "".join(f'<c s="5"><v>{serial}</v></c>' for serial in (1, 59, 60, 61))
    assert read_raw(tmp_path, f"<row>{days}</row>").rows == (
        (DateCell("1900-01-01"), DateCell("1900-02-28"), FailedCell("########"), DateCell("1900-03-01")),
    )
    workbook = PARTS["xl/workbook.xml"].replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    (row,) = read_raw(tmp_path, f"<row>{days}</row>", **{"xl/workbook.xml": workbook}).rows
    assert row == tuple(map(DateCell, ("1904-01-02", "1904-02-29", "1904-03-01", "1904-03-02")))


def test_a_workbook_of_the_1904_system_says_so_and_its_days_are_right(tmp_path: Path) -> None:
    workbook = PARTS["xl/workbook.xml"].replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    rows = '<row><c s="5"><v>43028</v></c><c><v>43028</v></c></row>'
    found = read_raw(tmp_path, rows, **{"xl/workbook.xml": workbook})
    assert (found.rows, found.counts_from_1904) == (((DateCell("2021-10-21"), 43028.0),), True)
    assert not read_raw(tmp_path, rows).counts_from_1904


def test_cells_stand_where_they_say_else_behind_the_one_before(tmp_path: Path) -> None:
    rows = '<row r="2"><c r="B2"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c><c r="D4"><v>4</v></c></row>'
    assert read_raw(tmp_path, rows).rows == ((None, 1.0, 2.0), (3.0,), (None, None, None, 4.0))


@pytest.mark.parametrize("cell", ['<c t="s"><v>7</v></c>', '<c t="s"><v>-1</v></c>', '<c t="s"><v>x</v></c>'])
def test_a_shared_text_that_is_not_there_is_one_sentence(tmp_path: Path, cell: str) -> None:
    with pytest.raises(SourceError, match=r"raw\.xlsx is broken"):
        read_raw(tmp_path, f"<row>{cell}</row>")


def test_tabs_are_found_without_case_and_spaces_and_a_missing_one_is_missing(register: Path) -> None:
    assert set(read_workbook(register, ["small  CHANGES ", "teams", "Blueprint"])) == {"small  CHANGES ", "teams"}


def test_all_tabs_are_read_if_none_is_named_and_a_chart_is_none(register: Path) -> None:
    assert list(read_workbook(register, None)) == ["Small changes", "Teams"]
    assert read_workbook(register, []) == {}


def test_an_empty_tab_is_an_empty_reading(tmp_path: Path) -> None:
    assert read_workbook(raw_workbook(tmp_path / "empty.xlsx", ""), None)["Teams"].rows == ()


def test_a_workbook_is_read_from_any_folder(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(register.parent)
    assert "Teams" in read_workbook(Path("register.xlsx"), ["Teams"])


def test_a_large_workbook_of_our_own_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("pulse")
        for row in range(25_000):
            sheet.write_row(row, 0, (f"R{row}", row))
    with pytest.raises(UnsafeFileError, match="beyond"):
        read_workbook(path, ["pulse"])
    rows = read_workbook(path, ["pulse"], limits=OWN_WORKBOOK_LIMITS)["pulse"].rows
    assert len(rows) == 25_000
    assert rows[-1] == ("R24999", 24_999.0)


# --- what would harm us -----------------------------------------------------------------------------------

FAR_CELL = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
HIDDEN_FAR_CELL = FAR_CELL.replace('r="XFD', "r='&#88;FD")
UNNUMBERED_FAR_ROW = '<row r="1"><c><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>'
UNNUMBERED_WIDE_ROW = '<row r="1">' + "<c><v>1</v></c>" * 201 + "</row>"
HOSTILE = [
    (FAR_CELL, "cell XFD1048576"),
    (UNNUMBERED_FAR_ROW, "cell A1048576"),
    (UNNUMBERED_WIDE_ROW, "cell GS1"),
    ('<row r="1"><c r="GS1"><v>1</v></c></row>', "cell GS1"),
    ('<row r="20001"><c r="A20001"><v>1</v></c></row>', "cell A20001"),
    ('<row r="1"><c r="A1" t="str"><v>' + "a" * 5_000_000 + "</v></c></row>", "100 times its size"),
    ('<row r="1"><c r="A1" t="str"><v>' + "a" * 51_000_000 + "</v></c></row>", "more than 50 MB"),
]


@pytest.mark.parametrize(("rows", "what"), HOSTILE)
def test_a_workbook_that_asks_for_too_much_is_one_sentence(tmp_path: Path, rows: str, what: str) -> None:
    path = raw_workbook(tmp_path / "bomb.xlsx", rows)
    with pytest.raises(UnsafeFileError) as caught:
        read_workbook(path, ["Teams"])
    assert "bomb.xlsx" in str(caught.value)
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_last_cell_that_is_allowed_is_read(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="20000"><c r="GR20000"><v>2</v></c></row>'
    found = read_workbook(raw_workbook(tmp_path / "edge.xlsx", rows), ["Teams"])["Teams"].rows
    assert (len(found), len(found[-1]), found[-1][-1]) == (20_000, 200, 2.0)


def test_a_cell_that_is_only_formatted_far_away_does_no_harm(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert read_workbook(raw_workbook(tmp_path / "styled.xlsx", rows), None)["Teams"].rows == ((1.0,),)


def test_a_far_cell_that_hides_its_place_ends_the_child_and_not_us(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"hidden\.xlsx"):
        read_workbook(raw_workbook(tmp_path / "hidden.xlsx", HIDDEN_FAR_CELL), None)
    assert children() == []


def test_the_memory_of_the_child_is_limited_even_if_the_checks_allow_more(tmp_path: Path) -> None:
    far_cells = "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(1, 8001))
    path = raw_workbook(tmp_path / "bomb.xlsx", far_cells)
    with pytest.raises(UnsafeFileError, match="more memory"):
        read_workbook(path, None, limits=WorkbookLimits(columns=20_000))
    assert children() == []


@pytest.mark.parametrize(
    ("limits", "busy", "ended_by"),
    [
        ("cpu_seconds=1", "while True: pass", signal.SIGXCPU),
        ("wall_seconds=1", "import time; time.sleep(60)", signal.SIGALRM),
        ("memory_bytes=2**29", "import ctypes; ctypes.create_string_buffer(2**29)", None),
    ],
)
def test_the_child_limits_itself(limits: str, busy: str, ended_by: signal.Signals | None) -> None:
    start = (
        "from integration.adapters.sources.workbook_child import limit_process;"
        " from integration.adapters.sources.workbook_protocol import WorkbookLimits"
    )
    command = [sys.executable, "-c", f"{start}\nlimit_process(WorkbookLimits({limits}))\n{busy}"]
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False, timeout=30)  # noqa: S603  # ourselves
    assert ended.returncode == (1 if ended_by is None else -ended_by)


def test_more_answers_than_allowed_are_refused(register: Path) -> None:
    with pytest.raises(UnsafeFileError, match="more memory or time"):
        read_workbook(register, None, limits=WorkbookLimits(answer_bytes=50))
    assert children() == []


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = raw_workbook(tmp_path / "parts.xlsx", "", **{f"xl/{part}.xml": "" for part in range(200)})
    with pytest.raises(UnsafeFileError, match="parts"):
        read_workbook(path, None)


def test_a_part_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = raw_workbook(tmp_path / "liar.xlsx", '<row r="1"><c r="A1" t="str"><v>' + "a" * 9_000_000)
    with zipfile.ZipFile(path) as archive:
        size = struct.pack("<I", archive.getinfo("xl/worksheets/sheet1.xml").file_size)
    path.write_bytes(path.read_bytes().replace(size, struct.pack("<I", 1000)))
    with pytest.raises(SourceError, match="cut off or broken"):
        read_workbook(path, None)


def test_entities_that_grow_are_refused(tmp_path: Path) -> None:
    names = [f"e{place}" for place in range(12)]
    entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    workbook = PARTS["xl/workbook.xml"].replace('name="Teams"', 'name="&e11;"')
    bomb = f'<!DOCTYPE workbook [<!ENTITY e0 "ha">{entities}]>{workbook}'
    with pytest.raises(SourceError):
        read_workbook(raw_workbook(tmp_path / "laughs.xlsx", "", **{"xl/workbook.xml": bomb}), None)


def test_a_workbook_with_anything_changed_is_read_or_refused_within_its_limits(
    register: Path, pytestconfig: pytest.Config
) -> None:
    whole, chance = register.read_bytes(), Random(13)
    with zipfile.ZipFile(register) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(int(pytestconfig.getoption("--changed-workbooks"))):
        if chance.random() < 0.2:
            content = bytearray(whole)
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            register.write_bytes(content)
        else:
            changed = parts | {name: change_part(parts[name], chance) for name in chance.sample(READ_PARTS, 2)}
            with zipfile.ZipFile(register, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, part in changed.items():
                    archive.writestr(name, part)
        begun, told = time_now(), "register.xlsx"
        try:
            readings = read_workbook(register, None)
        except SourceError as error:
            readings, told = {}, str(error)
        assert "register.xlsx" in told
        assert "\n" not in told
        assert all(len(reading.rows) <= 20_000 for reading in readings.values())
        assert time_now() - begun < WorkbookLimits().wall_seconds + 5
    assert children() == []


READ_PARTS = ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/worksheets/sheet1.xml"]
PIECES = (
    b"0", b"9" * 40, b"-1", b'"', b"<", b"/>", b"<c>", b'<c r="ZZZ99999999">', b"%", b"&x;", b"\xff", b"1e999", b"",
    b't="s"', b't="e"', b's="70000"', b"<f/>", b"<v>", b"</row>", b"[h]:mm", b'formatCode="' + b"%" * 999,
)  # fmt: skip


def change_part(part: bytes, chance: Random) -> bytes:
    """Put something else, a few times, where a number, a name or a tag ended."""
    places = [found.start() for found in re.finditer(rb"[0-9A-Za-z]+|[<>\"]", part)]
    for place in sorted(chance.choices(places, k=chance.randrange(1, 6)), reverse=True):
        part = part[:place] + chance.choice(PIECES) + part[place + chance.choice((0, 1, 1, 9, 200)) :]
    return part


# --- what is broken ---------------------------------------------------------------------------------------


def test_a_file_that_is_no_workbook_is_one_sentence(register: Path) -> None:
    whole = register.read_bytes()
    for content, what in [
        (b"Ref,Change\n", "is not an .xlsx workbook"),
        (b"", "is not an .xlsx workbook"),
        (whole[: len(whole) // 2], "is cut off or broken"),
        (whole.replace(b"_rels/.rels", b"_rels/.nope"), "is not an .xlsx workbook"),
        (whole.replace(b"xl/workbook.xml", b"xl/workbook.bin"), "is not an .xlsx workbook"),
        (whole.replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet7.xml"), "is cut off or broken"),
        (b"\xd0\xcf\x11\xe0" + bytes(512), "is an old .xls, or is protected by a password"),
    ]:
        register.write_bytes(content)
        with pytest.raises(SourceError) as caught:
            read_workbook(register, None)
        assert f"{register} {what}" in str(caught.value)
        assert not isinstance(caught.value, UnsafeFileError)


def test_a_tab_whose_xml_breaks_off_is_one_sentence(tmp_path: Path) -> None:
    path = raw_workbook(tmp_path / "broken.xlsx", '<row r="1"><c r="A1"><v>1</v>')
    with pytest.raises(SourceError, match=r"broken\.xlsx is broken"):
        read_workbook(path, None)


def test_a_workbook_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"register\.xlsx is not there"):
        read_workbook(tmp_path / "register.xlsx", None)


def test_several_threads_may_read_at_once_and_leave_nothing_behind(register: Path) -> None:
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(len(read_workbook(register, ["Teams"])["Teams"].rows)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1, 1, 1, 1]
    assert children() == []


def test_a_machine_without_memory_is_not_taken_for_a_broken_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = raw_workbook(tmp_path / "teams.xlsx", "")
    ran = subprocess.run(  # noqa: S603  # our own command, on a machine that has 20 MB
        ["prlimit", f"--as={20 * 2**20}", sys.executable, "-I", "-c", CHILD, str(PACKAGES)],  # noqa: S607
        input=b"", capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode == NO_MEMORY
    monkeypatch.setattr(folder, "_ask_child", lambda *_: (ran.returncode, ran.stdout))
    with pytest.raises(SourceError, match="this machine has too little memory left"):
        read_workbook(path, None)
