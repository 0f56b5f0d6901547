"""Runs a job by its name: for an operator, for the scheduler, or dry on a copy of the home folder.

What a job does stands in the module of its name: sync, publish, packs, reconcile, retention, backup; `lookout` in
`expiry`, `renew-watches` in `subscriptions`.
"""

from __future__ import annotations

import shutil
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from config.schema.jobs import JOB_NAMES
from integration.adapters.home import STORE_FILE
from integration.adapters.store.copy import copy_to_file
from integration.adapters.store.file import DRY_RUN_PREFIX, remove_leftovers, temporary_folder
from integration.adapters.store.store import Database
from integration.errors import CallError
from integration.operations.audit import record_action
from integration.operations.backup import back_up
from integration.operations.job_runs import Progress, check_authority, no_progress, run_exclusively, today
from integration.operations.monitoring.expiry import check_expiry
from integration.operations.packs import build_packs, describe_built
from integration.operations.personal_data.retention import apply_retention
from integration.operations.pipeline import Pipeline
from integration.operations.publish import run_publish
from integration.operations.reconcile import run_reconcile
from integration.operations.subscriptions import renew_watches
from integration.operations.sync import run_sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from integration.operations.job_runs import JobResult
    from integration.wiring import Service

JOBS_WITHOUT_OPTIONS: dict[str, Callable[..., JobResult]] = {
    "backup": back_up,
    "lookout": check_expiry,
    "renew-watches": renew_watches,
}
"""They need only the time."""

CONFIRMED = {
    "retention": "a person confirmed that what is over by the clock goes for good",
    "publish": "a person confirmed that what counts no more since the YAML changed is meant",
}
"""What `--confirm` says to the job."""


def run_job(  # noqa: PLR0913  # the options of the command
    service: Service, job: str, *, as_of: date | None = None, authority: str = "", month: str | None = None,
    accept_shrink: Sequence[str] = (), shard: str = "", confirm: bool = False, progress: Progress = no_progress,
) -> str:  # fmt: skip
    """Run one job, or one shard of sync, and return what it did, in a sentence."""
    check_authority(service, authority)
    if confirm and job not in CONFIRMED:
        raise CallError(f"--confirm is for the jobs {' and '.join(CONFIRMED)}: leave it away.")
    if job == "sync":
        sources = (*service.settings.forms, *service.settings.sheets)
        if unknown := [source for source in accept_shrink if source not in sources]:
            raise CallError(f"There is no source {unknown[0]!r}; there are: {', '.join(sources)}.")
        synced = run_sync(service, accept_shrink=accept_shrink, shard=shard, progress=progress)
        return "\n".join([*synced.notices, f"sync: {synced.in_words()}"])
    if job == "publish":
        day = as_of or today(service)
        published = run_publish(service, as_of=day, pipeline=Pipeline(service), progress=progress)
        done = f"publish: {published.in_words()}"
        if confirm:
            from integration.operations.losses.finding import settle_losses  # noqa: PLC0415  # seldom needed

            return "; ".join(filter(None, [done, settle_losses(service)]))
        return "\n".join([*published.notices, done])
    if job == "pack":
        return describe_built(build_packs(service, authority=authority, month=month, as_of=as_of, progress=progress))
    if job == "reconcile":
        reconciled = run_reconcile(service, progress=progress)
        return "\n".join([*reconciled.lines, f"reconcile: {reconciled.in_words()}"])
    work: Callable[..., JobResult]
    if job == "retention":
        work = partial(apply_retention, confirmed=confirm)
    elif job in JOBS_WITHOUT_OPTIONS:
        work = JOBS_WITHOUT_OPTIONS[job]
    else:
        raise CallError(f"There is no job {job!r}; there are: {', '.join(JOB_NAMES)}.")
    result = run_exclusively(service, job, lambda: work(service, now=service.clock.now()))
    return f"{job}: {result.in_words()}"


def run_for_operator(
    service: Service, job: str, *, accept_shrink: Sequence[str] = (), confirm: bool = False, **options: Any
) -> str:
    """Run a job, and record in the audit trail that an operator did and what they confirmed, however it ended.

    A wrong call is not recorded.
    """
    is_recorded = True
    try:
        return run_job(service, job, accept_shrink=accept_shrink, confirm=confirm, **options)
    except CallError:
        is_recorded = False
        raise
    finally:
        if is_recorded:
            record_action(service, "run", job)
            if confirm:
                record_action(service, "confirm", job, CONFIRMED[job])
            for source in accept_shrink:
                record_action(service, "accept-shrink", source, "a person confirmed that it really lost so much")


def dry_run_job(service: Service, job: str, **options: Any) -> str:
    """Run the job on a copy of the home folder, and return what it would have done.

    What retention would erase is only counted: a copy has neither the files nor the database of several machines.
    """
    if job == "retention":
        confirmed = bool(options.get("confirm"))
        would = apply_retention(service, now=service.clock.now(), dry=True, confirmed=confirmed)
        return f"Dry run, nothing was written. Would be: retention: {would.in_words()}"
    with _copy_home(service) as home, closing(replace(service, home=home, dry=True, database_url=None)) as copy:
        if service.reads_google or service.writes_google:
            copy.__dict__["google"] = service.google  # one client, so that its calls are counted together
        done = run_job(copy, job, **options)
    return f"Dry run, nothing was written. Would be: {done}"


@contextmanager
def _copy_home(service: Service) -> Iterator[Path]:
    """Give a folder with a copy of the store and the workbooks, and remove it.

    It lies in the home folder, where `forget` finds it if the process is killed; a home that was made for it goes too.
    """
    home = service.home
    is_new = not home.exists()
    remove_leftovers(home, DRY_RUN_PREFIX)
    with temporary_folder(home, DRY_RUN_PREFIX) as folder:
        if service.has_store:
            with closing(Database(service.store_url)) as store:
                copy_to_file(store, folder / STORE_FILE)
        for path in home.glob("*.xlsx"):
            shutil.copy2(path, folder / path.name)
        yield folder
    if is_new:
        with suppress(OSError):
            home.rmdir()
