"""Text of people, kept as it is in either database.

PostgreSQL refuses what is longer than a column says and sorts by the rules of a language: there nothing has a length,
and all is sorted as SQLite does, by code point. PostgreSQL takes no NUL, and no database takes half a surrogate pair:
such a character is written as ESCAPE and its four hexadecimal digits. Text without one, which is nearly all there is,
is stored as it stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import String, Text
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine

ESCAPE = "\x1a"
"""SUBSTITUTE: what stands where a character cannot be shown."""

_UNFIT = re.compile(f"[\\0{ESCAPE}\ud800-\udfff]")
_WRITTEN = re.compile(f"{ESCAPE}([0-9a-f]{{4}})")


class AnyText(TypeDecorator[str]):
    """Text of any length, with any character that Python knows."""

    impl: type[String] = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Return what the column is in the database."""
        return Text(collation="C") if dialect.name == "postgresql" else self.impl_instance

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # the interface
        """Return the text as it is stored."""
        return value if value is None or _is_fit(value) else _UNFIT.sub(_write, value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # the interface
        """Return the text as it was given."""
        return value if value is None or ESCAPE not in value else _WRITTEN.sub(_read, value)


class AnyName(AnyText):
    """The same for a text that is short; SQLite's tables say how short, and hold nobody to it."""

    impl = String
    cache_ok = True


def _is_fit(text: str) -> bool:
    if "\0" in text or ESCAPE in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _write(unfit: re.Match[str]) -> str:
    return f"{ESCAPE}{ord(unfit[0]):04x}"


def _read(written: re.Match[str]) -> str:
    return chr(int(written[1], 16))
