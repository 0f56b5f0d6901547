"""From facts to troubles, from troubles to what the owner is told, and the mail that tells it."""

from integration.alert.as_mail import message_id, to_mail
from integration.alert.expires import what_expires
from integration.alert.failed import Ahead, Limits, what_failed
from integration.alert.headline import headline
from integration.alert.held import Held, what_is_held
from integration.alert.late import Missed, what_is_late, what_was_missed
from integration.alert.settle import Settled, settle, to_tell
from integration.alert.silent import Quiet, what_is_silent
from integration.alert.unheard import Unheard, unheard, what_is_unheard
from integration.alert.words import base_of

__all__ = [
    "Ahead", "Held", "Limits", "Missed", "Quiet", "Settled", "Unheard", "base_of", "headline", "message_id", "settle",
    "to_mail", "to_tell", "unheard", "what_expires", "what_failed", "what_is_held", "what_is_late", "what_is_silent",
    "what_is_unheard", "what_was_missed",
]  # fmt: skip
