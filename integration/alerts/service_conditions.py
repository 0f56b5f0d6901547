"""What ends soon, or has ended: passwords, keys, watches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from integration.alerts.wording import COMMAND, format_end, format_length, format_moment
from integration.model import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from integration.errors import StoreError
    from integration.model import Expiry


def find_expiring(expiring: Iterable[Expiry], *, within: timedelta, now: datetime) -> Iterator[Condition]:
    """Give `expires/<what>` for each thing that ends within so long, has ended, or is good no more."""
    for each in expiring:
        if each.until is None:
            says = f"{_opening(each.what)} is not good any more: it was deleted or switched off."
        elif each.until <= now:
            says = f"{_opening(each.what)} expired {format_end(each.until)}."
        elif each.until - now <= (each.warn_before or within):
            says = f"{_opening(each.what)} expires {format_end(each.until)}, in {format_length(each.until - now)}."
        else:
            continue
        yield Condition(f"expires/{each.what}", says, each.advice)


def _opening(what: str) -> str:
    return what[:1].upper() + what[1:]


@dataclass(frozen=True, slots=True)
class HeldPack:
    """What is held back of an authority's pack of a month.

    `unsure_since` is since when nobody knows whether some of its mails were sent; `newer` is a version that was built
    at `built_at`, after version `mailed` went out.
    """

    authority: str
    month: str
    unsure_since: datetime | None = None
    mailed: int = 0
    newer: int = 0
    built_at: datetime | None = None


def find_held_packs(packs: Iterable[HeldPack]) -> Iterator[Condition]:
    """Give `held/<authority>/<month>` for each pack of which something is held back."""
    for pack in packs:
        says = " ".join(_sentences(pack))
        if says:
            which = f"--authority {pack.authority} --month {pack.month}"
            to_do = f"{_to_do(pack)} To read the pack: {COMMAND} pack show {which}"
            yield Condition(f"held/{pack.authority}/{pack.month}", says, to_do)


def _to_do(pack: HeldPack) -> str:
    if pack.unsure_since:
        folder = f"packs/{pack.month}/{pack.authority}/"
        return f"Ask the leaders whether they have it; who does not is sent pack.pdf of the home folder's {folder}."
    return "If what changed matters, tell the leaders: the service mails the pack of a month only once."


def _sentences(pack: HeldPack) -> Iterator[str]:
    name = f"the pack of {pack.authority} for {pack.month}"
    if pack.unsure_since:
        yield (
            f"Nobody knows whether {name} was mailed to all of its leaders: handing it over was begun before "
            f"{format_moment(pack.unsure_since)}, and broke off."
        )
    if pack.newer and pack.built_at:
        yield (
            f"Figures of {name} changed after it was mailed: version {pack.newer} was built at "
            f"{format_moment(pack.built_at)}, and the leaders have version {pack.mailed}."
        )


@dataclass(frozen=True, slots=True)
class FormActivity:
    """Since when nothing came from a form (`newest`, None: nothing ever came), and how long that may be."""

    form: str
    newest: datetime | None
    after: timedelta


def find_silent_forms(
    forms: Iterable[FormActivity], *, start: datetime, end: datetime, now: datetime
) -> Iterator[Condition]:
    """Give `silent/<form>` for each form that is silent for too long; before `start` and after `end` none may speak."""
    if not start <= now <= end:
        return
    for each in forms:
        since = max(each.newest, start) if each.newest else start
        if now - since > each.after:
            came = f"the newest came at {format_moment(each.newest)}" if each.newest else "none ever came"
            yield Condition(
                f"silent/{each.form}",
                f"No answer to the form “{each.form}” has come for {format_length(now - since)}: {came}.",
                "Open the form as somebody who answers it would, and see whether it still takes answers and whether "
                f"people still have the right link; then look with: {COMMAND} check --live",
            )


STILL_AT_WORK = timedelta(hours=1)
"""For so long it may just be running."""


def find_unfinished_erasure(began_at: datetime | None, *, now: datetime) -> Iterator[Condition]:
    """Give `unfinished/forget` for an erasure that began long ago; None where there is none."""
    if began_at is not None and now - began_at > STILL_AT_WORK:
        says = (
            f"Answers that were to be erased may still stand somewhere: the erasure that began at "
            f"{format_moment(began_at)} has not been finished."
        )
        yield Condition(
            "unfinished/forget", says, f"To finish it, and to see what keeps it, run: {COMMAND} run retention"
        )


GRACE = timedelta(hours=1)
"""So long an answer may be known only by reading: the script of its form tries again by itself."""

CLOCKS_DIFFER = timedelta(minutes=2)
"""So far our clock may be behind Google's: an answer that seems to come after the hint about it did not."""


class CountStoredBetween(Protocol):
    """Says how many responses of a form were submitted last after a moment, and stored after it until another."""

    def __call__(self, *, after: datetime, until: datetime) -> int:
        """Return how many."""
        ...


@dataclass(frozen=True, slots=True)
class SilentWebhook:
    """A form whose webhook has been silent `since`; so many `answers` submitted after came only by reading."""

    form: str
    since: datetime
    answers: int

    @property
    def came_in_words(self) -> str:
        """Return how many answers came only by reading."""
        return "1 answer" if self.answers == 1 else f"{self.answers:,} answers"

    @property
    def to_do(self) -> str:
        """Return what a person can do about it."""
        return (
            "In the form's script editor run connect again; or print a new script with: "
            f"{COMMAND} connect {self.form} (where a watch of Google brings the answers, look at it with: "
            f"{COMMAND} check --live)"
        )


def measure_webhook_silence(
    form: str, heard_at: datetime | None, came: CountStoredBetween, *, now: datetime
) -> SilentWebhook | None:
    """Return a silent webhook; None while it speaks, while nobody answers, and where it never was heard of.

    What was stored after it was heard of last came by reading, and counts once the time of grace is over.
    """
    if heard_at is None or now - heard_at <= GRACE:
        return None
    answers = came(after=heard_at + CLOCKS_DIFFER, until=now - GRACE)
    return SilentWebhook(form, heard_at, answers) if answers else None


def find_silent_webhooks(webhooks: Iterable[SilentWebhook]) -> Iterator[Condition]:
    """Give `unheard/<form>` for each webhook that is silent."""
    for each in webhooks:
        says = (
            f"The webhook of the form “{each.form}” has been silent since {format_moment(each.since)}; "
            f"{each.came_in_words} came only by reading. None is lost, but each comes later than it could."
        )
        yield Condition(f"unheard/{each.form}", says, each.to_do)


def describe_unreadable_store(error: StoreError) -> Condition:
    """Return `unreadable/the store`; the error says what was found and what to do."""
    return Condition(
        "unreadable/the store",
        str(error),
        f"Do it soon, for what comes in may be lost as well; then run: {COMMAND} run backup, which reads every page.",
    )
