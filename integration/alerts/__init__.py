"""From facts to troubles, from troubles to what the owner is told, and the mail that tells it."""

from integration.alerts.conditions import (
    Held,
    Quiet,
    Unheard,
    unheard,
    what_expires,
    what_is_held,
    what_is_silent,
    what_is_unheard,
)
from integration.alerts.job_conditions import Ahead, Limits, Missed, what_failed, what_is_late, what_was_missed
from integration.alerts.notifications import Settled, message_id, settle, to_mail, to_tell
from integration.alerts.wording import base_of, headline

__all__ = [
    "Ahead", "Held", "Limits", "Missed", "Quiet", "Settled", "Unheard", "base_of", "headline", "message_id", "settle",
    "to_mail", "to_tell", "unheard", "what_expires", "what_failed", "what_is_held", "what_is_late", "what_is_silent",
    "what_is_unheard", "what_was_missed",
]  # fmt: skip
