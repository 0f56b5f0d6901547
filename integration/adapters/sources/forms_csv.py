"""The CSV of a form's answers: "Download responses (.csv)" of Google Forms, or its sheet saved as CSV."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from config.spelling import fold_case
from integration.adapters.clock import write_moment
from integration.adapters.untrusted_input import read_file
from integration.errors import SourceError
from integration.model import FormReading, Question, RawResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import tzinfo
    from pathlib import Path

TIMESTAMP = "timestamp"
RESPONSE_ID_HEADINGS = frozenset({"response id", "responseid"})
MAX_ID_LENGTH = 256


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where what stands: `questions` has the question of each column of answers, by its place."""

    width: int
    timestamp: int
    response_id: int | None
    questions: Mapping[int, Question]


def question_id_of_title(title: str) -> str:
    """Return what stands for the id of a question that is known by its words alone."""
    return f"q:{fold_case(title)}"


def read_csv_export(path: Path, ids: Mapping[str, str]) -> FormReading:
    """Return the answers of one CSV; `ids` gives the question id of each folded title that is known.

    A column that no title knows is kept under its words and named in a notice. A cell stays as it is, also
    where it holds several ticks: `joined` in the body says so. A row without an id gets one from its time
    and its cells, whatever their order, so that it is the same after columns were moved, renamed or added.
    Raises SourceError for the first thing that cannot be read.
    """
    rows = _rows(path)
    columns = _columns(path, rows, ids)
    unknown = [question.title for question in columns.questions.values() if fold_case(question.title) not in ids]
    notices = tuple(
        f'{path}: no question has the heading "{title}"; its answers are stored but not read.' for title in unknown
    )
    return FormReading(tuple(columns.questions.values()), _responses(path, rows, columns), notices)


def _rows(path: Path) -> list[list[str]]:
    try:
        text = read_file(path).decode()
    except UnicodeDecodeError:
        raise SourceError(f"{path} is not UTF-8 text; download it again, or save it as CSV UTF-8.") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise SourceError(f"{path}, line {reader.line_num}: is no CSV ({error}); download it again.") from None
    if not rows:
        raise SourceError(f"{path} is empty, without even a heading row; download it again.")
    return rows


# --- headings ---------------------------------------------------------------------------------------------


def _columns(path: Path, rows: Sequence[Sequence[str]], ids: Mapping[str, str]) -> _Columns:
    headings = [fold_case(heading) for heading in rows[0]]
    if TIMESTAMP not in headings:
        raise SourceError(f'{path} has no column "Timestamp"; download the responses as Google Forms gives them.')
    own = [place for place, heading in enumerate(headings) if heading == TIMESTAMP or heading in RESPONSE_ID_HEADINGS]
    questions = {
        place: Question(ids.get(fold_case(title), question_id_of_title(title)), title)
        for place, title in enumerate(_titles(rows))
        if place not in own and title
    }
    _refuse_doubles(path, [(headings[place], rows[0][place]) for place in own])
    _refuse_doubles(path, [(question.question_id, question.title) for question in questions.values()])
    response_id = next((place for place in own if headings[place] in RESPONSE_ID_HEADINGS), None)
    return _Columns(len(headings), headings.index(TIMESTAMP), response_id, questions)


