"""Every call to Google, counted: how many, how large, how long; never what was in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

READ, WRITE = "read", "write"


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it went over the wire: `status` is that of HTTP, or a word where no answer came."""

    api: str
    kind: str
    thing: str
    what: str
    status: str
    sent: int
    received: int
    seconds: float


def in_words(calls: Sequence[Call]) -> str:
    """Return a line for each call, and the sums."""
    if not calls:
        return "Google was not called."
    lines = [
        f"{call.api:<6} {call.kind:<5} {call.status:>5} {call.sent:>9,} B out {call.received:>9,} B in"
        f" {call.seconds:>6.2f} s  {call.what}  {call.thing}"
        for call in calls
    ]
    kinds = Counter((call.api, call.kind) for call in calls)
    sums = ", ".join(f"{count} {api} {kind}{'s' if count > 1 else ''}" for (api, kind), count in sorted(kinds.items()))
    sent, received = sum(call.sent for call in calls), sum(call.received for call in calls)
    return "\n".join([*lines, f"{len(calls)} calls: {sums}; {sent:,} bytes out, {received:,} bytes in."])
