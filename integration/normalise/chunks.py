"""Typed chunks: each stored version of a response is read once, and the result is kept.

1. `extract_answers` takes the answers to each column out of the stored JSON, in one DuckDB query.
2. `build_chunk` reads each distinct answer once, by its column's rule.
3. `encode_chunk` and `decode_chunks` turn chunks into bytes for the store and back.

A chunk is an Arrow table with one row a version: `seq`, `response_id`, `created_at`, `last_submitted_at`,
`is_test`, a column for each field column, `<name>_other` and `_n.<name>` where the field has them, and `_issues`
(JSON list of [field, code, found], null for none). It depends on nothing but the version's body and the rules, so
that a new answer costs the reading of that answer alone.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from config.schema import Answers
from config.spelling import fold_case
from integration.kinds.values import JOINED_MARK, TICK_SEPARATOR, normalise_code
from integration.model import IssueCode
from integration.normalise.columns import describe_found, read_answer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from integration.kinds.values import Raw, ReadValue
    from integration.model import Question, StoredVersion
    from integration.normalise.columns import FieldColumn


def extract_answers(
    versions: Sequence[StoredVersion], columns: Sequence[FieldColumn], questions: Sequence[Question]
) -> list[pa.DictionaryArray]:
    """Return one dictionary-encoded text column for each field column, null where nothing was answered.

    Ticks stand side by side with `TICK_SEPARATOR` between them, or after `JOINED_MARK` where one cell holds them all.
    """
    import duckdb  # noqa: PLC0415  # 0.1 s that most commands need not spend

    bodies = pa.table({"body": pa.array([version.body for version in versions], pa.string())})
    query = _build_query(columns, find_question_ids(columns, questions))
    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    try:
        connection.register("stored", bodies)
        answers = connection.sql(query).to_arrow_table()
    finally:
        connection.close()
    return [answers.column(number).combine_chunks().dictionary_encode() for number in range(len(columns))]


def find_question_ids(columns: Sequence[FieldColumn], questions: Sequence[Question]) -> list[tuple[str, ...]]:
    """Return for each column the ids under which its answers may stand, the surest first.

    Of columns of the same wording, which their ids tell apart, no answer is known by the wording.
    """
    wordings = Counter(fold_case(column.question) for column in columns)
    taken = {column.question_id for column in columns if column.question_id}
    by_id = [(column.question_id,) if column.question_id else () for column in columns]
    return [
        ids if wordings[fold_case(column.question)] > 1 else _find_ids_of_column(column, questions, taken)
        for column, ids in zip(columns, by_id, strict=True)
    ]


def _find_ids_of_column(column: FieldColumn, questions: Sequence[Question], taken: Collection[str]) -> tuple[str, ...]:
    """Return the ids under which answers of this column may stand; those `taken` belong to columns by the YAML.

    The YAML's id first; where the form has no such question (it was made anew, or copied), the questions of the same
    wording; last, the wording itself, for a CSV that came without a form, also as an earlier release wrote it: with
    the invisible characters that its heading held.
    """
    known = {question.question_id for question in questions}
    title = fold_case(column.question)
    ids = [column.question_id] if column.question_id else []
    if column.question and column.question_id not in known:
        ids += [question.question_id for question in questions if fold_case(question.title) == title]
        ids = [each for each in ids if each not in taken or each == column.question_id]
    if title:
        by_wording = (question.question_id for question in questions if question.question_id.startswith("q:"))
        ids += [f"q:{title}", *(each for each in by_wording if fold_case(each[2:]) == title)]
    return tuple(dict.fromkeys(ids))


def _build_query(columns: Sequence[FieldColumn], ids_by_column: Sequence[tuple[str, ...]]) -> str:
    answer = {"textAnswers": {"answers": [{"value": "VARCHAR"}]}}
    all_ids = sorted({question_id for ids in ids_by_column for question_id in ids})
    structure = json.dumps({"joined": "BOOLEAN", "answers": dict.fromkeys(all_ids, answer)})
    selected = []
    for number, (column, ids) in enumerate(zip(columns, ids_by_column, strict=True)):
        texts = [
            f"array_to_string(list_transform(r.answers[{_quote_sql(question_id)}].textAnswers.answers, "
            f"lambda a: a.value), chr({ord(TICK_SEPARATOR)}))"
            for question_id in ids
        ]
        text = f"coalesce({', '.join([*texts, 'NULL'])})"
        if column.is_ticks:
            text = f"CASE WHEN r.joined THEN chr({ord(JOINED_MARK)}) || {text} ELSE {text} END"
        selected.append(f"{text} AS c{number}")
    return (
        f"WITH parsed AS (SELECT from_json(body, {_quote_sql(structure)}) AS r FROM stored) "  # noqa: S608  # quoted
        f"SELECT {', '.join(selected)} FROM parsed"
    )


def _quote_sql(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def build_chunk(
    versions: Sequence[StoredVersion],
    columns: Sequence[FieldColumn],
    answers: Sequence[pa.DictionaryArray],
    test_codes: Iterable[str],
    *,
    excused: Mapping[str, NDArray[np.bool_]] | None = None,
) -> pa.Table:
    """Return the typed chunk of these versions; `answers` has their answers, a column for each of `columns`.

    `excused` says by the column's name which versions need no answer there, though it is required.
    """
    tests = {normalise_code(code) for code in test_codes}
    is_test = np.zeros(len(versions), dtype=bool)
    typed: dict[str, pa.Array] = {}
    issues: dict[int, list[tuple[str, str, str]]] = {}
    for column, answer in zip(columns, answers, strict=True):
        distinct: list[Raw] = answer.dictionary.to_pylist()
        codes = answer.indices.fill_null(-1).to_numpy(zero_copy_only=False)  # -1, the last, is a missing answer
        reads = [*(read_answer(column, raw) for raw in distinct), read_answer(column, None)]
        typed |= _build_typed_columns(column, reads, codes)
        found = [*(describe_found(column, raw) for raw in distinct), ""]
        is_wrong = np.array([read.code is not None for read in reads])[codes]
        if excused and column.name in excused:
            is_missing = np.array([read.code is IssueCode.MISSING_REQUIRED for read in reads])[codes]
            is_wrong &= ~(is_missing & excused[column.name])
        for row in np.flatnonzero(is_wrong):
            code = codes[row]
            issues.setdefault(int(row), []).append((column.name, str(reads[code].code), found[code]))
        if column.field.answers is Answers.PERSON and tests:
            is_test |= np.array([*(normalise_code(raw) in tests for raw in distinct), False])[codes]
    encoded = [json.dumps(issues[i], ensure_ascii=False) if i in issues else None for i in range(len(versions))]
    return pa.table(
        {
            "seq": pa.array([version.seq for version in versions], pa.int64()),
            "response_id": pa.array([version.response_id for version in versions], pa.string()),
            "created_at": pa.array([version.created_at for version in versions], pa.string()),
            "last_submitted_at": pa.array([version.last_submitted_at for version in versions], pa.string()),
            "is_test": pa.array(is_test, pa.bool_()),
            **typed,
            "_issues": pa.array(encoded, pa.string()),
        }
    )


def _build_typed_columns(
    column: FieldColumn, reads: Sequence[ReadValue], codes: NDArray[np.int64]
) -> dict[str, pa.Array]:
    """Return a field's values and what stands beside them; `codes` are each row's place in `reads`, -1 for the last."""
    places = pa.array(np.where(codes < 0, len(reads) - 1, codes))
    if column.type.is_numeric:
        numbers = np.array([np.nan if read.value is None else read.value for read in reads], dtype=np.float64)
        typed = {column.name: pa.array(numbers[codes], pa.float64(), from_pandas=True)}
    else:
        typed = {column.name: pa.array([read.value for read in reads], pa.string()).take(places)}
    if column.has_other:
        typed[f"{column.name}_other"] = pa.array([read.other for read in reads], pa.string()).take(places)
    if column.is_ticks:
        typed[f"_n.{column.name}"] = pa.array(np.array([read.ticks for read in reads], dtype=np.int64)[codes])
    return typed


def encode_chunk(table: pa.Table) -> bytes:
    """Return the chunk as Arrow bytes, compressed."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table)
    return sink.getvalue()


def decode_chunks(chunks: Sequence[bytes]) -> pa.Table:
    """Return the chunks as one table, in their order."""
    return pa.concat_tables([pa.ipc.open_stream(chunk).read_all() for chunk in chunks])
