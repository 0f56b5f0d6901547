"""run: one job, now, or tried out on a copy of the home folder that is thrown away."""

from __future__ import annotations

import shutil
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from config.schema.jobs import JOB_NAMES
from integration.adapters.store.database import Database
from integration.adapters.store.file import copy_to_file
from integration.adapters.store.workshop import TRYING, sweep, workshop
from integration.errors import CallError
from integration.operations.backup import back_up
from integration.operations.expiry import check_expiry
from integration.operations.job_runs import Progress, no_progress, run_exclusively, today
from integration.operations.packs import build_pack
from integration.operations.pipeline import Pipeline, check_authority
from integration.operations.publish import publish
from integration.operations.reconcile import reconcile, require_all_counted
from integration.operations.retention import apply_retention
from integration.operations.subscriptions import renew_watches
from integration.operations.sync import count_sources, require_all_read, sync
from integration.wiring import STORE_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from integration.operations.job_runs import JobResult
    from integration.wiring import Service

OF_NOW: dict[str, Callable[..., JobResult]] = {
    "backup": back_up,
    "lookout": check_expiry,
    "renew-watches": renew_watches,
}
"""The jobs that ask for nothing but what time it is."""


def run_job(  # noqa: PLR0913  # the options of the command
    service: Service,
    job: str,
    *,
    as_of: date | None = None,
    authority: str = "",
    month: str | None = None,
    accept_shrink: Sequence[str] = (),
    shard: str = "",
    confirm: bool = False,
    progress: Progress = no_progress,
) -> str:
    """Run one job, or a part of it (`jobs.parts`), and return what it did, in a sentence."""
    reporting_date = as_of or today(service)
    check_authority(service, authority)
    if confirm and job != "retention":
        raise CallError("--confirm is for the job retention: leave it away.")
    if job == "sync":
        return _sync(service, accept_shrink, shard, progress)
    if job == "publish":
        return _publish(service, reporting_date, progress)
    if job == "pack":
        return _packs(service, authority, month or _month_before(reporting_date), reporting_date, progress)
    if job == "reconcile":
        return _reconcile(service, progress)
    if job == "retention":
        return _retention(service, confirmed=confirm)
    if job in OF_NOW:
        done = run_exclusively(service, job, lambda: OF_NOW[job](service, now=service.clock.now()))
        return f"{job}: {done.in_words()}"
    raise CallError(f"There is no job {job!r}; there are: {', '.join(JOB_NAMES)}.")


def dry_run_job(service: Service, job: str, **options: object) -> str:
    """Run the job on a copy of the home folder, and return what it would have done.

    What retention would erase is only counted: a copy has neither the files nor the database of several machines.
    """
    if job == "retention":
        confirmed = bool(options.get("confirm"))
        would = apply_retention(service, now=service.clock.now(), dry=True, confirmed=confirmed)
        return f"Dry run, nothing was written. Would be: retention: {would.in_words()}"
    with _own_folder(service.home) as home:
        _copy_home(service, home)
        copy = replace(service, home=home, dry=True, database_url=None)
        if service.reads_google or service.writes_google:
            copy.__dict__["google"] = service.google  # one client, so that its calls are told together
        try:
            done = run_job(copy, job, **options)  # type: ignore[arg-type]  # the same options, handed through
        finally:
            copy.close()
    return f"Dry run, nothing was written. Would be: {done}"


def _sync(service: Service, accept_shrink: Sequence[str], shard: str, progress: Progress) -> str:
    sources = (*service.settings.forms, *service.settings.sheets)
    unknown = [source for source in accept_shrink if source not in sources]
    if unknown:
        raise CallError(f"There is no source {unknown[0]!r}; there are: {', '.join(sources)}.")
    name = f"sync/{shard}" if shard else "sync"
    with progress("sync", count_sources(service)) as on_step:
        done = run_exclusively(
            service, name, lambda: sync(service, on_step=on_step, accept_shrink=accept_shrink, shard=shard)
        )
    require_all_read(done)
    return "\n".join([*done.notices, f"sync: {done.in_words()}"])


def _publish(service: Service, as_of: date, progress: Progress) -> str:
    with progress("publish", 2 + len(service.settings.programme.authorities)) as on_step:
        done = run_exclusively(
            service, "publish", lambda: publish(service, as_of=as_of, pipeline=Pipeline(service), on_step=on_step)
        )
    return f"publish: {done.in_words()}"


def _packs(service: Service, authority: str, month: str, reporting_date: date, progress: Progress) -> str:
    whose = (authority,) if authority else tuple(service.settings.programme.authorities)
    pipeline = Pipeline(service)
    lines = []
    with progress("pack", len(whose)) as on_step:
        for each in whose:
            build = partial(
                build_pack, service, authority=each, month=month, reporting_date=reporting_date, pipeline=pipeline
            )
            built = run_exclusively(service, "pack", partial(build, on_step=on_step))
            lines.append(f"pack: {built.in_words()}")
    return "\n".join(lines)


def _retention(service: Service, *, confirmed: bool) -> str:
    erase = partial(apply_retention, service, now=service.clock.now(), confirmed=confirmed)
    done = run_exclusively(service, "retention", erase)
    return f"retention: {done.in_words()}"


def _reconcile(service: Service, progress: Progress) -> str:
    with progress("reconcile", len(service.settings.forms)) as on_step:
        done = run_exclusively(
            service, "reconcile", lambda: reconcile(service, now=service.clock.now(), on_step=on_step)
        )
    require_all_counted(done)
    return "\n".join([*done.lines, f"reconcile: {done.in_words()}"])


def _month_before(day: date) -> str:
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"


@contextmanager
def _own_folder(home: Path) -> Iterator[Path]:
    """Give a folder in the home folder, where `forget` finds it if we are killed; a home made for it goes with it."""
    is_new = not home.exists()
    sweep(home, TRYING)
    with workshop(home, TRYING) as folder:
        yield folder
    if is_new:
        with suppress(OSError):
            home.rmdir()


def _copy_home(service: Service, home: Path) -> None:
    if service.has_store:
        with closing(Database(service.store_url)) as store:
            copy_to_file(store, home / STORE_FILE)
    for path in service.home.glob("*.xlsx"):
        shutil.copy2(path, home / path.name)
