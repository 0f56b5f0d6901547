"""What `check --live` found, and what follows from it: what to put right, what is worth a look, the exit code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.errors import SettingError
    from integration.adapters.google.found import Sight
    from integration.adapters.store.look import StoreSeen
    from integration.errors import CrescendoError
    from jobs.live_needs import Needs

PUT_RIGHT, FAILED, LATER = 2, 1, 75
"""Exit codes, what counts most first: what a person must give comes before what passes by itself."""


@dataclass(frozen=True, slots=True)
class MailSeen:
    """Where mails go: to a mail server, in words, or None for a folder; and why it cannot be used, if so."""

    server: str | None = None
    problem: SettingError | CrescendoError | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """What was found. `google` is None where Google is off, or could not be asked at all: then `unasked` says why."""

    schedule: str
    needs: Needs
    web: Needs
    store: StoreSeen
    mail: MailSeen
    google: Sight | None
    unasked: SettingError | CrescendoError | None

    @property
    def is_google_on(self) -> bool:
        """Whether google.yaml names anything."""
        return self.google is not None or self.unasked is not None

    @property
    def problems(self) -> tuple[SettingError | CrescendoError, ...]:
        """Everything to put right, each once; what is about more than one thing first."""
        sight = self.google
        every = [
            *self.needs.problems,
            *self.web.problems,
            self.store.problem,
            self.mail.problem,
            self.unasked,
            *(sight.problems if sight else ()),
        ]
        every += [problem for each in (sight.found if sight else ()) for problem in each.problems]
        return tuple({str(problem): problem for problem in every if problem}.values())

    @property
    def warnings(self) -> tuple[str, ...]:
        """Everything that works, and yet is good to know or worth a look."""
        return (*self.store.warnings, *self.looks)

    @property
    def looks(self) -> tuple[str, ...]:
        """What of it is worth a look."""
        sight = self.google
        google = (*sight.warnings, *(each for one in sight.found for each in one.warnings)) if sight else ()
        return (*self.needs.warnings, *self.web.warnings, *google)

    @property
    def exit_code(self) -> int:
        """What the command ends with: 0, or that of the problem that counts most."""
        codes = {problem.exit_code for problem in self.problems}
        return next((code for code in (PUT_RIGHT, FAILED, LATER) if code in codes), 0)
