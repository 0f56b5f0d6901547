"""The CSV of a form's answers: "Download responses (.csv)" of Google Forms, or its sheet saved as CSV."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from config.spelling import fold_case, is_visible, visible_text
from integration.adapters.clock import write_moment
from integration.adapters.untrusted_input import read_file, read_zipped_csv
from integration.errors import SourceError
from integration.kinds.values import TIME_OF_DAY, read_time_of_day
from integration.model import FormReading, Question, RawResponse, UnreadableResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

TIMESTAMP = "timestamp"
RESPONSE_ID_HEADINGS = frozenset({"response id", "responseid"})
MAX_ID_LENGTH = 256


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column holds what: `questions` has the question of each column of answers, by the column's index."""

    width: int
    timestamp: int
    response_id: int | None
    questions: Mapping[int, Question]


def question_id_of_title(title: str) -> str:
    """Return what stands for the id of a question that is known by its words alone."""
    return f"q:{fold_case(title)}"


def read_csv_export(path: Path, ids: Mapping[str, str], *, latest: date | None = None) -> FormReading:
    """Return the answers of one CSV, or of the one in a .zip; `ids` gives the question id of each known folded title.

    `latest` is a day after which no respondent can have answered.

    A column that no title knows is kept under its words and named in a notice. A cell stays as it is, also
    where it holds several ticks: `joined` in the body says so. A row without an id gets one from its time
    and its cells, whatever their order, so that it is the same after columns were moved, renamed or added. A row that
    cannot be read is refused by itself. Raises SourceError where the file is no CSV of a form's answers.
    """
    try:
        text = (read_zipped_csv(path) if path.suffix.lower() == ".zip" else read_file(path)).decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # also UTF-16 without a mark of its byte order
        raise SourceError(f"{path} is not UTF-8 text; download it again, or save it as CSV UTF-8.")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise SourceError(f"{path}, line {reader.line_num}: is no CSV ({error}); download it again.") from None
    if not rows:
        raise SourceError(f"{path} is empty, without even a heading row; download it again.")
    columns = _find_columns(path, rows, ids)
    order = _find_day_order(path, (_cell(row, columns.timestamp) for row in rows[1:]), latest)
    questions = tuple(columns.questions.values())
    notices = tuple(
        f'{path}: no question, or several, have the heading "{question.title}"; its answers are stored but not read.'
        for question in questions
        if fold_case(question.title) not in ids
    ) + ((order.notice,) if order.notice else ())
    responses, unreadable = [], []
    digests: Counter[str] = Counter()
    for number, row in enumerate(rows[1:], start=2):
        if any(is_visible(cell) for cell in row):
            try:
                responses.append(_parse_row(row, columns, digests, month_first=order.month_first))
            except _UnreadableRowError as error:
                place = f"row {number} of {path.name}"
                unreadable.append(UnreadableResponse(error.response_id or place, f"{place}: {error}", error.field))
    return FormReading(questions, tuple(responses), notices, unreadable=tuple(unreadable))


class _UnreadableRowError(ValueError):
    """A row that cannot be read: what is wrong with it, its id where it has one, and the field that is wrong."""

    def __init__(self, reason: str, *, response_id: str = "", field: str = "response") -> None:
        super().__init__(reason)
        self.response_id = response_id
        self.field = field


def _find_columns(path: Path, rows: Sequence[Sequence[str]], ids: Mapping[str, str]) -> _Columns:
    headings = [fold_case(heading) for heading in rows[0]]
    if TIMESTAMP not in headings:
        raise SourceError(f'{path} has no column "Timestamp"; download the responses as Google Forms gives them.')
    own = [index for index, heading in enumerate(headings) if heading == TIMESTAMP or heading in RESPONSE_ID_HEADINGS]
    # A column without a heading is called by its number if anything stands in it.
    titles = [
        heading.strip() or (f"column {index + 1}" if any(_cell(row, index) for row in rows[1:]) else "")
        for index, heading in enumerate(rows[0])
    ]
    questions = {
        index: Question(ids.get(fold_case(title), question_id_of_title(title)), title)
        for index, title in enumerate(titles)
        if index not in own and title
    }
    named = [(headings[index], rows[0][index]) for index in own]
    for columns in (named, [(question.question_id, question.title) for question in questions.values()]):
        first: dict[str, str] = {}
        for same, heading in columns:
            if same in first:
                raise SourceError(
                    f'{path}: the columns "{first[same]}" and "{heading}" are one question;'
                    " give the questions different words in the form, then download again."
                )
            first[same] = heading
    response_id = next((index for index in own if headings[index] in RESPONSE_ID_HEADINGS), None)
    return _Columns(len(headings), headings.index(TIMESTAMP), response_id, questions)


