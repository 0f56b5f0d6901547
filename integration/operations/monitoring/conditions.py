"""Conditions: what is wrong now. Gathers the facts from the store, by which the stage `alerts` finds conditions."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING

from integration.adapters.clock import as_datetime
from integration.alerts.job_conditions import JobLimits, UpcomingRuns
from integration.alerts.kinds import ALERT_KINDS
from integration.alerts.service_conditions import FormActivity, HeldPack, measure_webhook_silence
from integration.alerts.wording import job_of_shard
from integration.errors import StoreError
from integration.model import Slot
from integration.operations.monitoring.clock_watch import settled
from integration.operations.monitoring.expiry import configured_expiries, known_expiries
from integration.operations.personal_data.receipts import find_damaged_receipts
from integration.schedule import find_next_slot
from integration.text_format import LONDON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from integration.alerts.service_conditions import DamagedReceipt, SilentWebhook
    from integration.model import (
        ClockJump,
        Condition,
        Expiry,
        FailingJob,
        JobHistory,
        LedgerEntry,
        LossNote,
        OtherClock,
    )
    from integration.wiring import Service

UNCONFIRMED_AFTER = timedelta(hours=1)
"""A pack's mail that was claimed so long ago and never confirmed is held: the process that was sending it crashed."""

NEWER_PACK_MATTERS_FOR = timedelta(days=62)
"""A newer version of a pack matters until the review after the next one has passed."""


def find_conditions(service: Service, *, now: datetime) -> list[Condition]:
    """Return everything that is wrong as of now, kind by kind. Raises StoreError.

    Of a damaged store the answers are the largest part. Where they cannot be read, that is a condition itself, and what
    was found by them before stays: the owner is to be notified as long as the rest can be read.
    """
    facts = StoredFacts(service, now)
    found: dict[str, list[Condition]] = {}
    try:
        for kind in ALERT_KINDS.values():
            if kind.rests_on_answers:
                found[kind.key] = list(kind.find(facts))
    except StoreError as error:
        if not error.permanent:
            raise
        facts.damage = error
        before = [each.condition for each in service.store.alerts.unsettled() if each.cleared_at is None]
        found = {
            kind.key: [each for each in before if each.key.startswith(f"{kind.key}/")]
            for kind in ALERT_KINDS.values()
            if kind.rests_on_answers
        }
    for kind in ALERT_KINDS.values():
        if not kind.rests_on_answers:
            found[kind.key] = list(kind.find(facts))
    return [condition for key in ALERT_KINDS for condition in found[key]]


def find_late_jobs(service: Service, *, now: datetime) -> list[Condition]:
    """Return the conditions of jobs that are late, or that no scheduler planned. Raises StoreError."""
    facts = StoredFacts(service, now)
    return [condition for key in ("late", "missed") for condition in ALERT_KINDS[key].find(facts)]


