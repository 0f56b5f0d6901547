"""Each kind of alert fills every part of its record: found by an example, named, kept where it must be, documented."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.schema import Alerts, Job
from integration.alerts.job_conditions import JobLimits, UpcomingRuns
from integration.alerts.kinds import ALERT_KINDS, headline
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
    SlotState,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CONFIGURE = Path(__file__).parents[4] / "docs" / "configure.md"
NOW = datetime(2026, 7, 3, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class GivenFacts:
    """Facts that a test gives; as they are here, nothing is wrong."""

    now: datetime = NOW
    limits: Mapping[str, JobLimits] = field(default_factory=lambda: {"sync": JobLimits(HOUR, HOUR)})
    failing: Mapping[str, FailingJob] = field(default_factory=dict)
    histories: Mapping[str, JobHistory] = field(default_factory=dict)
    last_success: Mapping[str, datetime] = field(default_factory=dict)
    open_slots: Iterable[LedgerEntry] = ()
    upcoming: Mapping[str, UpcomingRuns] = field(default_factory=dict)
    unplanned_slots: Iterable[Slot] = ()
    expiries: Iterable[Expiry] = ()
    expires_within: timedelta = 14 * DAY
    clock_jump: ClockJump | None = None
    other_clocks: Mapping[str, OtherClock] = field(default_factory=dict)
    damage: StoreError | None = None
    programme_days: tuple[datetime, datetime] = (NOW - 99 * DAY, NOW + 99 * DAY)
    held_packs: Iterable[HeldPack] = ()
    losses: Iterable[LossNote] = ()
    erasure_began_at: datetime | None = None
    damaged_receipts: Iterable[DamagedReceipt] = ()
    exposed_figures: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_damaged: bool = False
    activity: Iterable[FormActivity] = ()
    webhooks: Iterable[SilentWebhook] = ()

    @property
    def form_activity(self) -> Iterable[FormActivity]:
        self._read_answers()
        return self.activity

    @property
    def silent_webhooks(self) -> Iterable[SilentWebhook]:
        self._read_answers()
        return self.webhooks

    def _read_answers(self) -> None:
        if self.is_damaged:
            raise StoreError("The store is damaged.")


YESTERDAY = LedgerEntry(Slot(NOW - DAY, "sync"), SlotState.FAILED, note="Google is away.")
EXAMPLES = {
    "failed": (
        GivenFacts(failing={"sync": FailingJob(NOW - DAY, YESTERDAY, is_for_good=True)}), "sync has failed",
    ),
    "late": (
        GivenFacts(open_slots=[LedgerEntry(Slot(NOW - DAY, "sync"), SlotState.WAITING, planned_at=NOW - DAY)]),
        "sync is late",
    ),
    "missed": (GivenFacts(unplanned_slots=[Slot(NOW - DAY, "sync")]), "sync did not run"),
    "expires": (GivenFacts(expiries=[Expiry("the key", NOW + DAY, "Make a new one.")]), "the key needs renewing"),
    "clock": (GivenFacts(clock_jump=ClockJump(NOW + DAY, NOW - HOUR, is_measured=True)), "the clock went back"),
    "unreadable": (GivenFacts(damage=StoreError("It is damaged.")), "the store cannot be read"),
    "silent": (GivenFacts(activity=[FormActivity("pulse", NOW - 30 * DAY, DAY)]), "nothing comes from pulse"),
    "unheard": (GivenFacts(webhooks=[SilentWebhook("pulse", NOW - DAY, 7)]), "the webhook of pulse is silent"),
    "held": (
        GivenFacts(held_packs=[HeldPack("northbrook", "2026-06", unconfirmed_since=NOW - DAY)]),
        "the pack of northbrook for 2026-06 is held back",
    ),
    "uncounted": (
        GivenFacts(losses=[LossNote("window", "baseline", "", "", "", 17, {"families": 17}, (), "17 rows are gone.")]),
        "answers count no more",
    ),
    "damaged": (
        GivenFacts(damaged_receipts=[DamagedReceipt("forget-a.txt", "It is damaged.")]),
        "the receipt forget-a.txt is damaged",
    ),
    "exposed": (
        GivenFacts(exposed_figures={"northbrook": ["heard_positive of oak for 5"]}),
        "leaders of northbrook can work out hidden figures",
    ),
    "unfinished": (GivenFacts(erasure_began_at=NOW - DAY), "an erasure is not finished"),
}  # fmt: skip
"""Of each kind, facts by which it is found, and what is said of it then."""

each_kind = pytest.mark.parametrize("key", ALERT_KINDS)


@each_kind
def test_it_is_found_by_its_facts_and_by_none_where_nothing_is_wrong(key: str) -> None:
    kind = ALERT_KINDS[key]
    assert key in EXAMPLES, "EXAMPLES lacks facts by which it is found"
    facts, said = EXAMPLES[key]
    (condition,) = kind.find(facts)
    assert condition.key.startswith(f"{key}/"), "find: a condition's key begins with the kind's"
    assert headline(condition.key) == said
    assert condition.description
    assert condition.advice
    assert list(kind.find(GivenFacts())) == []


@each_kind
def test_one_that_needs_the_answers_stays_open_where_they_cannot_be_read(key: str) -> None:
    """`rests_on_answers` is true of just those that fail without the answers."""
    kind = ALERT_KINDS[key]
    damaged = replace(EXAMPLES[key][0], is_damaged=True)
    if kind.rests_on_answers:
        with pytest.raises(StoreError):
            list(kind.find(damaged))
    else:
        assert list(kind.find(damaged))


@each_kind
def test_it_stands_in_the_document_on_the_configuration(key: str) -> None:
    kind = ALERT_KINDS[key]
    assert f"| {kind.description} | {kind.setting} |\n" in CONFIGURE.read_text(encoding="utf-8")


@each_kind
def test_its_setting_is_one(key: str) -> None:
    names = set(re.findall(r"`([\w.]+)`", ALERT_KINDS[key].setting)) - {"alerts.yaml", "jobs.yaml"}
    assert bool(names) == bool(ALERT_KINDS[key].setting)
    assert names <= {*Alerts.model_fields, *Job.model_fields}
