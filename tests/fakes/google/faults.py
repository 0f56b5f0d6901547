"""Faults on demand, by name: some before a call is applied, some after."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from tests.fakes.google.account import PROJECT_NUMBER
from tests.fakes.google.errors import HTML_502, Refusal, drive_refusal, over_quota, refusal, unauthenticated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.fakes.google.call_log import Call

REFUSING = ("429", "500", "503", "502-html", "408", "401", "403-rate")
"""The call is not applied, and answered with an error."""
BEFORE = (*REFUSING, "reset")
"""The call is not applied; `reset` resets the connection."""
CUTS = ("half-body", "lost-reply")
AFTER = (*CUTS, "half-json", "500-applied", "503-applied")
"""The call is applied, and the answer cut in the middle, never sent, whole but for its end, or an error."""
KINDS = (*BEFORE, *AFTER, "slow")
USUAL = tuple(kind for kind in (*BEFORE, *AFTER) if kind not in {"401", "403-rate"})
"""What happens to every API on a bad day."""
SLOW_SECONDS = 0.3
TOKEN_SERVICE = "oauth2.googleapis.com"  # noqa: S105  # a host
SENTENCES = {
    "408": "Request timed out.",
    "500": "Internal error encountered.",
    "503": "The service is currently unavailable.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its name, for a slow one how long, and which calls it waits for."""

    name: str
    seconds: float = SLOW_SECONDS
    on: Callable[[Call], bool] | None = None


class Faults:
    """Decides for each call whether, and how, it goes wrong. Not safe for threads by itself."""

    def __init__(self) -> None:
        self._script: deque[Fault | None] = deque()
        self._chance = Random(0)
        self._rate = 0.0
        self._kinds: tuple[str, ...] = ()
        self._with_token = False
        self.drawn: Counter[str] = Counter()

    def script(self, faults: Iterable[str | Fault | None], *, on: Callable[[Call], bool] | None = None) -> None:
        """Let the next calls go wrong in this order; None lets one pass. With `on`, only calls for which it holds."""
        for each in faults:
            fault = Fault(each, on=on) if isinstance(each, str) else each
            if fault is not None and fault.name not in KINDS:
                raise ValueError(f"{fault.name}: there is no such fault; there are {', '.join(KINDS)}")
            self._script.append(fault)

    def at_random(self, rate: float, seed: int = 0, kinds: Sequence[str] = USUAL, *, with_token: bool = False) -> None:
        """Let each call go wrong with a probability; 0 stops it. The token server only if wanted."""
        if unknown := set(kinds) - set(KINDS):
            raise ValueError(f"{', '.join(sorted(unknown))}: there is no such fault")
        self._rate, self._kinds, self._with_token = rate, tuple(kinds), with_token
        self._chance = Random(seed)

    def clear(self) -> None:
        """Let everything go well from now on."""
        self._script.clear()
        self._rate = 0.0

    def draw(self, call: Call) -> Fault | None:
        """Return what is to go wrong with this call."""
        fault = self._scripted(call) if self._script else self._random(call)
        if fault:
            self.drawn[fault.name] += 1
        return fault

    def _scripted(self, call: Call) -> Fault | None:
        first = self._script[0]
        if first is not None and first.on is not None and not first.on(call):
            return None
        if call.kind == "token" and (first is None or first.on is None):
            return None
        return self._script.popleft()

    def _random(self, call: Call) -> Fault | None:
        if not self._rate or (call.kind == "token" and not self._with_token):
            return None
        return Fault(self._chance.choice(self._kinds)) if self._chance.random() < self._rate else None


def refused(name: str, service: str, *, reads: bool) -> Refusal:
    """Return the answer of a fault that refuses; the token server has a shape of its own."""
    name = name.removesuffix("-applied")
    if name == "502-html":
        return Refusal(502, HTML_502)
    if service == TOKEN_SERVICE:
        return Refusal(int(name[:3]), {"error": "internal_failure", "error_description": "Backend Error"})
    if name == "429":
        return over_quota(service, kind="Read" if reads else "Write", limit=60, project=PROJECT_NUMBER)
    if name == "401":
        return unauthenticated(service, "", given=True)
    if name == "403-rate":
        return drive_refusal(403, "userRateLimitExceeded", "User Rate Limit Exceeded", domain="usageLimits")
    return refusal(int(name), SENTENCES[name])
