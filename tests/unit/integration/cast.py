"""A fixed cast for the tests of the stages: how people answer, written as short as it can be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from integration.model import Rows, SheetReading, StoredVersion
from integration.normalise.chunks import build_chunk, extract_answers
from integration.normalise.columns import build_columns
from integration.normalise.forms import accept_form_rows
from integration.normalise.sheets import accept_sheet_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from config.schema import Settings
    from integration.model import SheetCell

KEY = b"a key of the tests, long enough"


def response(  # noqa: PLR0913  # what a response has
    settings: Settings,
    form: str,
    answers: Mapping[str, str | Sequence[str]],
    *,
    response_id: str = "R1",
    at: str = "2021-09-07T10:00:00.000000000Z",
    edited_at: str | None = None,
    seq: int = 1,
    joined: bool = False,
) -> StoredVersion:
    """Return a stored response whose answers are given by the fields' names; a grid's row is `field.row`."""
    ids = {c.name: c.question_id for c in build_columns(settings.forms[form].fields, settings.programme, KEY)}
    given_answers = {
        ids[name]: {"textAnswers": {"answers": [{"value": v} for v in ([value] if isinstance(value, str) else value)]}}
        for name, value in answers.items()
    }
    body = {"responseId": response_id, "answers": given_answers} | ({"joined": True} if joined else {})
    return StoredVersion(seq, response_id, at, edited_at or at, json.dumps(body))


def form_rows(
    settings: Settings,
    form: str,
    versions: Sequence[StoredVersion],
    corrections: Mapping[tuple[str, str], str] | None = None,
) -> Rows:
    """Return the rows of a form, through every step of normalising."""
    spec = settings.forms[form]
    columns = build_columns(spec.fields, settings.programme, KEY)
    chunk = build_chunk(versions, columns, extract_answers(versions, columns, ()), spec.test_codes)
    return accept_form_rows(form, spec, settings.programme, columns, chunk, corrections or {})


def sheet_rows(
    settings: Settings,
    source: str,
    rows: Sequence[Sequence[SheetCell]],
    corrections: Mapping[tuple[str, str], str] | None = None,
) -> Rows:
    """Return the rows of a sheet with the headings of the YAML in their order."""
    sheet = settings.sheets[source]
    columns = build_columns(sheet.fields, settings.programme, KEY)
    reading = SheetReading((tuple(c.heading for c in columns), *(tuple(row) for row in rows)))
    return accept_sheet_rows(source, sheet, settings.programme, columns, reading, corrections or {})
