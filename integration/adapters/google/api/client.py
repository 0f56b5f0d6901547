"""The client that makes every call to Google: time-outs, bounded retries, a budget of calls a minute, a request log.

It stands under gspread as its `HTTPClient`, because gspread 6.2.1 has no time-out and its own `BackOffHTTPClient` never
stops retrying. One call:

1. its address says about what it is, whether it reads or writes, and whether it may be made twice (`Call`);
2. it waits until it is within the budget (`Budget`), is signed and sent;
3. the answer is returned; where Google is busy the call is made again, with growing waits; any other refusal becomes
   an error that says what to do (`faults.py`);
4. every attempt is a line of the request log (`LoggedCall`).
"""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
import stamina
import stamina.instrumentation
from gspread.http_client import HTTPClient
from requests import RequestException, Response, Session

from integration.adapters.google.api.calls import WRITE, Budget, Call, LoggedCall
from integration.adapters.google.api.faults import error_of, is_busy, is_surely_not_applied, read_refusal
from integration.adapters.google.api.sign_in import SignIn, TokenUnavailable
from integration.errors import ExternalServiceError, LostReplyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.oauth2.service_account import Credentials

    from integration.adapters.google.api.resources import Resource

CONNECT_SECONDS, READ_SECONDS = 10, 30
VALUES_SECONDS = 180
"""The read time-out where whole tabs are read or written: Google itself gives a call up after so long."""

MAX_ATTEMPTS = 8
LONGEST_WAIT = 32
"""The longest wait between two attempts, in first waits (`GOOGLE_RETRY_BASE_SECONDS`)."""

MAX_ATTEMPTS_WHEN_DOWN = 2
"""Attempts of a call after another call was given up."""

MAX_RETRY_AFTER_SECONDS = 60.0
"""The longest wait that Google may ask for; where it wants more, the next run tries again."""

# stamina would also log each wait; the request log holds every attempt already.
stamina.instrumentation.set_on_retry_hooks([])


