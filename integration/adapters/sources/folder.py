"""The folder source: forms and sheets that a project officer saved into a folder."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from config.spelling import fold_case
from integration.adapters.sources.forms_csv import question_id_of_title, read_csv_export
from integration.adapters.sources.forms_json import parse_questions, read_responses
from integration.adapters.sources.workbook import read_workbook
from integration.adapters.untrusted_input import read_file
from integration.errors import SourceError
from integration.landing.questions import list_expected_questions
from integration.model import FormReading

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from config.schema import Form
    from integration.model import Question, SheetReading

FORM = "form.json"
RESPONSES = "responses.json"


class FolderSource:
    """Reads `forms/<form key>/` and `sheets/<spreadsheet>.xlsx` under one folder; obeys `ports.Source`."""

    def __init__(self, root: Path, forms: Mapping[str, Form]) -> None:
        self._root = root
        self._forms = forms

    def form_fingerprint(self, key: str) -> str:
        """Return a digest of the names, sizes and times of the form's files; "" where they cannot be read."""
        try:
            files = [(path.name, path.stat()) for path in self._files(key)]
        except (OSError, SourceError):
            return ""
        lines = [f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}" for name, stat in files]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]

    def read_form(self, key: str, bookmark: str = "") -> FormReading:  # noqa: ARG002  # a folder is read whole
        """Read a form and its responses: responses.json, else every CSV. Raises SourceError."""
        files = {path.name: path for path in self._files(key)}
        questions = parse_questions(read_file(files[FORM]), str(files[FORM])) if FORM in files else ()
        exports = [path for name, path in files.items() if name not in {FORM, RESPONSES}]
        if RESPONSES in files:
            path = files[RESPONSES]
            if FORM not in files:
                raise SourceError(f"{path.with_name(FORM)} is not there; save the form there as forms.get gives it.")
            responses, notices = read_responses(path)
            left_out = tuple(f"{export} was left out, because {RESPONSES} is there too." for export in exports)
            return FormReading(questions, responses, (*notices, *left_out))
        if exports:
            return self._read_exports(exports, questions, self._forms[key])
        folder = self._folder(key)
        raise SourceError(f"{folder} has neither {RESPONSES} nor a .csv; save the form's responses there.")

    def read_sheets(self, spreadsheet: str, tabs: Sequence[str]) -> Mapping[str, SheetReading]:
        """Read tabs of `sheets/<spreadsheet>.xlsx`; one that is not there is missing in the answer."""
        self._require(self._root)
        return read_workbook(self._root / "sheets" / f"{spreadsheet}.xlsx", tabs)

    def list_unconfigured(self, spreadsheets: Collection[str]) -> tuple[str, ...]:
        """Return a sentence for each folder of a form and each spreadsheet that stands in no YAML file."""
        forms = sorted(path for path in self._root.glob("forms/*") if path.is_dir() and path.name not in self._forms)
        sheets = sorted(path for path in self._root.glob("sheets/*.xlsx") if path.name[0] not in ".~")
        others = [path for path in sheets if path.stem not in spreadsheets]
        return tuple(f"{path} stands in no YAML file, so it is not read." for path in (*forms, *others))

    def _read_exports(self, exports: Sequence[Path], questions: tuple[Question, ...], form: Form) -> FormReading:
        expected = {
            fold_case(question.title): question.question_id or question_id_of_title(question.title)
            for question in list_expected_questions(form)
            if question.title
        }
        ids = expected | {fold_case(question.title): question.question_id for question in questions}
        readings = [read_csv_export(path, ids) for path in exports]
        columns = {question.question_id: question for reading in readings for question in reading.questions}
        return FormReading(
            questions or tuple(columns.values()),
            tuple(response for reading in readings for response in reading.responses),
            tuple(notice for reading in readings for notice in reading.notices),
        )

    def _files(self, key: str) -> list[Path]:
        """Return the form's files in the order of their names; hidden ones belong to an editor."""
        folder = self._folder(key)
        try:
            return sorted(
                path
                for path in folder.iterdir()
                if path.name in {FORM, RESPONSES} or (path.name.lower().endswith(".csv") and path.name[0] not in ".~")
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
