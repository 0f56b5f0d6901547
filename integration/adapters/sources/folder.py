"""The folder source: forms and sheets that a project officer saved into a folder.

A workbook may come from anyone, so a child process with limits reads it, and a hostile one does no harm:

1. The parent starts `workbook_child.py` and sends it a `WorkbookRequest`: which file, which tabs, within which limits.
2. The child limits itself, checks the archive and where its cells stand, and sends the rows back as a `WorkbookReply`.
3. The parent turns that, or how the child ended, into a reading or one sentence.
"""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

import msgspec

from config.spelling import fold_case
from integration.adapters.sources.forms_csv import question_id_of_title, read_csv_export
from integration.adapters.sources.forms_json import parse_questions, parse_sections, read_responses
from integration.adapters.sources.workbook_protocol import WorkbookLimits, WorkbookReply, WorkbookRequest
from integration.adapters.untrusted_input import read_file
from integration.errors import SourceError, UnsafeFileError
from integration.landing.questions import list_expected_questions
from integration.model import DateCell, FailedCell, FormReading, SheetReading

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from config.schema import Form
    from integration.model import Question, Section

FORM = "form.json"
RESPONSES = "responses.json"


class FolderSource:
    """Reads `forms/<form key>/` and `sheets/<spreadsheet>.xlsx` under one folder; obeys `ports.Source`."""

    def __init__(self, root: Path, forms: Mapping[str, Form], *, latest: date | None = None) -> None:
        """`latest` is a day after which no respondent can have answered a form, where it is known."""
        self._root = root
        self._forms = forms
        self._latest = latest

    def form_fingerprint(self, key: str) -> str:
        """Return a digest of the names, sizes and times of the form's files; "" where they cannot be read."""
        try:
            files = [(path.name, path.stat()) for path in self._files(key)]
        except (OSError, SourceError):
            return ""
        lines = [f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}" for name, stat in files]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]

    def read_form(self, key: str, bookmark: str = "") -> FormReading:  # noqa: ARG002  # a folder is read whole
        """Read a form and its responses: responses.json, else every CSV, also one in a .zip. Raises SourceError."""
        files = {path.name: path for path in self._files(key)}
        questions: tuple[Question, ...] = ()
        sections: tuple[Section, ...] = ()
        if FORM in files:
            form = read_file(files[FORM])
            questions, sections = parse_questions(form, str(files[FORM])), parse_sections(form, str(files[FORM]))
        exports = [path for name, path in files.items() if name not in {FORM, RESPONSES}]
        if RESPONSES in files:
            path = files[RESPONSES]
            if FORM not in files:
                raise SourceError(f"{path.with_name(FORM)} is not there; save the form there as forms.get gives it.")
            reading = read_responses(path, questions)
            left_out = tuple(f"{export} was left out, because {RESPONSES} is there too." for export in exports)
            return replace(reading, notices=(*reading.notices, *left_out), sections=sections)
        if exports:
            return replace(self._read_exports(exports, questions, self._forms[key]), sections=sections)
        folder = self._folder(key)
        raise SourceError(f"{folder} has neither {RESPONSES} nor a .csv or .zip; save the form's responses there.")

    def read_sheets(self, spreadsheet: str, tabs: Sequence[str]) -> Mapping[str, SheetReading]:
        """Read tabs of `sheets/<spreadsheet>.xlsx`; one that is not there is missing in the answer."""
        self._require(self._root)
        return read_workbook(self._find_workbook(spreadsheet), tabs)

    def list_unconfigured(self, spreadsheets: Collection[str]) -> tuple[str, ...]:
        """Return a sentence for each folder of a form and each spreadsheet that stands in no YAML file."""
        forms = sorted(path for path in self._root.glob("forms/*") if path.is_dir() and path.name not in self._forms)
        sheets = sorted(path for path in self._root.glob("sheets/*") if _is_workbook(path))
        read = {path for spreadsheet in spreadsheets for path in self._list_workbooks(spreadsheet)}
        others = [path for path in sheets if path not in read]
        return tuple(f"{path} stands in no YAML file, so it is not read." for path in (*forms, *others))

    def _find_workbook(self, spreadsheet: str) -> Path:
        """Return the spreadsheet's workbook; where no file has exactly its name, one that has it in other letters."""
        exact, found = self._root / "sheets" / f"{spreadsheet}.xlsx", self._list_workbooks(spreadsheet)
        if len(found) == 1:
            return found[0]
        if found:
            raise SourceError(
                f"{exact} is not there, but {' and '.join(map(str, found))}; rename the right one to {exact.name}."
            )
        others = sorted(path for path in exact.parent.glob("*") if fold_case(path.stem) == fold_case(spreadsheet))
        instead = f"but {others[0]}, which is no .xlsx" if others else "or is not a file"
        raise SourceError(f"{exact} is not there, {instead}; put the workbook there, saved as .xlsx, then run again.")

    def _list_workbooks(self, spreadsheet: str) -> list[Path]:
        """Return the file of exactly the spreadsheet's name, else those that have it in other letters."""
        exact = self._root / "sheets" / f"{spreadsheet}.xlsx"
        if exact.exists():
            return [exact]
        return sorted(path for path in exact.parent.glob("*") if fold_case(path.name) == fold_case(exact.name))

    def _read_exports(self, exports: Sequence[Path], questions: tuple[Question, ...], form: Form) -> FormReading:
        expected = [
            (fold_case(question.title), question.question_id or question_id_of_title(question.title))
            for question in list_expected_questions(form)
            if question.title
        ]
        asked = [(fold_case(question.title), question.question_id) for question in questions]
        # A heading that stands for several questions is none's: which one it is, the file does not say.
        shared = {
            title for each in (expected, asked) for title, count in Counter(t for t, _ in each).items() if count > 1
        }
        ids = {title: question_id for title, question_id in (*expected, *asked) if title not in shared}
        readings = [read_csv_export(path, ids, latest=self._latest) for path in exports]
        columns = {question.question_id: question for reading in readings for question in reading.questions}
        return FormReading(
            questions or tuple(columns.values()),
            tuple(response for reading in readings for response in reading.responses),
            tuple(notice for reading in readings for notice in reading.notices),
            unreadable=tuple(each for reading in readings for each in reading.unreadable),
        )

    def _files(self, key: str) -> list[Path]:
        """Return the form's files in the order of their names; hidden ones belong to an editor."""
        folder = self._folder(key)
        try:
            return sorted(
                path
                for path in folder.iterdir()
                if path.name in {FORM, RESPONSES}
                or (path.name.lower().endswith((".csv", ".zip")) and path.name[0] not in ".~")
            )
        except OSError as error:
            raise SourceError(
                f"The folder {folder} cannot be read ({error.strerror or error}); give the right to read it."
            ) from None

    def _folder(self, key: str) -> Path:
        self._require(self._root)
        folder = self._root / "forms" / key
        self._require(folder)
        return folder

    def _require(self, folder: Path) -> None:
        if not folder.is_dir():
            raise SourceError(f"The folder {folder} is not there; make it, or name the right one with --data.")


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() == ".xlsx" and path.name[0] not in ".~"


