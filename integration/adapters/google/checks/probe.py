"""The health check of what google.yaml names: how Google is asked, and the findings about each form and spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Generic

from integration.adapters.google.api.faults import API_NAMES
from integration.adapters.google.api.resources import HOSTS, Shape, decode_answer
from integration.errors import AccessError, CrescendoError, ExternalServiceError

if TYPE_CHECKING:
    from datetime import timedelta

    from requests import Response

    from integration.adapters.google.api.client import GoogleClient
    from integration.adapters.google.api.resources import Resource
    from integration.adapters.google.checks.files import Share
    from integration.adapters.google.watching.watches import Watch
    from integration.ports import Clock

MAX_ATTEMPTS_WHILE_WAITING = 4
"""A person waits for the answers: about ten seconds where there is none, not two minutes."""

SIGNED_IN = {"200", "400", "403", "404"}
"""Statuses of answers that Google gives only to an account that it knows."""


@dataclass(frozen=True, slots=True)
class Reply(Generic[Shape]):
    """An answer, or an error about the resource alone, or neither: then the reason is one of `Probe.problems`."""

    answer: Shape | None = None
    error: CrescendoError | None = None

    @property
    def is_ok(self) -> bool | None:
        """Whether there was an answer; None where that is unknown."""
        return None if self.answer is None and self.error is None else self.error is None


class Probe:
    """Asks Google with one account; a problem that concerns more than one resource is reported once.

    After such a problem an API that is switched off or busy is not asked again; where no answer comes at all, or the
    sign-in fails, none is.
    """

    def __init__(self, client: GoogleClient, *, clock: Clock) -> None:
        client.max_attempts = MAX_ATTEMPTS_WHILE_WAITING
        self.account = client.account
        self.clock_ahead: timedelta | None = None
        self._client = client
        self._clock = clock
        self._given_up: set[str] = set()
        self._problems: dict[str, CrescendoError] = {}

    @property
    def problems(self) -> tuple[CrescendoError, ...]:
        """The problems that concern more than one resource, each once."""
        return tuple(self._problems.values())

    @property
    def is_signed_in(self) -> bool:
        """Whether Google has answered this account as one that it knows."""
        return any(call.status in SIGNED_IN for call in self._client.request_log)

    def ask(self, resource: Resource, url: str, shape: type[Shape], **params: str) -> Reply[Shape]:
        """Ask about a resource; return the answer or what is wrong with this resource. Raises nothing."""
        api = next(name for host, name in HOSTS.items() if url.startswith(host))
        if api in self._given_up:
            return Reply()
        try:
            response = self._client.request("get", url, params=params)
            self._compare_clocks(response)
            return Reply(decode_answer(response, shape, where=f"Google's answer about {resource.name}"))
        except ExternalServiceError:
            tried = f"tried {self._client.max_attempts} times: {self._client.request_log[-1].status}"
            if self._was_answered:
                sentence = f"The {API_NAMES[f'{api}.googleapis.com']} is too busy to answer ({tried}); try again later."
            else:
                sentence = (
                    f"Google cannot be reached from here ({tried}); check this machine's connection to the internet, "
                    "and try again later."
                )
            problem: CrescendoError = ExternalServiceError(sentence)
        except CrescendoError as error:
            if not isinstance(error, AccessError) or str(error).startswith(resource.opening):
                return Reply(error=error)
            problem = error
        self._problems[str(problem)] = problem
        self._given_up |= {api} if self._was_answered else set(HOSTS.values())
        return Reply()

    @property
    def _was_answered(self) -> bool:
        return self._client.request_log[-1].status.isdecimal()

    def _compare_clocks(self, response: Response) -> None:
        """Keep the least difference seen: it is that of the answer which took the least time."""
        try:
            ahead = self._clock.now() - parsedate_to_datetime(response.headers.get("Date", ""))
        except (ValueError, TypeError):  # no date, or one without a zone
            return
        if self.clock_ahead is None or abs(ahead) < abs(self.clock_ahead):
            self.clock_ahead = ahead


@dataclass(frozen=True, slots=True)
class TabFindings:
    """The names of the tabs that the service needs: those that are there, and those that are missing.

    Where the service makes the tabs itself (`are_ours`), the next publish makes the missing ones.
    """

    are_ours: bool
    present: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceFindings:
    """What was found about one form or spreadsheet. None means unknown, or does not apply.

    `problems` are for a person to put right, or for later; `warnings` are sentences about what works all the same.
    """

    resource: Resource
    resource_id: str
    kind: str
    title: str | None
    is_readable: bool | None
    is_writable: bool | None
    are_responses_readable: bool | None = None
    is_accepting_responses: bool | None = None
    shares: tuple[Share, ...] | None
    watches: tuple[Watch, ...] | None = None
    tabs: TabFindings | None = None
    problems: tuple[CrescendoError, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountFindings:
    """What was found about the service account.

    `clock_ahead` is how far this machine's clock is ahead of Google's, None where Google never answered.
    `reads_left` and `writes_left` are calls of Sheets in this minute, as far as this process knows.
    """

    email: str
    project: str
    is_signed_in: bool
    clock_ahead: timedelta | None
    reads_left: int
    writes_left: int
    calls_a_minute: int


@dataclass(frozen=True, slots=True)
class GoogleFindings:
    """Everything that was found; `problems` and `warnings` here concern more than one form or spreadsheet."""

    account: AccountFindings
    resources: tuple[ResourceFindings, ...]
    problems: tuple[CrescendoError, ...]
    warnings: tuple[str, ...]
