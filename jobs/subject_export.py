"""subject-export: everything that we hold of a person, as readable JSON."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from integration.errors import CallError
from integration.normalise import columns_of, read_versions, shape_answers
from integration.normalise.shape import question_ids
from jobs.flow import known_questions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from integration.model import Rows, StoredVersion
    from integration.wiring import Service
    from jobs.flow import Flow
    from jobs.whose import Whose

TECHNICAL = frozenset({"seq", "response_id", "created_at", "last_submitted_at", "is_test", "_issues"})
COUNTS = ("team", "authority", "phase", "fortnight", "window", "counted")


def export(service: Service, flow: Flow, found: Whose) -> dict[str, Any]:
    """Return what is held of the responses: each version, what it was read as, corrections, where it counts.

    Raises CallError where there is nothing.
    """
    if not found:
        raise CallError("No answer of this person is stored; check the id or the code.")
    packs = service.store.erasures.pack_records()
    return {
        "about": "Everything that this service holds of these answers; times are UTC.",
        "made_at": service.clock.now().isoformat(),
        "programme": service.settings.programme.name,
        "responses": [
            _response(service, flow, source, response_id, packs)
            for source, ids in found.items()
            for response_id in sorted(ids)
        ],
    }


def _response(
    service: Service, flow: Flow, source: str, response_id: str, packs: Sequence[tuple[str, str, int, str]]
) -> dict[str, Any]:
    form = service.settings.forms.get(source)
    versions = service.store.erasures.versions_of(source, [response_id])
    typed = [each for each in service.store.corrections() if (each.source, each.key) == (source, response_id)]
    return {
        "form": source,
        "title": form.title if form else "a form that stands in no YAML file any more",
        "response_id": response_id,
        "versions": _versions(service, source, versions),
        "corrections": [
            {"field": each.field, "value": each.value, "typed_at": each.seen_at, "by": each.by} for each in typed
        ],
        "counts": _counts(flow.rows[source], response_id) if source in flow.rows else {},
        "packs": list(_in_packs(packs, response_id)),
    }


def _versions(service: Service, source: str, versions: Sequence[StoredVersion]) -> list[dict[str, Any]]:
    words, read_as = _words(service, source), _read_as(service, source, versions)
    return [
        {
            "first_submitted_at": version.created_at,
            "submitted_at": version.last_submitted_at,
            "answers": [
                {"question": words.get(question_id, question_id), "answer": _values(answer)}
                for question_id, answer in json.loads(version.body).get("answers", {}).items()
            ],
            "read_as": typed,
        }
        for version, typed in zip(versions, read_as, strict=True)
    ]


def _words(service: Service, source: str) -> dict[str, str]:
    """Return the words of each question by its id: as last seen in the form, else as the YAML has them."""
    settings, questions = service.settings, known_questions(service, source)
    form = settings.forms.get(source)
    columns = columns_of(form.fields, settings.programme, service.key) if form else ()
    of_yaml = {each: column.question or column.name for column in columns for each in question_ids(column, questions)}
    return of_yaml | {question.question_id: question.title for question in questions}


def _read_as(service: Service, source: str, versions: Sequence[StoredVersion]) -> list[dict[str, Any]]:
    """Return the typed values of each version by field; the code as its hash."""
    settings = service.settings
    if source not in settings.forms:
        return [{} for _ in versions]
    form = settings.forms[source]
    columns = columns_of(form.fields, settings.programme, service.key)
    shaped = shape_answers(versions, columns, known_questions(service, source))
    rows = read_versions(versions, columns, shaped, form.test_codes).to_pylist()
    return [
        {name: value for name, value in row.items() if value is not None and name not in TECHNICAL and name[0] != "_"}
        for row in rows
    ]


def _values(answer: Any) -> list[str]:
    given = answer.get("textAnswers", {}).get("answers", []) if isinstance(answer, dict) else []
    return [str(each.get("value", "")) for each in given]


def _counts(rows: Rows, response_id: str) -> dict[str, Any]:
    """Return where the response counts, or why it does not."""
    issues = [{"field": each.field, "code": str(each.code)} for each in rows.issues if each.key == response_id]
    found = rows.frame[rows.frame["_id"] == response_id]
    if found.empty:
        return {"counted": "refused", "needs_attention": issues}
    row = found.iloc[0]
    return {name: _plain(row[name]) for name in COUNTS} | {"needs_attention": issues}


def _plain(value: Any) -> str | int | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return value if isinstance(value, str) else int(value)


def _in_packs(packs: Sequence[tuple[str, str, int, str]], response_id: str) -> Iterator[dict[str, Any]]:
    """Give the packs of which shown figures rest on the response, with these figures."""
    for authority, month, version, body in packs:
        figures = [each["key"] for each in json.loads(body)["figures"] if response_id in each["ids"]]
        if figures:
            yield {"authority": authority, "month": month, "version": version, "figures": figures}
