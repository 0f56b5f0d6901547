"""Asks Google one question after the other; what is wrong with more than one thing is heard only once."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from integration.adapters.google.api.client import HOSTS
from integration.adapters.google.api.faults import APIS
from integration.adapters.untrusted_input import decode_json
from integration.errors import AccessError, CrescendoError, ExternalServiceError

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from requests import Response

    from integration.adapters.google.api.client import GoogleClient
    from integration.adapters.google.api.resources import Resource
    from integration.adapters.google.checks.files import Share
    from integration.ports import Clock

Shape = TypeVar("Shape")

ATTEMPTS_WHILE_WAITING = 4
"""A person waits for the answers: about ten seconds where there is none, not two minutes."""

AS_DOCUMENTED = "what Google documents"
LET_IN = {"200", "400", "403", "404"}
"""Answers that Google gives only to an account that it knows."""


@dataclass(frozen=True, slots=True)
class Reply(Generic[Shape]):
    """An answer, or an error about the thing that was asked for, or neither: then `Inquiry.problems` says why."""

    answer: Shape | None = None
    error: CrescendoError | None = None

    @property
    def is_good(self) -> bool | None:
        """Whether there was an answer; None where nobody could say."""
        return None if self.answer is None and self.error is None else self.error is None


class Probe:
    """Puts questions by one account. An API that is switched off or busy is silent from then on.

    Where no answer comes at all, or the account is not let in, everything is.
    """

    def __init__(self, client: GoogleClient, *, clock: Clock) -> None:
        client.attempts = ATTEMPTS_WHILE_WAITING
        self.account = client.account
        self.clock_ahead: timedelta | None = None
        self._client = client
        self._clock = clock
        self._silent: set[str] = set()
        self._problems: dict[str, CrescendoError] = {}

    @property
    def problems(self) -> tuple[CrescendoError, ...]:
        """What is wrong with more than one thing, each once."""
        return tuple(self._problems.values())

    @property
    def is_let_in(self) -> bool:
        """Whether Google has answered this account as one that it knows."""
        return any(call.status in LET_IN for call in self._client.traffic)

    def ask(self, thing: Resource, address: str, shape: type[Shape], **params: str) -> Reply[Shape]:
        """Ask about a thing and return what came of it."""
        api = next(name for host, name in HOSTS.items() if address.startswith(host))
        if api in self._silent:
            return Reply()
        try:
            response = self._client.request("get", address, params=params)
            self._compare_clocks(response)
            return Reply(
                decode_json(response.content, shape, where=f"Google's answer about {thing.name}", what=AS_DOCUMENTED)
            )
        except ExternalServiceError:
            self._note(self._outside(api), api)
        except AccessError as error:
            if str(error).startswith(thing.opening):
                return Reply(error=error)
            self._note(error, api)
        except CrescendoError as error:
            return Reply(error=error)
        return Reply()

    def _note(self, error: CrescendoError, api: str) -> None:
        self._problems[str(error)] = error
        self._silent |= {api} if self._was_answered else set(HOSTS.values())

    def _outside(self, api: str) -> ExternalServiceError:
        tried = f"tried {self._client.attempts} times: {self._client.traffic[-1].status}"
        if not self._was_answered:
            return ExternalServiceError(
                f"Google cannot be reached from here ({tried}); check this machine's "
                "connection to the internet, and try again later."
            )
        name = APIS[f"{api}.googleapis.com"]
        return ExternalServiceError(f"The {name} is too busy to answer ({tried}); try again later.")

    @property
    def _was_answered(self) -> bool:
        return self._client.traffic[-1].status.isdecimal()

    def _compare_clocks(self, response: Response) -> None:
        """Keep how far we are ahead, by the answer that took least time: it shows the least difference."""
        try:
            ahead = self._clock.now() - parsedate_to_datetime(response.headers.get("Date", ""))
        except (ValueError, TypeError):  # no date, or one without a zone
            return
        if self.clock_ahead is None or abs(ahead) < abs(self.clock_ahead):
            self.clock_ahead = ahead


EVENT_TYPES = {"RESPONSES": "new answers", "SCHEMA": "changes of the form"}
"""What a form can be watched for, by Google's word for it."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch of a form. `reports` is RESPONSES or SCHEMA; `trouble` is Google's word for why it is not active.

    `topic` is the whole name of the Pub/Sub topic that it tells.
    """

    reports: str
    is_active: bool
    expires_at: datetime
    trouble: str
    identity: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class TabFindings:
    """The tabs of a spreadsheet by name: those we want that are there, and those that are not.

    Where they are ours, what is missing is made by the next publish.
    """

    are_ours: bool
    there: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResourceFindings:
    """One form or spreadsheet. None is: nobody could say, or it does not apply.

    `problems` are for a person to put right, or for later; `warnings` are sentences about what works all the same.
    """

    thing: Resource
    identity: str
    kind: str
    title: str | None
    is_readable: bool | None
    is_writable: bool | None
    are_answers_readable: bool | None
    is_taking_answers: bool | None
    shares: tuple[Share, ...] | None
    watches: tuple[Watch, ...] | None
    tabs: TabFindings | None
    problems: tuple[CrescendoError, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountFindings:
    """The service account, as which everything was asked.

    `clock_ahead` is how far this machine's clock is ahead of Google's, None where Google never answered.
    `reads_left` and `writes_left` are of the calls of Sheets in this minute, as far as this process knows.
    """

    email: str
    project: str
    is_let_in: bool
    clock_ahead: timedelta | None
    reads_left: int
    writes_left: int
    calls_a_minute: int


@dataclass(frozen=True, slots=True)
class GoogleFindings:
    """Everything that was found; `problems` and `warnings` here are about no form or spreadsheet alone."""

    account: AccountFindings
    found: tuple[ResourceFindings, ...]
    problems: tuple[CrescendoError, ...]
    warnings: tuple[str, ...]