class GoogleClient(HTTPClient):
    """Makes every call to Google. Give one to `gspread.Client`, or use the low-level calls of `HTTPClient`."""

    def __init__(
        self,
        auth: Credentials,
        *,
        base_url: str | None = None,
        first_wait_seconds: float = 1.0,
        resources: Mapping[str, Resource] | None = None,
        budget: Budget | None = None,
    ) -> None:
        """`base_url` replaces all of Google's hosts; `resources` by id are what errors and the log name.

        `max_attempts` may be lowered where a person is waiting.
        """
        super().__init__(auth, session=Session())
        self._sign_in_session = Session()
        for session in (self.session, self._sign_in_session):
            session.trust_env = base_url is None  # a stand-in on this machine is reached without its proxies
        self._sign_in = SignIn(auth, self._sign_in_session)
        self.max_attempts = MAX_ATTEMPTS
        self._is_down = False
        self.account = self._sign_in.account
        self.key_id = self._sign_in.key_id
        self.request_log: list[LoggedCall] = []
        self.last_date: tuple[str, float] | None = None
        """The Date header of the last answer, and what the clock that is never set showed then."""
        self.budget = budget or Budget()
        self._base_url = base_url
        self._first_wait_seconds = first_wait_seconds
        self._resources = resources or {}

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
        """Make one call; make it again while Google is busy.

        Raises AccessError where a person must grant something, ExternalServiceError where Google stays busy,
        LostReplyError where a change that must not be made twice may have been made, PublishError where Google refuses
        the call itself.
        """
        if files or data:
            raise ValueError("only JSON is sent to Google")
        call = Call(method.upper(), endpoint, self._resources)
        body = None if json is None else msgspec.json.encode(json)
        max_attempts = MAX_ATTEMPTS_WHEN_DOWN if self._is_down else self.max_attempts
        try:
            for attempt in self._retry(_wait_before_retry, max_attempts):
                with attempt:
                    response = self._attempt(call, params, body, headers)
                    self._is_down = False
                    return response
        except _BusyError as busy:
            # Google is down for longer: the calls that follow need not wait as long again.
            self._is_down = True
            raise ExternalServiceError(
                f"{call.resource.opening}: Google cannot be reached or is too busy "
                f"({busy}); nothing was half changed. Try again later."
            ) from None
        raise AssertionError("a call was never made")

    def close(self) -> None:
        """Close the connections."""
        self.session.close()
        self._sign_in_session.close()

    def retry_lost_replies(self) -> Any:
        """Return an iterator of attempts for work that, after a lost reply, reads what is there and goes on."""
        return self._retry(LostReplyError, MAX_ATTEMPTS)

    def _retry(self, on: Any, max_attempts: int) -> Any:
        """Return an iterator of attempts: the waits between them double, with jitter."""
        return stamina.retry_context(
            on=on,
            attempts=max_attempts,
            timeout=None,
            wait_initial=self._first_wait_seconds,
            wait_max=self._first_wait_seconds * LONGEST_WAIT,
            wait_jitter=self._first_wait_seconds,
        )

    def _attempt(self, call: Call, params: Any, body: bytes | None, headers: Any) -> Response:
        if call.api == "sheets":
            self.budget.wait(call.kind)
        started, status, received = time.monotonic(), "-", 0
        try:
            response = self._send(call, params, body, headers)
            status, received = str(response.status_code), len(response.content)
            self.last_date = (response.headers.get("Date", ""), time.monotonic())
            self._raise_for_refusal(call, response)
        except _BusyError as busy:
            status = status if status != "-" else str(busy)
            if busy.may_be_applied and not call.is_repeatable:
                raise LostReplyError(
                    f"{call.resource.opening}: Google's answer to a change was lost ({busy}); run it again: what "
                    "stands there is looked at first."
                ) from None
            raise
        finally:
            seconds = time.monotonic() - started
            sent = len(body or b"")
            name = call.resource.name
            self.request_log.append(LoggedCall(call.api, call.kind, name, call.method, status, sent, received, seconds))
        return response

    def _send(self, call: Call, params: Any, body: bytes | None, headers: Any) -> Response:
        content_type = {"Content-Type": "application/json"} if body is not None else {}
        try:
            signature = {} if call.is_public else self._sign_in.headers()
            response: Response = self.session.request(
                method=call.http_method,
                url=(self._base_url or call.host) + call.endpoint.removeprefix(call.host),
                params=params,
                data=body,
                headers={**(headers or {}), **content_type, **signature},
                timeout=(CONNECT_SECONDS, VALUES_SECONDS if "/values" in call.endpoint else READ_SECONDS),
                allow_redirects=False,
            )
        except TokenUnavailable:
            raise _BusyError("no sign-in", may_be_applied=False) from None
        except RequestException as error:
            raise _BusyError(type(error).__name__, may_be_applied=True) from None
        return response

    def _raise_for_refusal(self, call: Call, response: Response) -> None:
        if response.ok and not response.is_redirect:
            is_whole = response.status_code == HTTPStatus.NO_CONTENT or response.content.rstrip().endswith(b"}")
            if not is_whole:
                raise _BusyError("half an answer", may_be_applied=True)
            return
        refusal = read_refusal(response)
        if refusal.code == HTTPStatus.UNAUTHORIZED and not call.has_new_token:
            # The token may have been revoked before it expired: once more with a new one.
            call.has_new_token = True
            self._sign_in.forget_token()
            raise _BusyError("401", may_be_applied=False, wait_seconds=0.0)
        if is_busy(refusal):
            wait = response.headers.get("Retry-After", "")
            raise _BusyError(
                str(refusal.code),
                may_be_applied=not is_surely_not_applied(refusal),
                wait_seconds=min(float(wait), MAX_RETRY_AFTER_SECONDS) if wait.isdecimal() else None,
            )
        raise error_of(refusal, call.resource, self.account, is_writing=call.kind == WRITE)


class _BusyError(Exception):
    """A call that may well succeed a little later. Never leaves this module.

    `may_be_applied` says that it may have taken effect; `wait_seconds` is how long Google asks us to wait.
    """

    def __init__(self, reason: str, *, may_be_applied: bool, wait_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.may_be_applied = may_be_applied
        self.wait_seconds = wait_seconds


def _wait_before_retry(error: Exception) -> bool | float:
    """Tell stamina whether to retry, and after how many seconds where Google says so."""
    if not isinstance(error, _BusyError):
        return False
    return True if error.wait_seconds is None else error.wait_seconds
