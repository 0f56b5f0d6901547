"""Conditions: what is wrong now. Gathers the facts from the store, of which the stage `alerts` makes conditions.

Jobs that fail, are late or were never planned; what expires; forms of which nothing comes, and webhooks that are
silent; packs that are held back; an erasure that is not finished. The last two parts also give the lines that the
status shows of them.
"""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from integration.adapters.clock import as_datetime
from integration.alerts import job_conditions, service_conditions
from integration.alerts.wording import job_of_shard
from integration.errors import StoreError
from integration.model import Slot
from integration.operations.expiry import configured_expiries, known_expiries
from integration.schedule import find_next_slot
from integration.text_format import LONDON, format_count, format_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.alerts.service_conditions import SilentWebhook
    from integration.model import Condition, LedgerEntry
    from integration.wiring import Service

UNCONFIRMED_AFTER = timedelta(hours=1)
"""A pack's mail that was claimed so long ago and never confirmed is held: the process that was sending it crashed."""

NEWER_PACK_MATTERS_FOR = timedelta(days=62)
"""A newer version of a pack matters until the review after the next one has passed."""


def find_conditions(service: Service, *, now: datetime) -> list[Condition]:
    """Return everything that is wrong as of now. Raises StoreError."""
    store, settings = service.store, service.settings
    last_success = {job: run.ended_at for job, run in store.runs.last().items() if run.outcome == "done"}
    open_slots: dict[str, list[LedgerEntry]] = {}
    for entry in store.ledger.open_entries():
        open_slots.setdefault(job_of_shard(entry.slot.job), []).append(entry)
    upcoming = {
        name: job_conditions.UpcomingRuns(open=tuple(open_slots.get(name, ())), next_at=find_next_slot(job.when, now))
        for name, job in settings.jobs.items()
    }
    return [
        *job_conditions.find_failed_jobs(
            store.ledger.failing(), limits=_limits(service), histories=store.ledger.registered(now=now),
            last_success=last_success, upcoming=upcoming, now=now,
        ),
        *find_late_jobs(service, now=now),
        *service_conditions.find_expiring(
            [*configured_expiries(settings.alerts), *known_expiries(store)],
            within=settings.alerts.expires_within.timedelta, now=now,
        ),
        *_find_silence(service, now),
        *service_conditions.find_held_packs(_held_packs(service, now)),
        *service_conditions.find_unfinished_erasure(unfinished_erasure_since(service), now=now),
    ]  # fmt: skip


def find_late_jobs(service: Service, *, now: datetime) -> list[Condition]:
    """Return the conditions of jobs that are late, or that no scheduler planned. Raises StoreError."""
    ledger, limits = service.store.ledger, _limits(service)
    known, missed = ledger.registered(now=now), []
    for name, job in service.settings.jobs.items():
        shards = [each for shard, each in known.items() if job_of_shard(shard) == name]
        # A job whose missed slots are made good by one run is planned again when that has ended.
        if not shards or (job.missed == "once" and any(each.open for each in shards)):
            continue
        # The first slot after those that were planned; a job that was never planned has none.
        due_at = find_next_slot(job.when, max(each.newest or each.since for each in shards))
        if due_at:
            missed.append(Slot(due_at, name))
    return [
        *job_conditions.find_overdue_jobs(ledger.open_entries(), limits=limits, now=now),
        *job_conditions.find_missed_jobs(missed, limits=limits, now=now),
    ]


def _limits(service: Service) -> dict[str, job_conditions.JobLimits]:
    return {
        name: job_conditions.JobLimits(late_after=job.late_after.timedelta, longest_run=job.within.timedelta)
        for name, job in service.settings.jobs.items()
    }


