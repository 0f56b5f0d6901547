"""Runs of jobs: shards, locks, and what is known of the last runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from integration.alerts.wording import job_of_shard
from integration.model import RunRecord
from integration.operations.job_runs import jobs_by_shard, last_runs, locks_for, shard_of, sync_shards
from tests.system.scheduling.counted_job import service_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.schema import Settings
    from integration.wiring import Service

NOW = datetime(2022, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = service_of(tmp_path)
    yield service
    service.close()


def test_sync_has_a_shard_for_the_corrections_each_form_and_each_spreadsheet(settings: Settings) -> None:
    forms = {f"sync/form:{key}" for key in settings.forms}
    assert set(sync_shards(settings)) == {"sync/corrections", "sync/sheet:register"} | forms
    names = jobs_by_shard(settings)
    assert {job_of_shard(name) for name in names} == set(settings.jobs)
    assert {name for name in names if job_of_shard(name) == "sync"} == set(sync_shards(settings))
    assert shard_of("sync/form:pulse") == "form:pulse"
    assert "publish" in names
    assert "sync" not in names


def test_what_reads_corrections_never_runs_beside_what_writes_the_tabs(settings: Settings) -> None:
    assert locks_for(settings, "sync/corrections") == locks_for(settings, "publish")
    assert set(locks_for(settings, "sync")) > set(locks_for(settings, "publish"))


def test_two_forms_may_be_read_at_once(settings: Settings) -> None:
    assert not set(locks_for(settings, "sync/form:pulse")) & set(locks_for(settings, "sync/form:families"))


def test_what_counts_all_forms_never_runs_beside_what_reads_one(settings: Settings) -> None:
    held = set(locks_for(settings, "reconcile"))
    for form in settings.forms:
        assert set(locks_for(settings, f"sync/form:{form}")) <= held
    assert not held & set(locks_for(settings, "publish"))


def test_nothing_runs_beside_what_erases(settings: Settings) -> None:
    for name in (*jobs_by_shard(settings), "forget"):
        assert set(locks_for(settings, name)) & set(locks_for(settings, "forget"))
        assert set(locks_for(settings, name)) & set(locks_for(settings, "retention"))


def record_run(service: Service, name: str, minute: int, outcome: str = "done", note: str = "nothing new") -> None:
    at = NOW + timedelta(minutes=minute)
    service.store.runs.record(name, started_at=at, ended_at=at, outcome=outcome, note=note)


def test_nothing_has_run_where_nothing_is_stored(tmp_path: Path) -> None:
    assert last_runs(service_of(tmp_path / "elsewhere")) == {}


def test_the_shards_of_a_job_are_shown_as_one_run(service: Service) -> None:
    record_run(service, "sync/form:pulse", 1)
    record_run(service, "sync/sheet:register", 2, note="sync: changed: teams")
    record_run(service, "publish", 3, note="data.xlsx")
    runs = last_runs(service)
    assert runs["publish"] == RunRecord(NOW + timedelta(minutes=3), "done", "data.xlsx")
    assert runs["sync"] == RunRecord(NOW + timedelta(minutes=2), "done", "2 parts, the last one: sync: changed: teams")


def test_a_shard_that_failed_is_not_hidden_by_the_others(service: Service) -> None:
    record_run(service, "sync/form:pulse", 1, "failed", "SourceError")
    record_run(service, "sync/form:families", 2)
    assert last_runs(service)["sync"] == RunRecord(NOW + timedelta(minutes=2), "failed", "form:pulse: SourceError")


def test_a_run_of_the_whole_job_makes_up_for_earlier_shards(service: Service) -> None:
    record_run(service, "sync/form:pulse", 1, "failed", "SourceError")
    record_run(service, "sync", 2)
    assert last_runs(service)["sync"] == RunRecord(NOW + timedelta(minutes=2), "done", "nothing new")
