"""Typed chunks: each stored version is read once, and what was read is kept.

A chunk is an Arrow table with one row a version: `seq`, `response_id`, `created_at`, `last_submitted_at`,
`is_test`, a column for each field column, `<name>_other` and `_n.<name>` where the field has them, and `_issues`
(JSON list of [field, code, found], null for none). It depends on nothing but the version's body and the rules, so
that a new answer costs the reading of that answer alone.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from config.schema import CodeField
from config.spelling import fold_case
from integration.model import ColumnType, IssueCode, is_blank
from integration.normalise.values import (
    JOINED_MARK,
    NO_VALUE,
    TICK_SEPARATOR,
    Raw,
    ReadValue,
    normalise_code,
    to_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from integration.model import Question, StoredVersion
    from integration.normalise.fields import FieldColumn

NOT_SHOWN = "(not shown)"
FOUND_LENGTH = 300


def build_chunk(
    versions: Sequence[StoredVersion],
    columns: Sequence[FieldColumn],
    answers: Sequence[pa.DictionaryArray],
    test_codes: Iterable[str],
) -> pa.Table:
    """Return the typed chunk of these versions; `answers` has their shaped answers, a column for each of `columns`."""
    tests = {normalise_code(code) for code in test_codes}
    table: dict[str, pa.Array] = {
        "seq": pa.array([v.seq for v in versions], pa.int64()),
        "response_id": pa.array([v.response_id for v in versions], pa.string()),
        "created_at": pa.array([v.created_at for v in versions], pa.string()),
        "last_submitted_at": pa.array([v.last_submitted_at for v in versions], pa.string()),
        "is_test": pa.array(_are_tests(columns, answers, tests, len(versions)), pa.bool_()),
    }
    found: dict[int, list[tuple[str, str, str]]] = {}
    for column, answer in zip(columns, answers, strict=True):
        codes = answer.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        distinct: list[Raw] = answer.dictionary.to_pylist()
        reads = [read_answer(column, raw) for raw in distinct]
        blank = read_answer(column, None)
        table |= build_arrow_columns(column, [*reads, blank], codes)
        shown = [*(describe_found(column, raw) for raw in distinct), ""]
        _collect(found, column.name, [*reads, blank], shown, codes)
    issues = [json.dumps(found[i], ensure_ascii=False) if i in found else None for i in range(len(versions))]
    table["_issues"] = pa.array(issues, pa.string())
    return pa.table(table)


def read_answer(column: FieldColumn, raw: Raw) -> ReadValue:
    """Read one answer by its column's rules; a missing one is an issue only where it is required."""
    if is_blank(raw):
        return ReadValue(code=IssueCode.MISSING_REQUIRED) if column.field.required else NO_VALUE
    return column.read(raw)


def describe_found(column: FieldColumn, raw: Raw) -> str:
    """Return what a person should see of what was found: never a respondent's code."""
    if isinstance(column.field, CodeField):
        return NOT_SHOWN
    text = to_text(raw).replace(JOINED_MARK, "").replace(TICK_SEPARATOR, ", ").strip()
    return text if len(text) <= FOUND_LENGTH else text[: FOUND_LENGTH - 1] + "…"


def build_arrow_columns(
    column: FieldColumn, reads: Sequence[ReadValue], codes: NDArray[np.int64]
) -> dict[str, pa.Array]:
    """Return the Arrow columns of a field: its values, and what stands beside them; `codes` points into `reads`."""
    if column.type.is_numeric:
        numbers = np.array([np.nan if r.value is None else r.value for r in reads], dtype=np.float64)[codes]
        typed = {column.name: pa.array(numbers, pa.float64(), from_pandas=True)}
    else:
        typed = {column.name: _taken([r.value for r in reads], codes)}
    if column.has_other:
        typed[f"{column.name}_other"] = _taken([r.other for r in reads], codes)
    if column.is_ticks:
        typed[f"_n.{column.name}"] = pa.array(np.array([r.ticks for r in reads], dtype=np.int64)[codes])
    return typed


def parse_date_columns(frame: pd.DataFrame, columns: Sequence[FieldColumn]) -> pd.DataFrame:
    """Return the frame with its columns of days as datetime64 instead of text."""
    days = {
        column.name: pd.to_datetime(frame[column.name], format="%Y-%m-%d").astype("datetime64[s]")
        for column in columns
        if column.type is ColumnType.DATE
    }
    return frame.assign(**days)