def _find_silence(service: Service, now: datetime) -> list[Condition]:
    """Return what is wrong with how answers come; where they cannot be read, that, and what was known before.

    Of a damaged store the answers are the largest part; the owner is to be notified as long as the rest can be read.
    """
    store, settings, programme = service.store, service.settings, service.settings.programme
    start = datetime.combine(programme.start, time.min, tzinfo=LONDON)
    end = datetime.combine(programme.end, time.max, tzinfo=LONDON)
    try:
        newest = store.newest_received()
        forms = [
            service_conditions.FormActivity(form, newest.get(form), after.timedelta)
            for form, after in settings.alerts.silent_after.items()
        ]
        return [
            *service_conditions.find_silent_forms(forms, start=start, end=end, now=now),
            *service_conditions.find_silent_webhooks(silent_webhooks(service, now=now)),
        ]
    except StoreError as error:
        if not error.permanent:
            raise
        before = [each.condition for each in store.alerts.unsettled() if each.cleared_at is None]
        return [
            service_conditions.describe_unreadable_store(error),
            *(each for each in before if each.key.startswith(("silent/", "unheard/"))),
        ]


def _held_packs(service: Service, now: datetime) -> Iterator[service_conditions.HeldPack]:
    """Give the packs with mails that have been unconfirmed for long, or of which a newer version was never mailed."""
    unconfirmed: dict[tuple[str, str], datetime] = {}
    for mail in service.store.deliveries.notice_unconfirmed(now):
        if mail.since and now - mail.since > UNCONFIRMED_AFTER:
            unconfirmed.setdefault((mail.authority, mail.month), mail.since)
    newest: dict[tuple[str, str], tuple[int, datetime]] = {}
    mailed: dict[tuple[str, str], int] = {}
    for pack in service.store.packs.all():
        newest[pack.authority, pack.month] = (pack.version, pack.built_at)
        if pack.mailed_at:
            mailed[pack.authority, pack.month] = pack.version
    newer = {
        which: (mailed[which], version, built_at)
        for which, (version, built_at) in newest.items()
        if which in mailed and version > mailed[which] and now - built_at < NEWER_PACK_MATTERS_FOR
    }
    for which in sorted({*unconfirmed, *newer}):
        mailed_version, version, built_at = newer.get(which, (0, 0, None))
        yield service_conditions.HeldPack(
            *which, unconfirmed_since=unconfirmed.get(which), mailed=mailed_version, newer=version, built_at=built_at
        )


def silent_webhooks(service: Service, *, now: datetime) -> Iterator[SilentWebhook]:
    """Give each webhook that once worked and is silent as of now. Raises StoreError."""
    store = service.store
    for form in service.settings.forms:
        if silent := service_conditions.measure_webhook_silence(
            form, store.state.received_by_webhook_at(form).get(), partial(store.responses.count_between, form), now=now
        ):
            yield silent


def webhook_states(service: Service, *, now: datetime) -> dict[str, dict[str, Any]]:
    """Return of each form when its webhook last brought something, since when it is silent, and what came by reading.

    Times are ISO text in UTC; None where it never brought anything, or is not silent.
    """
    silent = {each.form: each for each in silent_webhooks(service, now=now)}
    heard = {form: service.store.state.received_by_webhook_at(form).get() for form in service.settings.forms}
    return {
        form: {
            "heard_at": at.isoformat() if at else None,
            "silent_since": silent[form].since.isoformat() if form in silent else None,
            "only_by_reading": silent[form].answers if form in silent else 0,
            "to_do": silent[form].advice if form in silent else None,
        }
        for form, at in heard.items()
    }


def webhook_lines(states: dict[str, dict[str, Any]]) -> list[str]:
    """Return a line about each webhook that ever brought something; what to do besides where one is silent."""
    lines = []
    for form, each in states.items():
        if each["silent_since"]:
            since, answers = format_time(each["silent_since"]), format_count(each["only_by_reading"], "answer")
            lines += [
                f"{form}: its webhook has been silent since {since}; {answers} came only by reading",
                f"  What to do: {each['to_do']}",
            ]
        elif each["heard_at"]:
            lines.append(f"{form}: last told at once {format_time(each['heard_at'])}")
    return lines


def unfinished_erasure_since(service: Service) -> datetime | None:
    """Return when an erasure began that is not finished; None where there is none."""
    state = service.store.state
    erasure = state.unfinished_erasure.get()
    if erasure:
        return as_datetime(erasure.began_at)
    note = state.vacuum_note.get()
    return as_datetime(json.loads(note)["began_at"]) if note else None


def unfinished_erasure_lines(since: str | None) -> list[str]:
    """Return the line of the status, if there is one."""
    if since is None:
        return []
    return [f"An erasure that began at {format_time(since)} is not finished: run retention finishes it.", ""]
