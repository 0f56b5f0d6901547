"""From stored JSON to columns: DuckDB takes each response apart once, on all cores, and Arrow carries the columns.

The landing has checked each body's shape before it was stored, so nothing here can be of the wrong shape.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa

from config.fold import fold
from integration.normalise.answers import EACH, JOINED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integration.model import Question, StoredVersion
    from integration.normalise.fields import FieldColumn


def shape_answers(
    versions: Sequence[StoredVersion], columns: Sequence[FieldColumn], questions: Sequence[Question]
) -> list[pa.DictionaryArray]:
    """Return one dictionary-encoded text column for each field column, null where nothing was answered.

    Ticks stand side by side with `EACH` between them, or after `JOINED` where one cell holds them all.
    """
    import duckdb  # noqa: PLC0415  # 0.1 s that most commands need not spend

    bodies = pa.table({"body": pa.array([version.body for version in versions], pa.string())})
    ids = [question_ids(column, questions) for column in columns]
    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    try:
        connection.register("stored", bodies)
        shaped = connection.sql(_query(columns, ids)).to_arrow_table()
    finally:
        connection.close()
    return [shaped.column(i).combine_chunks().dictionary_encode() for i in range(len(columns))]


def question_ids(column: FieldColumn, questions: Sequence[Question]) -> tuple[str, ...]:
    """Return the ids under which answers of this column may stand, the surest first.

    The YAML's id first; where the form has no such question (it was made anew, or copied), the questions with
    the same words; last, the words themselves, for a CSV that came without a form.
    """
    known = {question.question_id for question in questions}
    title = fold(column.question)
    ids = [column.question_id] if column.question_id else []
    if column.question and column.question_id not in known:
        ids += [question.question_id for question in questions if fold(question.title) == title]
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
        f"chr({ord(EACH)}))"
        for i in ids
    ]
    text = f"coalesce({', '.join([*texts, 'NULL'])})"
    return f"CASE WHEN r.joined THEN chr({ord(JOINED)}) || {text} ELSE {text} END" if column.is_ticks else text


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
