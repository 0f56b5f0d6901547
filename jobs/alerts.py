"""Alerts: what is wrong is kept, told to the owner once as long as it lasts, and once more when it is over."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from integration.alert import headline, settle
from integration.errors import BusyError
from jobs.alert_mail import Post, post_of, tell_owner
from jobs.london import told_time
from jobs.troubles import troubles

if TYPE_CHECKING:
    from datetime import datetime

    from integration.wiring import Service

ALONE = "alerts"
"""The right to look. Of two who looked at once, one might drop an alert that the other is just mailing."""
NO_WAIT_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Watched:
    """What came of a look: the keys of what is new and of what is over, those that were mailed, and why not, if so."""

    new: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    problem: str = ""

    def in_words(self) -> str:
        """Return what came of it, in a sentence."""
        parts = [f"new: {', '.join(map(headline, self.new))}"] if self.new else []
        parts += [f"over: {', '.join(map(headline, self.over))}"] if self.over else []
        return "; ".join(filter(None, [*parts, self.problem])) or "nothing new"


def watch_over(service: Service, *, now: datetime) -> Watched:
    """Keep what is wrong and what is over, and tell the owner what is not told yet.

    A mail that cannot be sent breaks nothing: it is tried again at a later call, five minutes later at the earliest.
    Without an owner in alerts.yaml alerts are kept, and nobody is told. Of several machines one looks at a time; where
    another does, nothing is done here. Raises StoreError or BusyError.
    """
    with ExitStack() as held:
        if service.database_url is not None:
            try:
                held.enter_context(service.exclusive(ALONE, wait_seconds=NO_WAIT_SECONDS))
            except BusyError:
                return Watched()
        return _look(service, now)


def _look(service: Service, now: datetime) -> Watched:
    book, owner = service.store.alerts, service.settings.alerts.owner
    found = troubles(service, now=now)
    before = book.open()
    in_the_post = (post_of(service) if owner else Post()).seqs
    settled = settle(found, before, in_the_post=in_the_post)
    book.raise_(settled.new, now=now)
    book.reword(settled.reworded)
    book.clear(settled.over, now=now)
    book.all_clear(settled.unheard, now=now)
    keys = {alert.seq: alert.trouble.key for alert in book.open()} | {each.seq: each.trouble.key for each in before}
    post = tell_owner(service, owner, now=now) if owner else Post()
    return Watched(
        new=tuple(trouble.key for trouble in settled.new),
        over=tuple(keys[seq] for seq in settled.over),
        told=tuple(keys[seq] for seq in sorted(post.seqs) if seq in keys),
        problem=post.problem,
    )


def open_alerts(service: Service) -> list[dict[str, Any]]:
    """Return the alerts that are not over, oldest first, as `status --json` shows them; times are ISO text in UTC."""
    return [
        {
            "key": alert.trouble.key,
            "headline": headline(alert.trouble.key),
            "says": alert.trouble.says,
            "to_do": alert.trouble.to_do,
            "since": alert.since.isoformat(),
            "told_at": alert.told_at.isoformat() if alert.told_at else None,
        }
        for alert in service.store.alerts.open()
        if alert.cleared_at is None
    ]


def alert_lines(told: list[dict[str, Any]], problem: str) -> list[str]:
    """Return the open alerts as lines that a person reads, and why the owner could not be told of them, if so."""
    lines = []
    for alert in told:
        heard = f"mailed {told_time(alert['told_at'])}" if alert["told_at"] else "not mailed"
        lines += [
            f"! {alert['headline']}, since {told_time(alert['since'])} ({heard})",
            *(f"  {line}" for line in alert["says"].splitlines()),
            f"  What to do: {alert['to_do']}",
        ]
    lines += [f"The mail about this: {problem}"] if problem else []
    return [*lines, ""] if lines else []
