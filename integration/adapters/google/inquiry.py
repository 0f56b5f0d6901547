"""Asks Google one question after the other; what is wrong with more than one thing is heard only once."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from integration.adapters.google.client import HOSTS
from integration.adapters.google.faults import APIS
from integration.adapters.json_text import decode
from integration.errors import AccessError, CrescendoError, OutsideError

if TYPE_CHECKING:
    from datetime import timedelta

    from requests import Response

    from integration.adapters.google.client import GoogleClient
    from integration.adapters.google.things import Thing
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


class Inquiry:
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

    def ask(self, thing: Thing, address: str, shape: type[Shape], **params: str) -> Reply[Shape]:
        """Ask about a thing and return what came of it."""
        api = next(name for host, name in HOSTS.items() if address.startswith(host))
        if api in self._silent:
            return Reply()
        try:
            response = self._client.request("get", address, params=params)
            self._compare_clocks(response)
            return Reply(
                decode(response.content, shape, where=f"Google's answer about {thing.name}", what=AS_DOCUMENTED)
            )
        except OutsideError:
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

    def _outside(self, api: str) -> OutsideError:
        tried = f"tried {self._client.attempts} times: {self._client.traffic[-1].status}"
        if not self._was_answered:
            return OutsideError(
                f"Google cannot be reached from here ({tried}); check this machine's "
                "connection to the internet, and try again later."
            )
        name = APIS[f"{api}.googleapis.com"]
        return OutsideError(f"The {name} is too busy to answer ({tried}); try again later.")

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
