"""The facts by which conditions are found: what each kind of alert may ask of the service as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from integration.alerts.job_conditions import JobLimits, UpcomingRuns
    from integration.alerts.service_conditions import DamagedReceipt, FormActivity, HeldPack, SilentWebhook
    from integration.errors import StoreError
    from integration.model import (
        ClockJump,
        Expiry,
        FailingJob,
        JobHistory,
        LedgerEntry,
        LossNote,
        OtherClock,
        Slot,
    )


class Facts(Protocol):
    """What is so now. Each fact is read when a kind first asks for it, and once; it may raise StoreError."""

    @property
    def now(self) -> datetime:
        """The moment, aware UTC, as of which everything is found."""
        ...

    @property
    def limits(self) -> Mapping[str, JobLimits]:
        """Of each configured job, how long it may take."""
        ...

    @property
    def failing(self) -> Mapping[str, FailingJob]:
        """The jobs, or shards, of which the newest slot that ended has failed."""
        ...

    @property
    def histories(self) -> Mapping[str, JobHistory]:
        """Of each job, or shard, that the ledger has ever registered, which slots it knows."""
        ...

    @property
    def last_success(self) -> Mapping[str, datetime]:
        """When each job, or shard, last ended well in a run of any kind."""
        ...

    @property
    def open_slots(self) -> Iterable[LedgerEntry]:
        """The slots in the ledger that have not ended."""
        ...

    @property
    def upcoming(self) -> Mapping[str, UpcomingRuns]:
        """Of each configured job, its slots that have not ended, and when its next one is due."""
        ...

    @property
    def unplanned_slots(self) -> Iterable[Slot]:
        """Of each configured job, the first slot that the ledger does not know though it may be due."""
        ...

    @property
    def expiries(self) -> Iterable[Expiry]:
        """What ends, as alerts.yaml says and as was looked up last."""
        ...

    @property
    def expires_within(self) -> timedelta:
        """How early the owner is to know of what ends."""
        ...

    @property
    def clock_jump(self) -> ClockJump | None:
        """How our clock jumped last; None where it never did."""
        ...

    @property
    def other_clocks(self) -> Mapping[str, OtherClock]:
        """The clocks that clearly differed from ours when they were last seen, by whose they are."""
        ...

    @property
    def damage(self) -> StoreError | None:
        """Why the answers in the store cannot be read; None where they can."""
        ...

    @property
    def programme_days(self) -> tuple[datetime, datetime]:
        """The beginning of the programme's first day and the end of its last one."""
        ...

    @property
    def form_activity(self) -> Iterable[FormActivity]:
        """Of each form that may not fall silent, its newest answer. It is read from the answers."""
        ...

    @property
    def silent_webhooks(self) -> Iterable[SilentWebhook]:
        """The webhooks that once worked and are silent. They are read from the answers."""
        ...

    @property
    def held_packs(self) -> Iterable[HeldPack]:
        """The packs of which it is not known whether a mail went out, or with a newer version than was mailed."""
        ...

    @property
    def losses(self) -> Iterable[LossNote]:
        """What counts no more since the YAML changed, as publish found it; none where a person said it is meant."""
        ...

    @property
    def erasure_began_at(self) -> datetime | None:
        """When an erasure began that is not finished; None where there is none."""
        ...

    @property
    def damaged_receipts(self) -> Iterable[DamagedReceipt]:
        """The receipts of erasures in the home folder that cannot be read whole any more."""
        ...

    @property
    def exposed_figures(self) -> Mapping[str, Sequence[str]]:
        """The hidden figures, in words, that follow from what leaders were shown before, by authority."""
        ...