PACKAGES = Path(__file__).resolve().parents[3]
"""The folder that holds our packages; the child is given it, because isolated Python (-I) looks in none."""

NO_MEMORY = 71
"""The child's exit code where this machine has no memory for it, whatever the workbook asks for."""
CHILD = f"""
import sys
sys.path.insert(0, sys.argv[1])
try:
    from integration.adapters.sources.workbook_child import main
except (ImportError, MemoryError):
    sys.exit({NO_MEMORY})
main()
"""


def read_workbook(
    path: Path, tabs: Sequence[str] | None, *, limits: WorkbookLimits | None = None
) -> dict[str, SheetReading]:
    """Read the tabs (None: all) of an .xlsx; a tab that is not there is missing in the answer.

    Names of tabs are compared without case and white space. A real date is a DateCell, with its time where that is
    shown; a number is a float, or the text `25%` or `5:30` where it is shown as one; a formula is its last result, a
    FailedCell where that is an error or was never worked out; blank rows before the heading are left out. Raises
    UnsafeFileError for a workbook that asks for more than the limits (by default those for a stranger's file),
    SourceError for one that is missing or broken.
    """
    limits = limits or WorkbookLimits()
    if not path.is_file():
        raise SourceError(f"{path} is not there, or is not a file; put the workbook there, then run again.")
    request = WorkbookRequest(str(path.resolve()), None if tabs is None else list(tabs), limits)
    exit_code, output = _ask_child(msgspec.json.encode(request), limits)
    if exit_code < 0:
        raise UnsafeFileError(
            f"{path} asks for more memory or time than reading a workbook may take"
            f" ({limits.memory_bytes // 2**20} MiB, {limits.cpu_seconds} seconds); check where it comes from."
        )
    if exit_code == NO_MEMORY:
        raise SourceError(f"{path} was not read: this machine has too little memory left; make room, then run again.")
    try:
        reply = msgspec.json.decode(output, type=WorkbookReply)
    except msgspec.DecodeError:
        raise SourceError(f"{path} is broken and cannot be read; save or download it again.") from None
    if reply.refused:
        raise (UnsafeFileError if reply.hostile else SourceError)(f"{path} {reply.refused}.")
    return {
        name: SheetReading(
            tuple(tuple(_to_cell(cell) if isinstance(cell, list) else cell for cell in row) for row in rows),
            counts_from_1904=reply.counts_from_1904,
        )
        for name, rows in reply.tabs.items()
    }


def _to_cell(sent: list[str]) -> DateCell | FailedCell:
    kind, text = sent
    return DateCell(text) if kind == "date" else FailedCell(text)


def _ask_child(request: bytes, limits: WorkbookLimits) -> tuple[int, bytes]:
    """Return how the child ended (negative: by which signal) and its output. No child is left behind."""
    with subprocess.Popen(  # noqa: S603  # our own interpreter and module; no shell, no variables, no folder
        [sys.executable, "-I", "-c", CHILD, str(PACKAGES)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
    ) as child:
        # The child ends itself in time; this is for one that cannot.
        timer = Timer(limits.wall_seconds + 1, child.kill)
        timer.start()
        try:
            if child.stdin is None or child.stdout is None:
                raise SourceError("the reader of workbooks cannot be spoken to; this is a fault in the service.")
            with suppress(BrokenPipeError):  # it may have died before it read
                child.stdin.write(request)
                child.stdin.close()
            output = child.stdout.read(limits.answer_bytes + 1)
            if len(output) > limits.answer_bytes:
                child.kill()
                return -signal.SIGKILL, b""
            return child.wait(), output
        finally:
            timer.cancel()
            child.kill()
