"""The only reader of the environment: where things are, and what must stay secret."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from config.errors import SecretMissing
from config.keys import KEYS_FILE, make_keys, read_keys

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHORTEST_KEY = 16


def _variable(name: str) -> str | None:
    """Return a variable of the environment; one that is empty is not set."""
    return _environment().get(name, "").strip() or None


def _environment() -> Mapping[str, str]:
    return os.environ  # noqa: TID251  # this is the one place that may


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """The environment, read when this is made; None where a variable is not set. Its text form shows no value."""

    pseudonym_key: str | None = field(default_factory=lambda: _variable("PSEUDONYM_KEY"))
    crescendo_config: str | None = field(default_factory=lambda: _variable("CRESCENDO_CONFIG"))
    crescendo_home: str | None = field(default_factory=lambda: _variable("CRESCENDO_HOME"))
    crescendo_data: str | None = field(default_factory=lambda: _variable("CRESCENDO_DATA"))

    def __repr__(self) -> str:
        """Return which variables are set, and the value of none."""
        shown = (f"{f.name}={'***' if getattr(self, f.name) else None}" for f in fields(self))
        return f"Secrets({', '.join(shown)})"


def pseudonym_key(home: Path, *, may_make: bool) -> tuple[str, str | None]:
    """Return the key of the hash that stands for a respondent's code, and a sentence if it was made just now.

    The environment comes first, then keys.json in the home folder. With `may_make` a key is made where there is
    none. Raises SecretMissing where there is none, or where it is not fit to be used.
    """
    if key := Secrets().pseudonym_key:
        return _long_enough(key, "The variable PSEUDONYM_KEY"), None
    path = home / KEYS_FILE
    if key := read_keys(home).get("PSEUDONYM_KEY"):
        return _long_enough(key, f"PSEUDONYM_KEY in {path}"), None
    if not may_make:
        raise SecretMissing(
            "PSEUDONYM_KEY is not set: set it to a random text of 32 characters or more, which you keep safe and never "
            f"change, or put back the file {path}."
        )
    make_keys(home)
    sentence = f"Made random keys in {path}: keep this file safe and to yourself, for without it codes no longer pair."
    return read_keys(home)["PSEUDONYM_KEY"], sentence


def _long_enough(key: str, where: str) -> str:
    if len(key) < SHORTEST_KEY:
        raise SecretMissing(f"{where} is shorter than {SHORTEST_KEY} characters: set it to a longer random text.")
    return key
