"""Why answers are erased; one erasure that takes another along that was cut short has the reasons of both."""

from __future__ import annotations

FORGET, RETENTION = "forget", "retention"
REASONS = {FORGET: "a person asked for it", RETENTION: "their time was over (retention.yaml)"}


def reasons(why: str) -> str:
    """Return the reasons in words."""
    return ", and because ".join(REASONS[each] for each in why.split("+"))


def first_reason(why: str) -> str:
    """Return the command or job that began it."""
    return why.split("+", maxsplit=1)[0]
