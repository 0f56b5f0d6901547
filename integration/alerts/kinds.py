"""The kinds of alert: one record each, with everything that is to be known of it.

The order is that in which new conditions are stored, and so in which a mail names them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.alerts.job_conditions import (
    BACK,
    FORWARD,
    find_failed_jobs,
    find_missed_jobs,
    find_overdue_jobs,
    find_wrong_clocks,
)
from integration.alerts.service_conditions import (
    find_damaged_receipts,
    find_expiring,
    find_exposed_figures,
    find_held_packs,
    find_losses,
    find_silent_forms,
    find_silent_webhooks,
    find_unfinished_erasure,
    find_unreadable_store,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from integration.alerts.facts import Facts
    from integration.model import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertKind:
    """One kind of alert."""

    key: str
    """The first part of its conditions' keys: "failed" of `failed/sync`. Alerts are stored by it."""
    find: Callable[[Facts], Iterable[Condition]]
    """Gives its conditions, of each thing that is wrong one; their keys begin with its own."""
    headline: str
    """What the mail's subject, the status and the log say, with {} for what it is about."""
    name_subject: Callable[[str], str]
    """Names what a condition is about, of what stands in its key behind the kind's own."""
    rests_on_answers: bool
    """Whether it is found by answers: where a damaged store does not give them, its open alerts stay open."""
    setting: str
    """The setting that decides when, such as `expires_within` in `alerts.yaml`; "" where there is none."""
    description: str
    """What docs/configure.md says of it: what is wrong, in the words of a project officer."""


def _as_it_is(subject: str) -> str:
    return subject


def _name_pack(subject: str) -> str:
    authority, _, month = subject.partition("/")
    return f"{authority} for {month}"


def _name_webhook(subject: str) -> str:
    return f"the webhook of {subject}"


def _name_clock(subject: str) -> str:
    jumps = {FORWARD: "the clock jumped forward", BACK: "the clock went back"}
    return jumps.get(subject, f"the clock differs from that of {subject}")


ALERT_KINDS: dict[str, AlertKind] = {
    kind.key: kind
    for kind in (
        AlertKind(
            key="failed",
            find=lambda facts: find_failed_jobs(
                facts.failing, limits=facts.limits, histories=facts.histories, last_success=facts.last_success,
                upcoming=facts.upcoming, now=facts.now,
            ),
            headline="{} has failed",
            name_subject=_as_it_is,
            rests_on_answers=False,
            setting="`late_after` of the job in `jobs.yaml`",
            description="a job that failed: at once where only a person can help, else when it does not pass by itself",
        ),
        AlertKind(
            key="late",
            find=lambda facts: find_overdue_jobs(facts.open_slots, limits=facts.limits, now=facts.now),
            headline="{} is late",
            name_subject=_as_it_is,
            rests_on_answers=False,
            setting="`late_after` of the job in `jobs.yaml`",
            description="a job that is late: nobody runs it, or it does not end",
        ),
        AlertKind(
            key="missed",
            find=lambda facts: find_missed_jobs(facts.unplanned_slots, limits=facts.limits, now=facts.now),
            headline="{} did not run",
            name_subject=_as_it_is,
            rests_on_answers=False,
            setting="`late_after` of the job in `jobs.yaml`",
            description="a job that nobody planned, because the service does not run",
        ),
        AlertKind(
            key="expires",
            find=lambda facts: find_expiring(facts.expiries, within=facts.expires_within, now=facts.now),
            headline="{} needs renewing",
            name_subject=_as_it_is,
            rests_on_answers=False,
            setting="`expires_within` and `expiries` in `alerts.yaml`",
            description="a password, a key or a watch that ends soon, or is not good any more",
        ),
        AlertKind(
            key="clock",
            find=lambda facts: find_wrong_clocks(facts.clock_jump, facts.other_clocks, now=facts.now),
            headline="{}",
            name_subject=_name_clock,
            rests_on_answers=False,
            setting="",
            description="a clock that jumped by more than five minutes, either way, or differs so far from another",
        ),
        AlertKind(
            key="unreadable",
            find=lambda facts: find_unreadable_store(facts.damage),
            headline="{} cannot be read",
            name_subject=_as_it_is,
            rests_on_answers=False,
            setting="",
            description="a store that cannot be read",
        ),
        AlertKind(
            key="silent",
            find=lambda facts: find_silent_forms(
                facts.form_activity, start=facts.programme_days[0], end=facts.programme_days[1], now=facts.now
            ),
            headline="nothing comes from {}",
            name_subject=_as_it_is,
            rests_on_answers=True,
            setting="`silent_after` in `alerts.yaml`",
            description="a form that fell silent",
        ),
        AlertKind(
            key="unheard",
            find=lambda facts: find_silent_webhooks(facts.silent_webhooks),
            headline="{} is silent",
            name_subject=_name_webhook,
            rests_on_answers=True,
            setting="",
            description="a webhook that once worked, when answers came only by reading and an hour has passed",
        ),
        AlertKind(
            key="held",
            find=lambda facts: find_held_packs(facts.held_packs),
            headline="the pack of {} is held back",
            name_subject=_name_pack,
            rests_on_answers=False,
            setting="",
            description="a pack of which nobody knows whether it was sent, or that changed after it was",
        ),
        AlertKind(
            key="uncounted",
            find=lambda facts: find_losses(facts.losses),
            headline="{} count no more",
            name_subject=_as_it_is,
            rests_on_answers=False,
            setting="",
            description="answers that counted and count no more since the YAML changed",
        ),
        AlertKind(
            key="unfinished",
            find=lambda facts: find_unfinished_erasure(facts.erasure_began_at, now=facts.now),
            headline="an erasure is not finished",
            name_subject=_as_it_is,
            rests_on_answers=False,
            setting="",
            description="an erasure that began an hour ago or earlier and is not finished",
        ),
        AlertKind(
            key="damaged",
            find=lambda facts: find_damaged_receipts(facts.damaged_receipts),
            headline="the receipt {} is damaged",
            name_subject=_as_it_is,
            rests_on_answers=False,
            setting="",
            description="a receipt of an erasure in `receipts/` that is damaged",
        ),
        AlertKind(
            key="exposed",
            find=lambda facts: find_exposed_figures(facts.exposed_figures),
            headline="leaders of {} can work out hidden figures",
            name_subject=_as_it_is,
            rests_on_answers=False,
            setting="",
            description="hidden figures that follow from what leaders were shown before",
        ),
    )
}  # fmt: skip
"""By their keys."""


def headline(key: str) -> str:
    """Return such as "sync has failed", of a condition's key."""
    kind = ALERT_KINDS.get(key.partition("/")[0])
    return kind.headline.format(name_subject(key)) if kind else name_subject(key)


def name_subject(key: str) -> str:
    """Return what a condition is about, in words, of its key; a kind of another version of the service is left out."""
    kind, _, subject = key.partition("/")
    return ALERT_KINDS[kind].name_subject(subject) if kind in ALERT_KINDS else subject
