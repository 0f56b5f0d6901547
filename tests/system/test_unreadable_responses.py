"""One response that cannot be read: refused by itself, counted, shown where a person looks, and gone once put right."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from integration.adapters.clock import FixedClock
from integration.errors import SourcesUnreadError
from integration.model import Arrival, Counts, Issue
from integration.operations.pipeline import Pipeline, state_fingerprint
from integration.operations.sync import run_sync
from integration.wiring import Service, build_service
from tests.system.commands import SAMPLE
from tests.system.test_reconcile import FORMS, NIGHT, shipped_settings
from tests.unit.integration.adapters.store.stored import empty_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEAM, OWNERSHIP = "c30399ec", "bab360e2"
AT = "2022-02-15T09:00:00Z"


def answered(response_id: str, **more: object) -> dict[str, Any]:
    answers = {
        TEAM: {"textAnswers": {"answers": [{"value": "Elm"}]}},
        OWNERSHIP: {"textAnswers": {"answers": [{"value": "Agree"}]}},
    }
    return {"responseId": response_id, "createTime": AT, "lastSubmittedTime": AT, "answers": answers} | more


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    shipped = shipped_settings()
    for form in FORMS:
        (tmp_path / "forms" / form).mkdir(parents=True)
        (tmp_path / "forms" / form / "form.json").write_bytes((SAMPLE / "forms" / form / "form.json").read_bytes())
    hold(tmp_path, "families")
    empty_store(tmp_path)
    settings = shipped.model_copy(update={"forms": {form: shipped.forms[form] for form in FORMS}, "sheets": {}})
    made = build_service(settings=settings, home=tmp_path, data=tmp_path, key="k" * 16, clock=FixedClock(NIGHT))
    with closing(made):
        yield made


def hold(folder: Path, form: str, *responses: object) -> None:
    (folder / "forms" / form / "responses.json").write_text(json.dumps({"responses": responses}), encoding="utf-8")


def read(service: Service) -> tuple[Counts, tuple[Issue, ...]]:
    run_sync(service)
    rows = Pipeline(service).rows["pulse"]
    return rows.counts, rows.issues


def test_it_is_received_and_refused_and_stands_in_needs_attention_until_it_is_put_right(
    service: Service, tmp_path: Path
) -> None:
    bad = answered("bad", createTime="yesterday")
    hold(tmp_path, "pulse", answered("R1"), bad, answered("R2"), {"no": "id"})
    counts, issues = read(service)
    assert counts == Counts(received=4, accepted=2, refused=2, counted=2, superseded=0)
    assert [(issue.key, str(issue.code)) for issue in issues] == [
        ("bad", "unreadable"),
        ("response 4 of responses.json", "unreadable"),
    ]
    assert "createTime" in issues[0].found
    assert "yesterday" not in repr(issues)
    (notice,) = [notice for notice in run_sync(service).notices if "could not be read" in notice]
    assert notice.startswith("pulse: 2 responses could not be read")

    before = state_fingerprint(service, NIGHT.date())
    hold(tmp_path, "pulse", answered("R1"), answered("bad"), answered("R2"))
    counts, issues = read(service)
    assert counts == Counts(received=3, accepted=3, refused=0, counted=3, superseded=0)
    assert not issues
    assert state_fingerprint(service, NIGHT.date()) != before


def test_what_is_published_follows_though_no_new_answer_came(service: Service, tmp_path: Path) -> None:
    hold(tmp_path, "pulse", answered("R1"))
    read(service)
    before = state_fingerprint(service, NIGHT.date())
    hold(tmp_path, "pulse", answered("R1"), answered("bad", createTime=5))
    counts, _ = read(service)
    assert (counts.received, counts.refused) == (2, 1)
    assert state_fingerprint(service, NIGHT.date()) != before


def test_an_answer_whose_new_version_cannot_be_read_is_not_gone_and_its_stored_version_counts(
    service: Service, tmp_path: Path
) -> None:
    hold(tmp_path, "pulse", answered("R1"))
    read(service)
    hold(tmp_path, "pulse", answered("R1", lastSubmittedTime="later"))
    counts, issues = read(service)
    assert counts == Counts(received=1, accepted=1, refused=0, counted=1, superseded=0)
    assert [(issue.key, str(issue.code)) for issue in issues] == [("R1", "unreadable")]


def test_a_file_of_which_nothing_can_be_read_is_no_reading(service: Service, tmp_path: Path) -> None:
    hold(tmp_path, "pulse", {"id": 1}, {"id": 2})
    with pytest.raises(SourcesUnreadError, match="none of its 2 responses can be read"):
        run_sync(service)


def test_one_that_was_erased_does_not_come_back_by_name(service: Service, tmp_path: Path) -> None:
    hold(tmp_path, "pulse", answered("R1"), answered("bad", createTime=5))
    read(service)
    service.store.erasures.erase({"pulse": ["bad"]}, why="forget", now=NIGHT)
    assert service.store.state.unreadable_responses("pulse").get() == ()
    (tmp_path / "forms/pulse/form.json").touch()
    counts, issues = read(service)
    assert (counts.received, issues) == (1, ())


def test_a_webhook_takes_an_answer_without_its_value(service: Service) -> None:
    from webhooks.hooks.forms import parse_envelope  # noqa: PLC0415  # Flask is needed here alone

    blank = answered("R1")
    blank["answers"][OWNERSHIP] = {"textAnswers": {"answers": [{}]}}
    arrival: Arrival = parse_envelope(json.dumps({"type": "form.response", "data": blank}).encode(), "pulse")
    service.store.responses.receive([arrival], received_at=NIGHT)
    rows = Pipeline(service).rows["pulse"]
    assert rows.counts.accepted == 1
    found = [str(issue.code) for issue in rows.issues if issue.field == "ownership"]
    assert found == ["missing_required"]
