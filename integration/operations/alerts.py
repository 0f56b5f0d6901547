"""Alerts: what is wrong is kept, told to the owner once as long as it lasts, and once more when it is over."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from config.errors import SettingError
from integration.alerts import compare_alerts, headline, select_notifications, to_mail
from integration.errors import BusyError, CrescendoError, LostReplyError
from integration.operations.conditions import find_conditions
from integration.text_format import format_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.schema import Person
    from integration.model import Alert
    from integration.wiring import Service

ALERTS_LOCK = "alerts"
"""The right to look. Of two who looked at once, one might drop an alert that the other is just mailing."""
NO_WAIT_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class AlertChanges:
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


def update_alerts(service: Service, *, now: datetime) -> AlertChanges:
    """Keep what is wrong and what is over, and tell the owner what is not told yet.

    A mail that cannot be sent breaks nothing: it is tried again at a later call, five minutes later at the earliest.
    Without an owner in alerts.yaml alerts are kept, and nobody is told. Of several machines one looks at a time; where
    another does, nothing is done here. Raises StoreError or BusyError.
    """
    with ExitStack() as held:
        if service.database_url is not None:
            try:
                held.enter_context(service.exclusive(ALERTS_LOCK, wait_seconds=NO_WAIT_SECONDS))
            except BusyError:
                return AlertChanges()
        return _look(service, now)


def _look(service: Service, now: datetime) -> AlertChanges:
    book, owner = service.store.alerts, service.settings.alerts.owner
    found = find_conditions(service, now=now)
    before = book.open()
    in_the_post = (last_notification(service) if owner else Notification()).seqs
    settled = compare_alerts(found, before, in_the_post=in_the_post)
    book.raise_(settled.new, now=now)
    book.reword(settled.reworded)
    book.clear(settled.over, now=now)
    book.all_clear(settled.unheard, now=now)
    keys = {alert.seq: alert.condition.key for alert in book.open()} | {each.seq: each.condition.key for each in before}
    post = notify_owner(service, owner, now=now) if owner else Notification()
    return AlertChanges(
        new=tuple(trouble.key for trouble in settled.new),
        over=tuple(keys[seq] for seq in settled.over),
        told=tuple(keys[seq] for seq in sorted(post.seqs) if seq in keys),
        problem=post.problem,
    )


def open_alerts(service: Service) -> list[dict[str, Any]]:
    """Return the alerts that are not over, oldest first, as `status --json` shows them; times are ISO text in UTC."""
    return [
        {
            "key": alert.condition.key,
            "headline": headline(alert.condition.key),
            "says": alert.condition.description,
            "to_do": alert.condition.advice,
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
        heard = f"mailed {format_time(alert['told_at'])}" if alert["told_at"] else "not mailed"
        lines += [
            f"! {alert['headline']}, since {format_time(alert['since'])} ({heard})",
            *(f"  {line}" for line in alert["says"].splitlines()),
            f"  What to do: {alert['to_do']}",
        ]
    lines += [f"The mail about this: {problem}"] if problem else []
    return [*lines, ""] if lines else []


NOTIFICATION_KEY = "alerts.mail"
RETRY_AFTER = timedelta(minutes=5)
"""So long a mail that failed, or whose sender fell silent, is left alone."""
MAX_ATTEMPTS = 4
"""So often a mail is handed over of which nobody learns whether it was taken; then others are to be told."""


@dataclass(frozen=True, slots=True)
class Notification:
    """The mail that was begun: the numbers of its alerts, its date, when it was last tried, how often, and why in vain.

    Without numbers no mail is under way: the one before was taken, or counts as taken, or certainly was not.
    """

    wrong: tuple[int, ...] = ()
    over: tuple[int, ...] = ()
    at: str = ""
    tried_at: str = ""
    problem: str = ""
    tries: int = 0

    @classmethod
    def read(cls, text: str | None) -> Notification:
        """Return what was written down."""
        facts: dict[str, Any] = json.loads(text or "{}")
        seqs: dict[str, Any] = {name: tuple(facts.pop(name, ())) for name in ("wrong", "over")}
        return cls(**seqs, **facts)

    def write(self) -> str:
        """Return it as text."""
        return json.dumps({name: getattr(self, name) for name in self.__dataclass_fields__}, ensure_ascii=False)

    @property
    def seqs(self) -> frozenset[int]:
        """The numbers of all its alerts."""
        return frozenset((*self.wrong, *self.over))

    def is_resting(self, now: datetime) -> bool:
        """Say whether it was tried only just now; a time to come is a clock that was wrong."""
        return bool(self.tried_at) and now - RETRY_AFTER < datetime.fromisoformat(self.tried_at) <= now

    @property
    def is_used_up(self) -> bool:
        """Whether it was tried so often that it counts as sent."""
        return self.tries >= MAX_ATTEMPTS

    def was_sent(self, alerts: Sequence[Alert]) -> bool:
        """Say whether the mail is known to have gone: a part of it was marked before everything broke off."""
        untold = {alert.seq for alert in alerts if alert.told_at is None}
        unsettled = {alert.seq for alert in alerts}
        return not set(self.wrong) <= untold if self.wrong else not set(self.over) <= unsettled


def last_notification(service: Service) -> Notification:
    """Return the mail that was begun last."""
    return Notification.read(service.store.recall(NOTIFICATION_KEY))


def notify_owner(service: Service, owner: Person, *, now: datetime) -> Notification:
    """Send what is to be told, in one mail; return the mail, with `problem` where it could not be sent.

    Without anything to tell, or while another try would come too early, nothing is sent.
    """
    written = service.store.recall(NOTIFICATION_KEY)
    before, alerts = Notification.read(written), service.store.alerts.open()
    if before.seqs and before.was_sent(alerts):
        return _mark(service, before, now)
    post = before if before.seqs else _new(alerts, now)
    if before.is_resting(now) or not post.seqs:
        return Notification(problem=before.problem if post.seqs else "")
    if post.is_used_up:  # and whoever tried it last has died over it
        return _take_as_sent(service, post, now)
    post = replace(post, tried_at=now.isoformat(), problem="", tries=post.tries + 1)
    if not service.store.exchange(NOTIFICATION_KEY, written, post.write()):
        return Notification()  # somebody else sends it just now
    return _send(service, owner, post, alerts, now)


def _new(alerts: Sequence[Alert], now: datetime) -> Notification:
    wrong, over = select_notifications(alerts)
    return Notification(tuple(each.seq for each in wrong), tuple(each.seq for each in over), at=now.isoformat())


def _send(service: Service, owner: Person, post: Notification, alerts: Sequence[Alert], now: datetime) -> Notification:
    mail = to_mail(
        wrong=[alert for alert in alerts if alert.seq in post.wrong],
        over=[alert for alert in alerts if alert.seq in post.over],
        owner=owner,
        sender=service.settings.packs.sender,
        programme=service.settings.programme.name,
        at=datetime.fromisoformat(post.at),
    )
    try:
        service.mailer.send(mail)
    except LostReplyError as error:  # perhaps it was taken: the same mail, or none
        post = replace(post, problem=str(error))
        return _take_as_sent(service, post, now) if post.is_used_up else _put_off(service, post)
    except (CrescendoError, SettingError) as error:  # it was not: what is to be told then is decided anew
        return _put_off(service, Notification(tried_at=post.tried_at, problem=str(error)))
    return _mark(service, post, now)


def _take_as_sent(service: Service, post: Notification, now: datetime) -> Notification:
    """Mark the mail as told, and keep that nobody knows it: other alerts are to be told too."""
    problem = f"{post.problem} It was handed over {post.tries} times, so it counts as sent.".strip()
    return _mark(service, replace(post, problem=problem), now)


def _mark(service: Service, post: Notification, now: datetime) -> Notification:
    """Mark everything in the mail as told, and let the next one go."""
    service.store.alerts.told(post.wrong, now=now)
    service.store.alerts.all_clear(post.over, now=now)
    service.store.remember(NOTIFICATION_KEY, Notification(problem=post.problem).write() if post.problem else "")
    return post


def _put_off(service: Service, post: Notification) -> Notification:
    service.store.remember(NOTIFICATION_KEY, post.write())
    return Notification(problem=post.problem)
