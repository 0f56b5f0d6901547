"""Conditions of the service beside its jobs and its clock, each from facts that were gathered before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from integration.alerts.wording import COMMAND, capitalise, format_end, format_length, format_moment
from integration.model import Condition
from integration.text_format import format_count, format_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from integration.errors import StoreError
    from integration.model import Expiry, LossNote


def find_expiring(expiries: Iterable[Expiry], *, within: timedelta, now: datetime) -> Iterator[Condition]:
    """Yield `expires/<what>` for each password, key or watch that expires within so long, or is not valid."""
    for expiry in expiries:
        what = capitalise(expiry.what)
        if expiry.until is None:
            description = f"{what} is not good any more: it was deleted or switched off."
        elif expiry.until <= now:
            description = f"{what} expired {format_end(expiry.until)}."
        elif expiry.until - now <= (expiry.warn_before or within):
            description = f"{what} expires {format_end(expiry.until)}, in {format_length(expiry.until - now)}."
        else:
            continue
        yield Condition(f"expires/{expiry.what}", description, expiry.advice)


@dataclass(frozen=True, slots=True)
class HeldPack:
    """What is held back of an authority's pack of a month.

    Since `unconfirmed_since` it is unknown whether some of its mails were sent; `newer` is a version that was built at
    `built_at`, after version `mailed` was sent.
    """

    authority: str
    month: str
    unconfirmed_since: datetime | None = None
    mailed: int = 0
    newer: int = 0
    built_at: datetime | None = None


def find_held_packs(packs: Iterable[HeldPack]) -> Iterator[Condition]:
    """Yield `held/<authority>/<month>` for each pack of which something is held back."""
    for pack in packs:
        name = f"the pack of {pack.authority} for {pack.month}"
        sentences = []
        advice = "If what changed matters, tell the leaders: the service mails the pack of a month only once."
        if pack.unconfirmed_since:
            sentences.append(
                f"Nobody knows whether {name} was mailed to all of its leaders: handing it over was begun before "
                f"{format_moment(pack.unconfirmed_since)}, and broke off."
            )
            folder = f"packs/{pack.month}/{pack.authority}/"
            advice = (
                f"Ask the leaders whether they have it; who does not is sent pack.pdf of the home folder's {folder}."
            )
        if pack.newer and pack.built_at:
            sentences.append(
                f"Figures of {name} changed after it was mailed: version {pack.newer} was built at "
                f"{format_moment(pack.built_at)}, and the leaders have version {pack.mailed}."
            )
        if sentences:
            show = f"{COMMAND} pack show --authority {pack.authority} --month {pack.month}"
            key = f"held/{pack.authority}/{pack.month}"
            yield Condition(key, " ".join(sentences), f"{advice} To read the pack: {show}")


@dataclass(frozen=True, slots=True)
class FormActivity:
    """When a form's newest answer came (None: none ever came), and how long none may come."""

    form: str
    newest: datetime | None
    silent_after: timedelta


def find_silent_forms(
    forms: Iterable[FormActivity], *, start: datetime, end: datetime, now: datetime
) -> Iterator[Condition]:
    """Yield `silent/<form>` for each form from which nothing came for too long; none before `start` or after `end`."""
    if not start <= now <= end:
        return
    for each in forms:
        since = max(each.newest, start) if each.newest else start
        if now - since > each.silent_after:
            newest = f"the newest came at {format_moment(each.newest)}" if each.newest else "none ever came"
            yield Condition(
                f"silent/{each.form}",
                f"No answer to the form “{each.form}” has come for {format_length(now - since)}: {newest}.",
                "Open the form as somebody who answers it would, and see whether it still takes answers and whether "
                f"people still have the right link; then look with: {COMMAND} check --live",
            )


MOST_LOSSES = 5
"""So many are said in an alert; the status says all."""


def find_losses(losses: Iterable[LossNote]) -> Iterator[Condition]:
    """Yield `uncounted/answers` where answers that counted count no more since the YAML changed."""
    sentences = [loss.sentence for loss in losses]
    if not sentences:
        return
    more = f" And {len(sentences) - MOST_LOSSES} more; the status says all." if len(sentences) > MOST_LOSSES else ""
    yield Condition(
        "uncounted/answers",
        f"Since the YAML changed: {' '.join(sentences[:MOST_LOSSES])}{more}",
        f"Put the lines back, or add what is missing; if it is meant, say so: {COMMAND} run publish --confirm",
    )