def encode_chunk(table: pa.Table) -> bytes:
    """Return the chunk as Arrow bytes, compressed."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table)
    return sink.getvalue()


def decode_chunks(chunks: Sequence[bytes]) -> pa.Table:
    """Return the chunks as one table, in their order."""
    return pa.concat_tables([pa.ipc.open_stream(chunk).read_all() for chunk in chunks])


def _taken(values: Sequence[object], codes: NDArray[np.int64]) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(np.where(codes < 0, len(values) - 1, codes)))


def _collect(
    found: dict[int, list[tuple[str, str, str]]],
    name: str,
    reads: Sequence[ReadValue],
    shown: Sequence[str],
    codes: NDArray[np.int64],
) -> None:
    wrong = np.array([read.code is not None for read in reads])
    for row in np.flatnonzero(wrong[codes]):
        read = reads[codes[row]]
        found.setdefault(int(row), []).append((name, str(read.code), shown[codes[row]]))


def _are_tests(
    columns: Sequence[FieldColumn], answers: Sequence[pa.DictionaryArray], tests: set[str], count: int
) -> NDArray[np.bool_]:
    flags = np.zeros(count, dtype=bool)
    for column, answer in zip(columns, answers, strict=True):
        if isinstance(column.field, CodeField) and tests:
            is_test = np.array([*(normalise_code(raw) in tests for raw in answer.dictionary.to_pylist()), False])
            flags |= is_test[answer.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
    return flags


def extract_answers(
    versions: Sequence[StoredVersion], columns: Sequence[FieldColumn], questions: Sequence[Question]
) -> list[pa.DictionaryArray]:
    """Return one dictionary-encoded text column for each field column, null where nothing was answered.

    Ticks stand side by side with `EACH` between them, or after `JOINED` where one cell holds them all.
    """
    import duckdb  # noqa: PLC0415  # 0.1 s that most commands need not spend

    bodies = pa.table({"body": pa.array([version.body for version in versions], pa.string())})
    ids = [find_question_ids(column, questions) for column in columns]
    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    try:
        connection.register("stored", bodies)
        shaped = connection.sql(_query(columns, ids)).to_arrow_table()
    finally:
        connection.close()
    return [shaped.column(i).combine_chunks().dictionary_encode() for i in range(len(columns))]


def find_question_ids(column: FieldColumn, questions: Sequence[Question]) -> tuple[str, ...]:
    """Return the ids under which answers of this column may stand, the surest first.

    The YAML's id first; where the form has no such question (it was made anew, or copied), the questions with
    the same words; last, the words themselves, for a CSV that came without a form.
    """
    known = {question.question_id for question in questions}
    title = fold_case(column.question)
    ids = [column.question_id] if column.question_id else []
    if column.question and column.question_id not in known:
        ids += [question.question_id for question in questions if fold_case(question.title) == title]
    return tuple(dict.fromkeys([*ids, *([f"q:{title}"] if title else [])]))


def _query(columns: Sequence[FieldColumn], ids: Sequence[tuple[str, ...]]) -> str:
    answer = {"textAnswers": {"answers": [{"value": "VARCHAR"}]}}
    every = sorted({i for several in ids for i in several})
    structure = {"joined": "BOOLEAN", "answers": dict.fromkeys(every, answer)}
    cells = ", ".join(
        f"{_cell(column, several)} AS c{i}" for i, (column, several) in enumerate(zip(columns, ids, strict=True))
    )
    return (
        f"WITH parsed AS (SELECT from_json(body, {_literal(json.dumps(structure))}) AS r FROM stored) "  # noqa: S608  # literals are escaped
        f"SELECT {cells} FROM parsed"
    )


def _cell(column: FieldColumn, ids: Sequence[str]) -> str:
    texts = [
        f"array_to_string(list_transform(r.answers[{_literal(i)}].textAnswers.answers, lambda a: a.value), "
        f"chr({ord(TICK_SEPARATOR)}))"
        for i in ids
    ]
    text = f"coalesce({', '.join([*texts, 'NULL'])})"
    return f"CASE WHEN r.joined THEN chr({ord(JOINED_MARK)}) || {text} ELSE {text} END" if column.is_ticks else text


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