class StoredFacts:
    """The facts as the store and the configuration give them, each read when it is first asked for."""

    def __init__(self, service: Service, now: datetime) -> None:
        self._service, self._store, self._settings = service, service.store, service.settings
        self.now = now
        self.damage: StoreError | None = None

    @cached_property
    def settled(self) -> Callable[[datetime], datetime]:
        """The function that says how a stored moment is to be understood that a wrong clock may have written."""
        return settled(self._service, now=self.now)

    @cached_property
    def clock_jump(self) -> ClockJump | None:
        """How our clock jumped last; None where it never did."""
        return next(reversed(self._store.state.clock_jumps.get() or ()), None)

    @cached_property
    def other_clocks(self) -> dict[str, OtherClock]:
        """The clocks that clearly differed from ours when they were last seen, by whose they are."""
        return self._store.state.other_clocks.get() or {}

    @cached_property
    def limits(self) -> dict[str, JobLimits]:
        """Of each configured job, how long it may take."""
        return {
            name: JobLimits(late_after=job.late_after.timedelta, longest_run=job.within.timedelta)
            for name, job in self._settings.jobs.items()
        }

    @cached_property
    def failing(self) -> dict[str, FailingJob]:
        """The jobs, or shards, of which the newest slot that ended has failed."""
        return self._store.ledger.failing()

    @cached_property
    def histories(self) -> Mapping[str, JobHistory]:
        """Of each job, or shard, that the ledger has ever registered, which slots it knows."""
        return self._store.ledger.registered(now=self.now)

    @cached_property
    def last_success(self) -> dict[str, datetime]:
        """When each job, or shard, last ended well in a run of any kind."""
        runs = self._store.runs.last().items()
        return {job: self.settled(run.ended_at) for job, run in runs if run.outcome == "done"}

    @cached_property
    def open_slots(self) -> list[LedgerEntry]:
        """The slots in the ledger that have not ended."""
        return self._store.ledger.open_entries()

    @cached_property
    def upcoming(self) -> dict[str, UpcomingRuns]:
        """Of each configured job, its slots that have not ended, and when its next one is due."""
        open_slots: dict[str, list[LedgerEntry]] = {}
        for entry in self.open_slots:
            open_slots.setdefault(job_of_shard(entry.slot.job), []).append(entry)
        return {
            name: UpcomingRuns(open=tuple(open_slots.get(name, ())), next_at=find_next_slot(job.when, self.now))
            for name, job in self._settings.jobs.items()
        }

    @cached_property
    def unplanned_slots(self) -> list[Slot]:
        """Of each configured job, the first slot after those that were planned."""
        missed = []
        for name, job in self._settings.jobs.items():
            shards = [each for shard, each in self.histories.items() if job_of_shard(shard) == name]
            # A job whose missed slots are made good by one run is planned again when that has ended.
            if not shards or (job.missed == "once" and any(each.open for each in shards)):
                continue
            # A job that was never planned has none.
            due_at = find_next_slot(job.when, max(each.newest or each.since for each in shards))
            if due_at:
                missed.append(Slot(due_at, name))
        return missed

    @cached_property
    def expiries(self) -> list[Expiry]:
        """What ends, as alerts.yaml says and as was looked up last."""
        return [*configured_expiries(self._settings.alerts), *known_expiries(self._store)]

    @cached_property
    def expires_within(self) -> timedelta:
        """How early the owner is to know of what ends."""
        return self._settings.alerts.expires_within.timedelta

    @cached_property
    def programme_days(self) -> tuple[datetime, datetime]:
        """The beginning of the programme's first day and the end of its last one, in London."""
        programme = self._settings.programme
        return (
            datetime.combine(programme.start, time.min, tzinfo=LONDON),
            datetime.combine(programme.end, time.max, tzinfo=LONDON),
        )

    @cached_property
    def form_activity(self) -> list[FormActivity]:
        """Of each form that may not fall silent, its newest answer."""
        newest = self._store.newest_received()
        silent_after = self._settings.alerts.silent_after
        return [
            FormActivity(form, self.settled(newest[form]) if form in newest else None, after.timedelta)
            for form, after in silent_after.items()
        ]

    @cached_property
    def silent_webhooks(self) -> list[SilentWebhook]:
        """The webhooks that once worked and are silent."""
        return list(silent_webhooks(self._service, now=self.now))

    @cached_property
    def held_packs(self) -> list[HeldPack]:
        """The packs with mails that have been unconfirmed for long, or of which a newer version was never mailed."""
        unconfirmed: dict[tuple[str, str], datetime] = {}
        for mail in self._store.deliveries.notice_unconfirmed(self.now):
            since = self.settled(mail.since) if mail.since else self.now
            if self.now - since > UNCONFIRMED_AFTER:
                unconfirmed.setdefault((mail.authority, mail.month), since)
        newest: dict[tuple[str, str], tuple[int, datetime]] = {}
        mailed: dict[tuple[str, str], int] = {}
        for pack in self._store.packs.all():
            newest[pack.authority, pack.month] = (pack.version, pack.built_at)
            if pack.mailed_at:
                mailed[pack.authority, pack.month] = pack.version
        newer = {
            which: (mailed[which], version, built_at)
            for which, (version, built_at) in newest.items()
            if which in mailed
            and version > mailed[which]
            and self.now - self.settled(built_at) < NEWER_PACK_MATTERS_FOR
        }
        packs = []
        for which in sorted({*unconfirmed, *newer}):
            mailed_version, version, built_at = newer.get(which, (0, 0, None))
            packs.append(
                HeldPack(
                    *which,
                    unconfirmed_since=unconfirmed.get(which),
                    mailed=mailed_version,
                    newer=version,
                    built_at=built_at,
                )
            )
        return packs

    @cached_property
    def losses(self) -> tuple[LossNote, ...]:
        """What counts no more since the YAML changed, as publish found it."""
        losses = self._store.state.losses.get()
        return losses.told_at(self.now) if losses else ()

    @cached_property
    def erasure_began_at(self) -> datetime | None:
        """When an erasure began that is not finished; None where there is none."""
        began_at = unfinished_erasure_since(self._service)
        return self.settled(began_at) if began_at else None

    @cached_property
    def damaged_receipts(self) -> list[DamagedReceipt]:
        """The receipts in this home folder that are damaged, or say what the store does not know of."""
        return damaged_receipts(self._service)

    @cached_property
    def exposed_figures(self) -> dict[str, list[str]]:
        """The hidden figures that the last audit found to follow from what leaders were shown before, by authority."""
        return self._store.state.exposed_figures.get() or {}


def silent_webhooks(service: Service, *, now: datetime) -> Iterator[SilentWebhook]:
    """Give each webhook that once worked and is silent as of now. Raises StoreError."""
    store, settle = service.store, settled(service, now=now)
    for form in service.settings.forms:
        heard_at = store.state.received_by_webhook_at(form).get()
        if silent := measure_webhook_silence(
            form, settle(heard_at) if heard_at else None, partial(store.responses.count_between, form), now=now
        ):
            yield silent


def damaged_receipts(service: Service) -> list[DamagedReceipt]:
    """Return the receipts in this home folder that are damaged, or say what the store does not know of."""
    return list(find_damaged_receipts(service.home, are_known=service.store.tombstones.are_known))


def unfinished_erasure_since(service: Service) -> datetime | None:
    """Return when an erasure began that is not finished; None where there is none."""
    state = service.store.state
    erasure = state.unfinished_erasure.get()
    if erasure:
        return as_datetime(erasure.began_at)
    note = state.vacuum_note.get()
    return as_datetime(json.loads(note)["began_at"]) if note else None
