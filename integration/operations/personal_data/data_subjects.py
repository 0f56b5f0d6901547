"""Data subjects: finds a person's responses by an id or by their own code, and exports all that is held of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd

from config.schema import Answers
from integration.errors import CallError
from integration.kinds.values import normalise_code
from integration.normalise.chunks import build_chunk, extract_answers, find_question_ids
from integration.normalise.columns import build_columns
from integration.operations.pipeline import Pipeline, known_questions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integration.model import PackRecord, Rows, StoredVersion
    from integration.wiring import Service

ALL_TEAMS = "all"

ResponseIds = dict[str, frozenset[str]]
"""Response ids by the form that they belong to."""


def find_responses(service: Service, *, response: str, code: str, form: str, team: str = "") -> ResponseIds:
    """Return the stored responses with this id, or of this code; nothing where there are none.

    One of `response` and `code` is "". Raises CallError where both or neither are given, where there is no such form
    or team, where an id stands in several forms and none is named, and where a code was used in several teams and
    `team` says neither one of them nor ALL_TEAMS: short codes are not one person's alone.
    """
    if bool(response) == bool(normalise_code(code)):
        raise CallError("Say whose answers they are: either --response ID or --code CODE.")
    forms = dict.fromkeys([*service.settings.forms, *service.store.responses.sources()])
    if form and form not in forms:
        raise CallError(f"There is no form {form!r}; there are: {', '.join(forms)}.")
    if code:
        by_code = {
            source: ids
            for source in service.settings.forms
            if form in ("", source) and (ids := _find_by_code(service, source, code))
        }
        return _keep_team(service, by_code, team)
    stored_in = [
        source
        for source in forms
        if service.store.responses.versions_of(source, [response])
        or any(each.key == response for each in service.store.state.unreadable_responses(source).get() or ())
    ]
    if len(stored_in) > 1 and not form:
        raise CallError(f"An answer with this id stands in {' and '.join(stored_in)}: say which with --form KEY.")
    return {source: frozenset([response]) for source in stored_in if form in ("", source)}


def _find_by_code(service: Service, source: str, code: str) -> frozenset[str]:
    """Return the ids of the responses of which a version carries the code, or of which it was corrected to it."""
    wanted = normalise_code(code)
    store, settings = service.store, service.settings
    every = build_columns(settings.forms[source].fields, settings.programme, service.key)
    columns = tuple(column for column in every if column.field.answers is Answers.PERSON)
    if not columns:
        return frozenset()
    names = {column.name for column in columns}
    ids = {
        correction.key
        for correction in store.corrections.newest()
        if correction.source == source and correction.field in names and normalise_code(correction.value) == wanted
    }
    versions = store.responses.versions_after(source, 0)
    for answer in extract_answers(versions, columns, known_questions(service, source)) if versions else ():
        is_wanted = [normalise_code(each) == wanted for each in answer.dictionary.to_pylist()]
        places = answer.indices.to_pylist()
        ids |= {
            version.response_id
            for version, place in zip(versions, places, strict=True)
            if place is not None and is_wanted[place]
        }
    return frozenset(ids & store.responses.ids(source))


def _keep_team(service: Service, by_code: ResponseIds, team: str) -> ResponseIds:
    """Return the responses of the team, and those that name none that we know. Raises CallError where it is unclear."""
    authorities = service.settings.programme.authorities.values()
    teams = dict.fromkeys(key for authority in authorities for key in authority.teams)
    if team and team != ALL_TEAMS and team not in teams:
        raise CallError(f"There is no team {team!r}; there are: {', '.join(teams)}.")
    team_of: dict[str, dict[str, str]] = {}
    for source in by_code:
        accepted = Pipeline(service).rows[source].frame
        team_of[source] = dict(zip(accepted["_id"], accepted["_team"], strict=True))
    used_in = {team_of[source].get(each, "") for source, ids in by_code.items() for each in ids} - {""}
    if len(used_in) > 1 and not team:
        raise CallError(
            f"This code was used in the teams {', '.join(sorted(used_in))}, so it is probably not one person's alone: "
            f"say whose answers are meant with --team KEY, or --team {ALL_TEAMS}."
        )
    if team in ("", ALL_TEAMS):
        return by_code
    of_team = {
        source: frozenset(each for each in ids if team_of[source].get(each, team) == team)
        for source, ids in by_code.items()
    }
    return {source: ids for source, ids in of_team.items() if ids}


def response_digests(service: Service, responses: ResponseIds) -> str:
    """Return the digests of the responses, for places where an id must not stand."""
    digest = service.store.tombstones.digest
    return " ".join(digest(source, each) for source, ids in responses.items() for each in sorted(ids))


TECHNICAL_COLUMNS = frozenset({"seq", "response_id", "created_at", "last_submitted_at", "is_test", "_issues"})
COUNT_COLUMNS = ("team", "authority", "phase", "fortnight", "window", "counted")
"""The columns that say where a response counts."""


def export_responses(service: Service, flow: Pipeline, responses: ResponseIds) -> dict[str, Any]:
    """Return what is held of the responses: each version, what it was read as, corrections, where it counts.

    Raises CallError where there is nothing.
    """
    if not responses:
        raise CallError("No answer of this person is stored; check the id or the code.")
    packs = service.store.packs.records()
    return {
        "about": "Everything that this service holds of these answers; times are UTC.",
        "made_at": service.clock.now().isoformat(),
        "programme": service.settings.programme.name,
        "responses": [
            _export_response(service, flow, source, response_id, packs)
            for source, ids in responses.items()
            for response_id in sorted(ids)
        ],
    }


def _export_response(
    service: Service, flow: Pipeline, source: str, response_id: str, packs: Sequence[PackRecord]
) -> dict[str, Any]:
    form = service.settings.forms.get(source)
    return {
        "form": source,
        "title": form.title if form else "a form that stands in no YAML file any more",
        "response_id": response_id,
        "versions": _export_versions(service, source, service.store.responses.versions_of(source, [response_id])),
        "corrections": [
            {"field": each.field, "value": each.value, "typed_at": each.seen_at, "by": each.by}
            for each in service.store.corrections.newest()
            if (each.source, each.key) == (source, response_id)
        ],
        "counts": _where_counted(flow.rows[source], response_id) if source in flow.rows else {},
        "packs": [  # of which shown figures rest on the response, with these figures
            {"authority": pack.authority, "month": pack.month, "version": pack.version, "figures": figures}
            for pack in packs
            if (figures := [each["key"] for each in json.loads(pack.body)["figures"] if response_id in each["ids"]])
        ],
    }


def _export_versions(service: Service, source: str, versions: Sequence[StoredVersion]) -> list[dict[str, Any]]:
    """Return each version with the questions' words, as last seen in the form, else as the YAML has them.

    It was read as the typed values by field; the code as its hash.
    """
    settings, questions = service.settings, known_questions(service, source)
    form = settings.forms.get(source)
    columns = build_columns(form.fields, settings.programme, service.key) if form else ()
    of_yaml = {
        each: column.question or column.name
        for column, ids in zip(columns, find_question_ids(columns, questions), strict=True)
        for each in ids
    }
    words = of_yaml | {question.question_id: question.title for question in questions}
    typed_rows: list[dict[str, Any]] = [{} for _ in versions]
    if form:
        answers = extract_answers(versions, columns, questions)
        typed_rows = build_chunk(versions, columns, answers, form.test_codes).to_pylist()
    return [
        {
            "first_submitted_at": version.created_at,
            "submitted_at": version.last_submitted_at,
            "answers": [
                {"question": words.get(question_id, question_id), "answer": _values(answer)}
                for question_id, answer in json.loads(version.body).get("answers", {}).items()
            ],
            "read_as": {
                name: value
                for name, value in row.items()
                if value is not None and name not in TECHNICAL_COLUMNS and name[0] != "_"
            },
        }
        for version, row in zip(versions, typed_rows, strict=True)
    ]


def _values(answer: Any) -> list[str]:
    given = answer.get("textAnswers", {}).get("answers", []) if isinstance(answer, dict) else []
    return [str(each.get("value", "")) for each in given]


def _where_counted(rows: Rows, response_id: str) -> dict[str, Any]:
    """Return where the response counts, or why it does not."""
    issues = [{"field": each.field, "code": str(each.code)} for each in rows.issues if each.key == response_id]
    accepted = rows.frame[rows.frame["_id"] == response_id]
    if accepted.empty:
        return {"counted": "refused", "needs_attention": issues}
    row = accepted.iloc[0]
    counts = {name: None if pd.isna(row[name]) else row[name] for name in COUNT_COLUMNS}
    plain = {name: value if value is None or isinstance(value, str) else int(value) for name, value in counts.items()}
    return {**plain, "needs_attention": issues}
