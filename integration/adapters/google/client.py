"""Our `HTTPClient` under gspread: time-outs, bounded retries, a budget, a count of every call.

gspread 6.2.1 waits for ever for an answer, and its own `BackOffHTTPClient` never stops trying again.
"""

from __future__ import annotations

import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
import stamina
import stamina.instrumentation
from gspread.http_client import HTTPClient
from requests import RequestException, Response, Session

from integration.adapters.google.budget import Budget
from integration.adapters.google.faults import explain, is_busy, refusal_of, was_not_applied
from integration.adapters.google.sign_in import NoAnswer, SignIn
from integration.adapters.google.things import CHANNEL, unknown
from integration.adapters.google.traffic import READ, WRITE, Call
from integration.errors import LostReply, OutsideError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.oauth2.service_account import Credentials

    from integration.adapters.google.things import Thing

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

ATTEMPTS = 8
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
        things: Mapping[str, Thing] | None = None,
        budget: Budget | None = None,
    ) -> None:
        """`base_url` stands for all of Google's hosts; `first_wait` is in seconds.

        `attempts`, how often a call is made at most, may be lowered where a person is waiting.
        """
        super().__init__(auth, session=_session(base_url))
        self._for_signing_in = _session(base_url)
        self._sign_in = SignIn(auth, self._for_signing_in)
        self.attempts = ATTEMPTS
        self._attempts: int | None = None
        self.account = self._sign_in.account
        self.key_id = self._sign_in.key_id
        self.traffic: list[Call] = []
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
            raise OutsideError(
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
        return self._tries(LostReply, ATTEMPTS)

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
                raise LostReply(
                    f"{call.thing.opening}: Google's answer to a change was lost ({busy}); run it again: what stands "
                    "there is looked at first."
                ) from None
            raise
        finally:
            seconds = time.monotonic() - started
            sent = len(body or b"")
            self.traffic.append(Call(call.api, call.kind, call.thing.name, call.what, status, sent, received, seconds))
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
        except NoAnswer:
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
        refusal = refusal_of(response)
        if refusal.code == HTTPStatus.UNAUTHORIZED and not call.is_signed_anew:
            # The token may have been taken back before its time: once more with a new one.
            call.is_signed_anew = True
            self._sign_in.forget()
            raise _Busy("401", may_have_done=False, wait=0.0)
        if is_busy(refusal):
            wait = response.headers.get("Retry-After", "")
            raise _Busy(
                str(refusal.code),
                may_have_done=not was_not_applied(refusal),
                wait=min(float(wait), LONGEST_ASKED) if wait.isdecimal() else None,
            )
        raise explain(refusal, call.thing, self.account, writing=call.kind == WRITE)


class _Call:
    """What a call is, from its address: about what, whether it reads or writes, whether it may be made twice."""

    def __init__(self, method: str, endpoint: str, things: Mapping[str, Thing]) -> None:
        parts = ADDRESS.fullmatch(endpoint)
        if parts is None:
            raise ValueError(f"no address of Google: {endpoint}")
        self.method = method
        self.endpoint = endpoint
        self.is_signed_anew = False
        self.host = parts["host"]
        self.api = HOSTS[self.host]
        self.thing = CHANNEL if "/channels/" in endpoint else things.get(parts["id"]) or unknown(parts["id"])
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