ERASURE_TAKES = timedelta(hours=1)
"""For so long an erasure may just be running."""


def find_unfinished_erasure(began_at: datetime | None, *, now: datetime) -> Iterator[Condition]:
    """Yield `unfinished/forget` for an erasure that began long ago; `began_at` is None where there is none."""
    if began_at is not None and now - began_at > ERASURE_TAKES:
        yield Condition(
            "unfinished/forget",
            "Answers that were to be erased may still stand somewhere: the erasure that began at "
            f"{format_moment(began_at)} has not been finished.",
            f"To finish it, and to see what keeps it, run: {COMMAND} run retention",
        )


@dataclass(frozen=True, slots=True)
class DamagedReceipt:
    """A receipt of an erasure that cannot be read whole any more; the problem is a sentence with what to do."""

    name: str
    problem: str


def find_damaged_receipts(receipts: Iterable[DamagedReceipt]) -> Iterator[Condition]:
    """Yield `damaged/<name>` for each receipt that is damaged."""
    for receipt in receipts:
        yield Condition(
            f"damaged/{receipt.name}",
            receipt.problem,
            "Do it before the store is ever lost: no backup is restored while a receipt is damaged, because whoever it "
            "says was forgotten would come back.",
        )


def find_exposed_figures(figures: Mapping[str, Sequence[str]]) -> Iterator[Condition]:
    """Yield `exposed/<authority>` where hidden figures of it follow from what its leaders were shown before."""
    for authority, named in figures.items():
        yield Condition(
            f"exposed/{authority}",
            f"Leaders of {authority} can work out {format_count(len(named), 'hidden figure')} from what they were "
            f"shown before: {format_list(named)}.",
            "Nothing more of the same periods is shown until enough answers have changed; withdraw what should not "
            "stand, and tell whoever looks after the data.",
        )


GRACE = timedelta(hours=1)
"""So long an answer may be known only by reading: the script of its form tries again by itself."""

CLOCKS_DIFFER = timedelta(minutes=2)
"""So far our clock may be behind Google's: an answer that seems to come after the hint about it did not."""


CountStoredBetween = Callable[..., int]
"""Counts the responses of a form that were last submitted after `after`, and stored after it until `until`."""


@dataclass(frozen=True, slots=True)
class SilentWebhook:
    """A form whose webhook has been silent `since`; so many `answers` submitted after came only by reading."""

    form: str
    since: datetime
    answers: int

    @property
    def advice(self) -> str:
        """What the owner can do about it."""
        return (
            "In the form's script editor run connect again; or print a new script with: "
            f"{COMMAND} connect {self.form} (where a watch of Google brings the answers, look at it with: "
            f"{COMMAND} check --live)"
        )


def measure_webhook_silence(
    form: str, last_call: datetime | None, count_stored: CountStoredBetween, *, now: datetime
) -> SilentWebhook | None:
    """Return a silent webhook; None while it is called, while no respondent answers, and where it was never called.

    What was stored after its last call came by reading, and counts once the time of grace is over.
    """
    if last_call is None or now - last_call <= GRACE:
        return None
    answers = count_stored(after=last_call + CLOCKS_DIFFER, until=now - GRACE)
    return SilentWebhook(form, last_call, answers) if answers else None


def find_silent_webhooks(webhooks: Iterable[SilentWebhook]) -> Iterator[Condition]:
    """Yield `unheard/<form>` for each webhook that is silent."""
    for webhook in webhooks:
        answers = "1 answer" if webhook.answers == 1 else f"{webhook.answers:,} answers"
        description = (
            f"The webhook of the form “{webhook.form}” has been silent since {format_moment(webhook.since)}; "
            f"{answers} came only by reading. None is lost, but each comes later than it could."
        )
        yield Condition(f"unheard/{webhook.form}", description, webhook.advice)


def find_unreadable_store(damage: StoreError | None) -> Iterator[Condition]:
    """Yield `unreadable/the store` where there is damage; the error says what was found and what to do."""
    if damage is not None:
        yield Condition(
            "unreadable/the store",
            str(damage),
            f"Do it soon, for what comes in may be lost as well; then run: {COMMAND} run backup, which reads every "
            "page.",
        )
