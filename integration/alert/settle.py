"""What changes between the troubles that there are and the alerts that are known, and what is to be told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from integration.model import Alert, Trouble


@dataclass(frozen=True, slots=True)
class Settled:
    """Troubles that are new, and the numbers of alerts that are over. Of `unheard` nobody was or will be told.

    `reworded` are alerts, by their numbers, of which there is something else to say by now.
    """

    new: tuple[Trouble, ...]
    over: tuple[int, ...]
    unheard: tuple[int, ...]
    reworded: tuple[tuple[int, Trouble], ...] = ()


def settle(troubles: Collection[Trouble], alerts: Sequence[Alert], *, in_the_post: Collection[int]) -> Settled:
    """Hold the troubles that there are against the alerts that are known.

    `in_the_post` are alerts of which the owner may be hearing just now.
    """
    keys = {trouble.key for trouble in troubles}
    known = {alert.trouble.key for alert in alerts if alert.cleared_at is None}
    over = [alert.seq for alert in alerts if alert.cleared_at is None and alert.trouble.key not in keys]
    is_over = {*over, *(alert.seq for alert in alerts if alert.cleared_at is not None)}
    unheard = [
        alert.seq for alert in alerts if alert.seq in is_over and alert.told_at is None and alert.seq not in in_the_post
    ]
    new = {trouble.key: trouble for trouble in troubles if trouble.key not in known}
    return Settled(tuple(new.values()), tuple(over), tuple(unheard), tuple(_reworded(troubles, alerts, in_the_post)))


def _reworded(
    troubles: Collection[Trouble], alerts: Sequence[Alert], in_the_post: Collection[int]
) -> Iterator[tuple[int, Trouble]]:
    """Give what is to be said now; but what is in the post must stay as it is, to be the same mail again."""
    there = {trouble.key: trouble for trouble in troubles}
    for alert in alerts:
        now = there.get(alert.trouble.key, alert.trouble)
        if alert.cleared_at is None and alert.seq not in in_the_post and now != alert.trouble:
            yield alert.seq, now


def to_tell(alerts: Sequence[Alert]) -> tuple[tuple[Alert, ...], tuple[Alert, ...]]:
    """Return what is newly wrong, and what is newly over, of what the owner does not know yet."""
    wrong = tuple(alert for alert in alerts if alert.told_at is None and alert.cleared_at is None)
    over = tuple(alert for alert in alerts if alert.told_at is not None and alert.cleared_at is not None)
    return wrong, over