def _parse_row(row: Sequence[str], columns: _Columns, digests: Counter[str], *, month_first: bool) -> RawResponse:
    """Return the response of a row, in the shape of the Forms API. Raises _UnreadableRowError."""
    response_id = "" if columns.response_id is None else visible_text(_cell(row, columns.response_id))
    if len(response_id) > MAX_ID_LENGTH or not response_id.isprintable():
        raise _UnreadableRowError("its Response ID is not one")
    if any(is_visible(cell) for cell in row[columns.width :]):
        raise _UnreadableRowError("has more cells than there are headings", response_id=response_id)
    timestamp = _cell(row, columns.timestamp)
    try:
        at = read_timestamp(timestamp, month_first=month_first)
    except ValueError as error:
        reason = f"its Timestamp {error if is_visible(timestamp) else 'is blank'}"
        raise _UnreadableRowError(reason, response_id=response_id, field="submitted_at") from None
    answers = {question.question_id: row[index] for index, question in columns.questions.items() if _cell(row, index)}
    response_id = response_id or _content_id(at, answers.values(), digests)
    body = {
        "responseId": response_id,
        "createTime": at,
        "lastSubmittedTime": at,
        "answers": {
            question_id: {"questionId": question_id, "textAnswers": {"answers": [{"value": cell}]}}
            for question_id, cell in answers.items()
        },
        "joined": True,
    }
    return RawResponse(response_id, at, at, msgspec.json.encode(body).decode())


def _cell(row: Sequence[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""


def _content_id(at: str, cells: Iterable[str], digests: Counter[str]) -> str:
    """Return an id from the content. The second row of the same content is told apart by its number."""
    content = sorted(unicodedata.normalize("NFC", "\n".join(cell.split("\r\n"))).strip() for cell in cells)
    digest = hashlib.sha256(msgspec.json.encode([at, *content])).hexdigest()[:24]
    digests[digest] += 1
    return f"csv-{digest}" if digests[digest] == 1 else f"csv-{digest}-{digests[digest]}"


# --- the Timestamp column -----------------------------------------------------------------------------------

_DATE = r"(?:(?P<y>\d{4})[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)|(?P<d2>\d\d?)[-/.](?P<m2>\d\d?)[-/.](?P<y2>\d{4}))"
_TIMESTAMP = re.compile(rf"{_DATE}{TIME_OF_DAY}", re.ASCII)


def read_timestamp(text: str, *, month_first: bool = False) -> str:
    """Return a moment (see `integration.adapters.clock`) of what a Timestamp cell says.

    Understood are `2021/12/04 11:15:50 pm GMT` (also `GMT+1`, `BST`) of a download from Google Forms,
    `04/12/2021 23:15:50` of a spreadsheet, day first or with `month_first` month first, and ISO 8601; without a zone it
    is London's time. Raises ValueError, without the text.
    """
    match = _TIMESTAMP.fullmatch(fold_case(text).replace("\N{MINUS SIGN}", "-"))
    if match is None:
        raise ValueError("is not a date and time such as 2021/12/04 11:15:50 pm GMT or 04/12/2021 23:15:50")
    day, month = match["d"] or match["d2"], match["m"] or match["m2"]
    if month_first and match["d2"]:
        day, month = month, day
    try:
        at = datetime.combine(date(int(match["y"] or match["y2"]), int(month), int(day)), read_time_of_day(match))
        return write_moment(at, match["fraction"] or "")
    except (ValueError, OverflowError):
        order = "month" if month_first else "day"
        raise ValueError(f"is a date and time that does not exist, read {order} first") from None


MANY_TIMES = 4
"""So many times more rows must speak against one way of reading than against the other, where any speak against it."""


class _DayOrder(NamedTuple):
    month_first: bool
    notice: str = ""


def _find_day_order(path: Path, cells: Iterable[str], latest: date | None) -> _DayOrder:
    """Return whether the Timestamps of a file are month first, by all of them together, and what to say of it.

    A day above 12 decides; else the order in which the rows stand, for answers are written one below the other, and
    days after `latest`, on which no respondent can have answered yet.
    """
    folded = [fold_case(cell) for cell in cells]
    parts = [
        (int(match["d2"]), int(match["m2"])) for cell in folded if (match := _TIMESTAMP.fullmatch(cell)) and match["d2"]
    ]
    if all(first == second for first, second in parts) or any(first > MONTHS_IN_A_YEAR for first, _ in parts):
        return _DayOrder(month_first=False)
    if any(second > MONTHS_IN_A_YEAR for _, second in parts):
        return _DayOrder(month_first=True, notice=f"{path}: {READ_MONTH_FIRST} there is no such month.")
    against_day, against_month = (_count_against(folded, latest, month_first=each) for each in (False, True))
    if against_month > MANY_TIMES * against_day:
        return _DayOrder(month_first=False)
    if against_day > MANY_TIMES * against_month:
        why = "they stand out of order or after the reporting date."
        return _DayOrder(month_first=True, notice=f"{path}: {READ_MONTH_FIRST} {why}")
    return _DayOrder(month_first=False, notice=f"{path}: {UNDECIDED}")


MONTHS_IN_A_YEAR = 12
READ_MONTH_FIRST = "its Timestamps were read month first, because day first"
UNDECIDED = (
    "its Timestamps can be read day first or month first, and nothing in the file says which; they were read day "
    "first. If that is wrong, download the responses from Google Forms, which writes the year first."
)


def _count_against(cells: Iterable[str], latest: date | None, *, month_first: bool) -> int:
    """Return how many Timestamps stand out of the order of the others, or after the latest day, when read so."""
    moments: list[str] = []
    for cell in cells:
        with suppress(ValueError):
            moments.append(read_timestamp(cell, month_first=month_first))
    falls = sum(later < earlier for earlier, later in pairwise(moments))
    rises = sum(later > earlier for earlier, later in pairwise(moments))
    too_late = sum(moment[:10] > latest.isoformat() for moment in moments) if latest else 0
    return min(falls, rises) + too_late
