"""Our `HTTPClient` under gspread: time-outs, bounded retries, a budget, a count of every call.

gspread 6.2.1 waits for ever for an answer, and its own `BackOffHTTPClient` never stops trying again.
"""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
import stamina
import stamina.instrumentation
from gspread.http_client import HTTPClient
from requests import RequestException, Response, Session

from integration.adapters.google.api.faults import error_of, is_busy, is_surely_not_applied, read_refusal
from integration.adapters.google.api.resources import DRIVE_CHANNEL, unknown_resource
from integration.adapters.google.api.sign_in import SignIn, TokenUnavailable
from integration.errors import ExternalServiceError, LostReplyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from google.oauth2.service_account import Credentials

    from integration.adapters.google.api.resources import Resource

HOSTS = {
    "https://sheets.googleapis.com": "sheets",
    "https://www.googleapis.com": "drive",
    "https://forms.googleapis.com": "forms",
}
ADDRESS = re.compile(
    r"(?P<host>https://\w+\.googleapis\.com)/.*?/(spreadsheets|files|forms|channels|x509)/(?P<id>[^/:?]+)"
    r"(?P<what>[^?]*)(\?.*)?"
)
CONNECT_SECONDS, READ_SECONDS = 10, 30
WHOLE_TABS_SECONDS = 180
"""Google itself gives up a call after so long; reading or writing 200,000 rows takes a part of it."""

MAX_ATTEMPTS = 8
LONGEST_WAIT = 32
"""How often a call is made at most, and the longest wait between two, in first waits (`GOOGLE_RETRY_BASE_SECONDS`)."""

ATTEMPTS_WHEN_DOWN = 2
"""How often a call is made after another one was given up."""

LONGEST_ASKED = 60.0
"""The longest wait in seconds that we let Google ask for; who asks for more is asked again by the next run."""

# stamina would else write a line into the log for each wait; the traffic is told in our own way.
stamina.instrumentation.set_on_retry_hooks([])


class _Busy(Exception):  # noqa: N818  # never leaves this module
    """A call that may well succeed a little later. `may_have_done` says that it may have taken effect."""

    def __init__(self, said: str, *, may_have_done: bool, wait: float | None = None) -> None:
        super().__init__(said)
        self.may_have_done = may_have_done
        self.wait = wait


class GoogleClient(HTTPClient):
    """Makes every call to Google. Give one to `gspread.Client`, or use the low-level calls of `HTTPClient`."""

    def __init__(
        self,
        auth: Credentials,
        *,
        base_url: str | None = None,
        first_wait: float = 1.0,
        things: Mapping[str, Resource] | None = None,
        budget: Budget | None = None,
    ) -> None:
        """`base_url` stands for all of Google's hosts; `first_wait` is in seconds.

        `attempts`, how often a call is made at most, may be lowered where a person is waiting.
        """
        super().__init__(auth, session=_session(base_url))
        self._for_signing_in = _session(base_url)
        self._sign_in = SignIn(auth, self._for_signing_in)
        self.attempts = MAX_ATTEMPTS
        self._attempts: int | None = None
        self.account = self._sign_in.account
        self.key_id = self._sign_in.key_id
        self.traffic: list[LoggedCall] = []
        self.budget = budget or Budget()
        self._base_url = base_url
        self._first_wait = first_wait
        self._things = things or {}

    def request(  # noqa: PLR0913, PLR0917  # gspread's own signature
        self,
        method: str,
        endpoint: str,
        params: Any = None,
        data: Any = None,
        json: Any = None,
        files: Any = None,
        headers: Any = None,
    ) -> Response:
        """Make one call, again while Google is busy.

        Raises AccessError where a person must give us something, OutsideError where Google stays busy, LostReply
        where a change that must not be made twice may have been made, PublishError for what Google does not do.
        """
        if files or data:
            raise ValueError("only JSON is sent to Google")
        call = _Call(method.upper(), endpoint, self._things)
        body = None if json is None else msgspec.json.encode(json)
        try:
            for attempt in self._tries(_again, self._attempts or self.attempts):
                with attempt:
                    response = self._once(call, params, body, headers)
                    self._attempts = None
                    return response
        except _Busy as busy:
            # Google is down for longer: what is still to be read need not wait as long again.
            self._attempts = ATTEMPTS_WHEN_DOWN
            raise ExternalServiceError(
                f"{call.thing.opening}: Google cannot be reached or is too busy "
                f"({busy}); nothing was half changed. Try again later."
            ) from None
        raise AssertionError("a call was never made")

    def close(self) -> None:
        """Let go of the connections."""
        self.session.close()
        self._for_signing_in.close()

    def again(self) -> Any:
        """Return an iterator of attempts for work that reads back after a lost reply and then goes on."""
        return self._tries(LostReplyError, MAX_ATTEMPTS)

    def _tries(self, on: Any, attempts: int) -> Any:
        """Return an iterator of attempts: the waits between them double, with jitter."""
        return stamina.retry_context(
            on=on,
            attempts=attempts,
            timeout=None,
            wait_initial=self._first_wait,
            wait_max=self._first_wait * LONGEST_WAIT,
            wait_jitter=self._first_wait,
        )

    def _once(self, call: _Call, params: Any, body: bytes | None, headers: Any) -> Response:
        if call.api == "sheets":
            self.budget.wait(call.kind)
        started, status, received = time.monotonic(), "-", 0
        try:
            response = self._send(call, params, body, headers)
            status, received = str(response.status_code), len(response.content)
            self._judge(call, response)
        except _Busy as busy:
            status = status if status != "-" else str(busy)
            if busy.may_have_done and not call.is_repeatable:
                raise LostReplyError(
                    f"{call.thing.opening}: Google's answer to a change was lost ({busy}); run it again: what stands "
                    "there is looked at first."
                ) from None
            raise
        finally:
            seconds = time.monotonic() - started
            sent = len(body or b"")
            self.traffic.append(
                LoggedCall(call.api, call.kind, call.thing.name, call.what, status, sent, received, seconds)
            )
        return response

    def _send(self, call: _Call, params: Any, body: bytes | None, headers: Any) -> Response:
        of_json = {"Content-Type": "application/json"} if body is not None else {}
        try:
            signed = {} if call.is_public else self._sign_in.headers()
            sent_headers = {**(headers or {}), **of_json, **signed}
            response: Response = self.session.request(
                method=call.method,
                url=(self._base_url or call.host) + call.endpoint.removeprefix(call.host),
                params=params,
                data=body,
                headers=sent_headers,
                timeout=(CONNECT_SECONDS, WHOLE_TABS_SECONDS if "/values" in call.endpoint else READ_SECONDS),
                allow_redirects=False,
            )
        except TokenUnavailable:
            raise _Busy("no sign-in", may_have_done=False) from None
        except RequestException as error:
            raise _Busy(_in_a_word(error), may_have_done=True) from None
        return response

    def _judge(self, call: _Call, response: Response) -> None:
        if response.ok and not response.is_redirect:
            is_whole = response.status_code == HTTPStatus.NO_CONTENT or response.content.rstrip().endswith(b"}")
            if not is_whole:
                raise _Busy("half an answer", may_have_done=True)
            return
        refusal = read_refusal(response)
        if refusal.code == HTTPStatus.UNAUTHORIZED and not call.is_signed_anew:
            # The token may have been taken back before its time: once more with a new one.
            call.is_signed_anew = True
            self._sign_in.forget()
            raise _Busy("401", may_have_done=False, wait=0.0)
        if is_busy(refusal):
            wait = response.headers.get("Retry-After", "")
            raise _Busy(
                str(refusal.code),
                may_have_done=not is_surely_not_applied(refusal),
                wait=min(float(wait), LONGEST_ASKED) if wait.isdecimal() else None,
            )
        raise error_of(refusal, call.thing, self.account, writing=call.kind == WRITE)


