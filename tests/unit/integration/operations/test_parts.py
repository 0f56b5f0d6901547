from __future__ import annotations

from typing import TYPE_CHECKING

from integration.operations.job_runs import base_job, locks_of, part_of, parts_of_sync, split

if TYPE_CHECKING:
    from config.schema import Settings


def test_sync_is_split_into_the_corrections_each_form_and_each_spreadsheet(settings: Settings) -> None:
    forms = {f"sync/form:{key}" for key in settings.forms}
    assert set(parts_of_sync(settings)) == {"sync/corrections", "sync/sheet:register"} | forms
    names = split(settings)
    assert {base_job(name) for name in names} == set(settings.jobs)
    assert {name for name in names if base_job(name) == "sync"} == set(parts_of_sync(settings))
    assert part_of("sync/form:pulse") == "form:pulse"
    assert "publish" in names
    assert "sync" not in names


def test_what_reads_corrections_never_runs_beside_what_writes_the_tabs(settings: Settings) -> None:
    assert locks_of(settings, "sync/corrections") == locks_of(settings, "publish")
    assert set(locks_of(settings, "sync")) > set(locks_of(settings, "publish"))


def test_two_forms_may_be_read_at_once(settings: Settings) -> None:
    assert not set(locks_of(settings, "sync/form:pulse")) & set(locks_of(settings, "sync/form:families"))


def test_what_counts_all_forms_never_runs_beside_what_reads_one(settings: Settings) -> None:
    held = set(locks_of(settings, "reconcile"))
    for form in settings.forms:
        assert set(locks_of(settings, f"sync/form:{form}")) <= held
    assert not held & set(locks_of(settings, "publish"))


def test_nothing_runs_beside_what_erases(settings: Settings) -> None:
    for name in (*split(settings), "forget"):
        assert set(locks_of(settings, name)) & set(locks_of(settings, "forget"))
        assert set(locks_of(settings, name)) & set(locks_of(settings, "retention"))