def _titles(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return each column's heading; one without a heading is called by its place if anything stands in it."""
    return [
        heading.strip() or (f"column {place + 1}" if any(_cell(row, place) for row in rows[1:]) else "")
        for place, heading in enumerate(rows[0])
    ]


def _refuse_doubles(path: Path, columns: Sequence[tuple[str, str]]) -> None:
    first: dict[str, str] = {}
    for same, heading in columns:
        if same in first:
            raise SourceError(
                f'{path}: the columns "{first[same]}" and "{heading}" are one question;'
                " give the questions different words in the form, then download again."
            )
        first[same] = heading


# --- rows -------------------------------------------------------------------------------------------------


def _responses(path: Path, rows: Sequence[Sequence[str]], columns: _Columns) -> tuple[RawResponse, ...]:
    responses = []
    seen: Counter[str] = Counter()
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            response = _response(row, columns, seen)
        except ValueError as error:
            raise SourceError(f"{path}, row {number}: {error}; download the responses again.") from None
        responses.append(response)
    return tuple(responses)


def _response(row: Sequence[str], columns: _Columns, seen: Counter[str]) -> RawResponse:
    if any(cell.strip() for cell in row[columns.width :]):
        raise ValueError("has more cells than there are headings")
    try:
        at = read_timestamp(_cell(row, columns.timestamp))
    except ValueError as error:
        raise ValueError(f"its Timestamp {error}") from None
    answers = {question.question_id: row[place] for place, question in columns.questions.items() if _cell(row, place)}
    response_id = "" if columns.response_id is None else _cell(row, columns.response_id)
    if len(response_id) > MAX_ID_LENGTH or not response_id.isprintable():
        raise ValueError("its Response ID is not one")
    response_id = response_id or _stable_id(at, answers.values(), seen)
    return RawResponse(response_id, at, at, _body(response_id, at, answers))


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _stable_id(at: str, cells: Iterable[str], seen: Counter[str]) -> str:
    """Return an id from the content. The second row of the same content is told apart by its number."""
    meant = sorted(unicodedata.normalize("NFC", "\n".join(cell.split("\r\n"))).strip() for cell in cells)
    digest = hashlib.sha256(msgspec.json.encode([at, *meant])).hexdigest()[:24]
    seen[digest] += 1
    return f"csv-{digest}" if seen[digest] == 1 else f"csv-{digest}-{seen[digest]}"


def _body(response_id: str, at: str, answers: Mapping[str, str]) -> str:
    return msgspec.json.encode(
        {
            "responseId": response_id,
            "createTime": at,
            "lastSubmittedTime": at,
            "answers": {
                question_id: {"questionId": question_id, "textAnswers": {"answers": [{"value": cell}]}}
                for question_id, cell in answers.items()
            },
            "joined": True,
        }
    ).decode()


LONDON = ZoneInfo("Europe/London")

_DATE = r"(?:(?P<y>\d{4})[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)|(?P<d2>\d\d?)[-/.](?P<m2>\d\d?)[-/.](?P<y2>\d{4}))"
_CLOCK = r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?"
_HALF = r"(?: ?(?P<half>[ap])\.?m\.?)?"
_ZONE = r"(?: ?(?P<zone>z|bst|(?:gmt|utc)?(?P<offset>[+-]\d\d?(?::?\d\d)?)|gmt|utc))?"
_TIMESTAMP = re.compile(rf"{_DATE}(?:t|,? ){_CLOCK}{_HALF}{_ZONE}", re.ASCII)


def read_timestamp(text: str) -> str:
    """Return a moment (see `integration.adapters.moment`) of what a Timestamp cell says.

    Understood are `2021/12/04 11:15:50 pm GMT` (also `GMT+1`, `BST`) of a download from Google Forms,
    `04/12/2021 23:15:50` of a spreadsheet, always day first, and ISO 8601; without a zone it is London's
    time. Raises ValueError, without the text.
    """
    found = _TIMESTAMP.fullmatch(" ".join(text.split()).casefold().replace("\N{MINUS SIGN}", "-"))
    if found is None:
        raise ValueError("is not a date and time such as 2021/12/04 11:15:50 pm GMT or 04/12/2021 23:15:50")
    try:
        at = datetime(
            year=int(found["y"] or found["y2"]), month=int(found["m"] or found["m2"]),
            day=int(found["d"] or found["d2"]), hour=_hour(found["hour"], found["half"]),
            minute=int(found["minute"]), second=int(found["second"] or 0),
            tzinfo=_zone(found["zone"], found["offset"]),
        )  # fmt: skip
        return write_moment(at, found["fraction"] or "")
    except (ValueError, OverflowError):
        raise ValueError("is a date and time that does not exist, read day first") from None


def _hour(hour: str, half: str | None) -> int:
    number = int(hour)
    if half is None:
        return number
    if not 1 <= number <= 12:  # noqa: PLR2004  # a clock of two halves
        raise ValueError(hour)
    return number % 12 + (12 if half == "p" else 0)


def _zone(zone: str | None, offset: str | None) -> tzinfo:
    if zone is None:
        return LONDON
    if zone == "bst":
        return timezone(timedelta(hours=1))
    if offset is None:
        return UTC
    hours, minutes = re.fullmatch(r".(\d\d?):?(\d\d)?", offset).groups()  # type: ignore[union-attr]  # as in _ZONE
    ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-ahead if offset.startswith("-") else ahead)
