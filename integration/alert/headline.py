"""A trouble in a few words: what stands in the subject of the mail and in `status`."""

from __future__ import annotations

HEADLINES = {
    "failed": "{} has failed",
    "late": "{} is late",
    "missed": "{} did not run",
    "expires": "{} needs renewing",
    "silent": "nothing comes from {}",
    "unheard": "{} is silent",
    "unreadable": "{} cannot be read",
    "held": "the pack of {} is held back",
    "unfinished": "an erasure is not finished",
}


def headline(key: str) -> str:
    """Return such as "sync has failed"."""
    kind, what = name_of(key)
    return HEADLINES.get(kind, "{}").format(what)


def name_of(key: str) -> tuple[str, str]:
    """Return the kind of a trouble, and what it is about in words, of its key."""
    kind, _, what = key.partition("/")
    if kind == "held":
        authority, _, month = what.partition("/")
        return kind, f"{authority} for {month}"
    if kind == "unheard":
        return kind, f"the webhook of {what}"
    return kind, what