class _Call:
    """What a call is, from its address: about what, whether it reads or writes, whether it may be made twice."""

    def __init__(self, method: str, endpoint: str, things: Mapping[str, Resource]) -> None:
        parts = ADDRESS.fullmatch(endpoint)
        if parts is None:
            raise ValueError(f"no address of Google: {endpoint}")
        self.method = method
        self.endpoint = endpoint
        self.is_signed_anew = False
        self.host = parts["host"]
        self.api = HOSTS[self.host]
        self.thing = (
            DRIVE_CHANNEL if "/channels/" in endpoint else things.get(parts["id"]) or unknown_resource(parts["id"])
        )
        self.kind = READ if method == "GET" else WRITE
        self.what = parts["what"].lstrip("/:") or "get"
        # Whoever asks, Google tells the certificates of an account's keys; where the key is gone nobody can sign in.
        self.is_public = "/x509/" in endpoint
        # The same values written twice into the same cells are the same; a change of structure is not.
        self.is_repeatable = self.kind == READ or self.what == "values:batchUpdate"


def _session(base_url: str | None) -> Session:
    """Return a session; against a stand-in on this machine it takes no notice of the machine's proxies."""
    session = Session()
    session.trust_env = base_url is None
    return session


def _again(error: Exception) -> bool | float:
    if not isinstance(error, _Busy):
        return False
    return True if error.wait is None else error.wait


def _in_a_word(error: RequestException) -> str:
    return type(error).__name__


READ, WRITE = "read", "write"


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call as it went over the wire: `status` is that of HTTP, or a word where no answer came."""

    api: str
    kind: str
    thing: str
    what: str
    status: str
    sent: int
    received: int
    seconds: float


def format_request_log(calls: Sequence[LoggedCall]) -> str:
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


QUOTA_PER_MINUTE, BUDGET_PER_MINUTE = 60, 50
"""Reads, and likewise writes, that Sheets allows one account a minute, and how many of them a process usually takes."""

MINUTE_SECONDS = 60.0


class Budget:
    """Lets so many calls of a kind pass in any minute; who comes later waits."""

    def __init__(
        self,
        *,
        calls: int | None = None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._calls = calls or BUDGET_PER_MINUTE
        self._now = now
        self._sleep = sleep
        self._passed: dict[str, deque[float]] = {}

    def wait(self, kind: str) -> None:
        """Wait until another call of this kind is within the budget, and count it."""
        passed = self._passed.setdefault(kind, deque())
        self._forget(passed)
        if len(passed) >= self._calls:
            # Taken out by hand: after the sleep, arithmetic may still find a hair's breadth missing.
            self._sleep(max(0.0, passed.popleft() + MINUTE_SECONDS - self._now()))
        passed.append(self._now())

    def left(self, kind: str) -> int:
        """Return how many calls of this kind Google would still let us make in this minute."""
        passed = self._passed.get(kind, deque())
        self._forget(passed)
        return QUOTA_PER_MINUTE - len(passed)

    def _forget(self, passed: deque[float]) -> None:
        while passed and passed[0] <= self._now() - MINUTE_SECONDS:
            passed.popleft()
