"""What is guessed of a question, before its field has a name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a grid."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Guess:
    """A field as it could be written, but for its name.

    `words` are the question's, `about` those of which a name is made. `more` are the keys that belong to the type, in
    their order. `remark` says what a person should check, "" where nothing was guessed.
    """

    type: str
    words: str
    about: str
    id: str = ""
    required: bool = False
    more: Mapping[str, Value] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A question of which no field can be made, and why."""

    words: str
    why: str
