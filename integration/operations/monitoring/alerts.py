"""Alerts: the owner is notified once of each condition while it lasts, and once more when it is over.

The steps of `update_alerts`:

1. On several machines, one updates the alerts at a time.
2. The conditions as of now are compared with the open alerts: a new condition is stored as an alert, the sentences of
   an open one are brought up to date, and an alert whose condition is gone is cleared.
3. What the owner does not know yet is one mail. It is stored before it is sent (which alerts, which date, how often it
   was tried), so that after a crash, or where the mail server's reply was lost, the very same mail is sent again.
4. When it was sent its alerts are marked as notified. One that was sent in vain is tried again five minutes later; one
   whose reply was lost counts as sent after the fourth time, so that it keeps no other back.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from config.errors import SettingError
from integration.alerts.kinds import headline
from integration.alerts.notifications import compare_alerts, select_notifications, to_mail
from integration.errors import BusyError, CrescendoError, LostReplyError
from integration.model import AlertMail, AlertMailStatus
from integration.operations.monitoring.conditions import find_conditions
from integration.text_format import format_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.schema import Person
    from integration.model import Alert
    from integration.wiring import Service

ALERTS_LOCK = "alerts"
"""The name of the lock. Of two at once, one might drop an alert that the other is just mailing."""
LOCK_WAIT_SECONDS = 0.1
RETRY_AFTER = timedelta(minutes=5)
"""So long a mail that failed, or whose sender crashed, is left alone."""
MAX_ATTEMPTS = 4
"""So often a mail is sent whose reply was lost; then the owner is notified of other alerts."""


@dataclass(frozen=True, slots=True)
class AlertChanges:
    """The keys of the alerts that are new, that are over, and that were mailed; and why they were not, if so."""

    new: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    notified: tuple[str, ...] = ()
    problem: str = ""

    def in_words(self) -> str:
        """Return the changes, in a sentence."""
        parts = [f"new: {', '.join(map(headline, self.new))}"] if self.new else []
        parts += [f"over: {', '.join(map(headline, self.over))}"] if self.over else []
        return "; ".join(filter(None, [*parts, self.problem])) or "nothing new"


def update_alerts(service: Service, *, now: datetime) -> AlertChanges:
    """Store what is wrong and what is over, and notify the owner of what they do not know yet.

    A mail that cannot be sent breaks nothing: it is tried again at a later call, five minutes later at the earliest.
    Without an owner in alerts.yaml alerts are stored, and no mail is sent. Where another machine updates them just
    now, nothing is done. Raises StoreError or BusyError.
    """
    with ExitStack() as stack:
        if service.database_url is not None:
            try:
                stack.enter_context(service.exclusive(ALERTS_LOCK, wait_seconds=LOCK_WAIT_SECONDS))
            except BusyError:
                return AlertChanges()
        alerts, owner = service.store.alerts, service.settings.alerts.owner
        conditions = find_conditions(service, now=now)
        before = alerts.unsettled()
        being_sent = (last_notification(service) if owner else AlertMail()).seqs
        settled = compare_alerts(conditions, before, being_sent=being_sent)
        alerts.add(settled.new, now=now)
        alerts.reword(settled.changed)
        alerts.mark_cleared(settled.over, now=now)
        alerts.mark_all_clear(settled.dropped, now=now)
        keys = {each.seq: each.condition.key for each in (*alerts.unsettled(), *before)}
        sent = notify_owner(service, owner, now=now) if owner else AlertMail()
    return AlertChanges(
        new=tuple(condition.key for condition in settled.new),
        over=tuple(keys[seq] for seq in settled.over),
        notified=tuple(keys[seq] for seq in sorted(sent.seqs) if seq in keys),
        problem=sent.problem,
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
            "told_at": alert.notified_at.isoformat() if alert.notified_at else None,
        }
        for alert in service.store.alerts.unsettled()
        if alert.cleared_at is None
    ]


def alert_lines(alerts: list[dict[str, Any]], problem: str) -> list[str]:
    """Return the open alerts as lines that a person reads, and why the owner could not be notified, if so."""
    lines = []
    for alert in alerts:
        mailed = f"mailed {format_time(alert['told_at'])}" if alert["told_at"] else "not mailed"
        lines += [
            f"! {alert['headline']}, since {format_time(alert['since'])} ({mailed})",
            *(f"  {line}" for line in alert["says"].splitlines()),
            f"  What to do: {alert['to_do']}",
        ]
    lines += [f"The mail about this: {problem}"] if problem else []
    return [*lines, ""] if lines else []


def last_notification(service: Service) -> AlertMail:
    """Return the mail that was begun last."""
    return service.store.alerts.last_mail()


def notify_owner(service: Service, owner: Person, *, now: datetime) -> AlertMail:
    """Send the owner one mail of all that is new; return it, with `problem` where it could not be sent.

    Without anything new, or while another attempt would come too early, nothing is sent.
    """
    before, alerts = service.store.alerts.last_mail(), service.store.alerts.unsettled()
    if before.is_under_way and _was_sent(before, alerts):
        return _mark_notified(service, before, now)
    mail = before
    if not before.is_under_way:
        wrong, over = select_notifications(alerts)
        mail = AlertMail(
            AlertMailStatus.UNDER_WAY, tuple(each.seq for each in wrong), tuple(each.seq for each in over), dated_at=now
        )
    if not mail.seqs:
        return AlertMail()
    if before.is_resting(now, RETRY_AFTER):
        return AlertMail(problem=before.problem)
    if mail.tries >= MAX_ATTEMPTS:  # and the process that tried it last has crashed over it
        return _take_as_sent(service, mail, now)
    mail = replace(mail, tried_at=now, problem="", tries=mail.tries + 1)
    if not service.store.alerts.begin_mail(before, mail):
        return AlertMail()  # another process sends it just now
    return _send(service, owner, mail, alerts, now)


def _was_sent(mail: AlertMail, alerts: Sequence[Alert]) -> bool:
    """Say whether the mail is known to have gone: a part of it was marked before a crash."""
    not_notified = {alert.seq for alert in alerts if alert.notified_at is None}
    stored = {alert.seq for alert in alerts}
    return not set(mail.wrong) <= not_notified if mail.wrong else not set(mail.over) <= stored


def _send(service: Service, owner: Person, mail: AlertMail, alerts: Sequence[Alert], now: datetime) -> AlertMail:
    message = to_mail(
        wrong=[alert for alert in alerts if alert.seq in mail.wrong],
        over=[alert for alert in alerts if alert.seq in mail.over],
        owner=owner, sender=service.settings.packs.sender, programme=service.settings.programme.name,
        at=mail.dated_at or now,
    )  # fmt: skip
    try:
        service.mailer.send(message)
    except LostReplyError as error:  # perhaps it was taken: the same mail, or none
        mail = replace(mail, problem=str(error))
        if mail.tries >= MAX_ATTEMPTS:
            return _take_as_sent(service, mail, now)
        unsent = mail
    except (CrescendoError, SettingError) as error:  # it was not: which alerts it has is decided anew then
        unsent = AlertMail(AlertMailStatus.NOT_SENT, tried_at=mail.tried_at, problem=str(error))
    else:
        return _mark_notified(service, mail, now)
    service.store.alerts.save_mail(unsent)
    return AlertMail(problem=unsent.problem)


def _take_as_sent(service: Service, mail: AlertMail, now: datetime) -> AlertMail:
    """Mark its alerts as notified, and keep that this is not sure: the owner is to be notified of other alerts too."""
    problem = f"{mail.problem} It was handed over {mail.tries} times, so it counts as sent.".strip()
    return _mark_notified(service, replace(mail, problem=problem), now)


def _mark_notified(service: Service, mail: AlertMail, now: datetime) -> AlertMail:
    """Mark everything in the mail as notified, and let the next one go."""
    service.store.alerts.mark_notified(mail.wrong, now=now)
    service.store.alerts.mark_all_clear(mail.over, now=now)
    status = AlertMailStatus.ASSUMED_SENT if mail.problem else AlertMailStatus.SENT
    service.store.alerts.save_mail(replace(mail, status=status))
    return mail
