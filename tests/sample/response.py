"""A response to a form, as it was meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.sample.random_choices import RandomChoices
    from tests.sample.typed_values import TypedAnswer


@dataclass(frozen=True, slots=True)
class Person:
    """A respondent of a team; `code` is None for one who never gives a code."""

    team: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form: `fields` in the order of its questions, and how a person answers them."""

    key: str
    fields: tuple[str, ...]
    answer: Callable[[RandomChoices, Person], Mapping[str, TypedAnswer]]
    one_per_fortnight: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """The answers as they stood from a moment on."""

    submitted: int
    answers: Mapping[str, TypedAnswer]


@dataclass(frozen=True, slots=True)
class Response:
    """One response: `created` at its first submission; one version for each submission that the source gives.

    `repeats` is how many times more the source gives each version. `bare` leaves `answers` out when it is empty.
    """

    form: str
    response_id: str
    created: int
    versions: tuple[Version, ...]
    repeats: int = 0
    bare: bool = False

    @property
    def newest(self) -> Version:
        """The version that counts."""
        return max(self.versions, key=lambda version: version.submitted)
