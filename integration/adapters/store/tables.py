"""The tables of the store, and the type of their text columns; `migrations/versions/` says how they came about.

PostgreSQL refuses what is longer than a column says and sorts by the rules of a language: there no text has a length,
and all is sorted as SQLite does, by code point. PostgreSQL takes no NUL, and no database takes half a surrogate pair:
such a character is written as ESCAPE and its four hexadecimal digits. Text without one, which is nearly all there is,
is stored as it stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Constraint, Dialect
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
        if value is None or _is_fit(value):
            return value
        return _UNFIT.sub(lambda unfit: f"{ESCAPE}{ord(unfit[0]):04x}", value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # the interface
        """Return the text as it was given."""
        if value is None or ESCAPE not in value:
            return value
        return _WRITTEN.sub(lambda written: chr(int(written[1], 16)), value)


class AnyName(AnyText):
    """The same for a text that is short; SQLite's tables say how short, and enforce nothing."""

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


NEWEST = "0004"
"""The revision in `versions/` that these tables are; a store is compared with it without loading Alembic."""

# Moments are text in UTC (`integration.adapters.moment`), because answers have nanoseconds and databases do not.
_MOMENT = String(30).with_variant(String(30, collation="C"), "postgresql")

metadata = MetaData()


def _numbered_table(name: str, *parts: Column[Any] | Constraint | Index) -> Table:
    """Return a table whose rows have a number, which only grows, also after rows were erased."""
    # SQLite has this for INTEGER alone.
    seq = Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    return Table(name, metadata, seq, *parts, sqlite_autoincrement=True)


responses = _numbered_table(
    "responses",
    Column("source", AnyName(64), nullable=False),
    Column("response_id", AnyName(256), nullable=False),
    Column("last_submitted_at", _MOMENT, nullable=False),
    Column("created_at", _MOMENT, nullable=False),
    Column("received_at", _MOMENT, nullable=False),
    Column("body", AnyText, nullable=False),
    UniqueConstraint("source", "response_id", "last_submitted_at", name="one_version"),
    Index("responses_in_order", "source", "seq"),
)

readings = _numbered_table(
    "readings",
    Column("source", AnyName(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("received_at", _MOMENT, nullable=False),
    Column("cells", AnyText, nullable=False),
    Index("readings_in_order", "source", "seq"),
)

corrections = _numbered_table(
    "corrections",
    Column("source", AnyName(64), nullable=False),
    Column("key", AnyText, nullable=False),
    Column("field", AnyName(128), nullable=False),
    Column("value", AnyText, nullable=False),
    Column("seen_at", AnyName(64), nullable=False),
    Column("by_whom", AnyText, nullable=False),
)

chunks = Table(
    "chunks",
    metadata,
    Column("source", AnyName(64), primary_key=True),
    Column("rules", AnyName(128), primary_key=True),
    Column("last_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)

issues = Table(
    "issues", metadata, Column("digest", String(64), primary_key=True), Column("since", _MOMENT, nullable=False)
)

memories = Table(
    "memories", metadata, Column("name", AnyName(256), primary_key=True), Column("value", AnyText, nullable=False)
)

images = Table(
    "images", metadata, Column("name", AnyName(256), primary_key=True), Column("body", LargeBinary, nullable=False)
)

runs = _numbered_table(
    "runs",
    Column("job", AnyName(64), nullable=False),
    Column("started_at", _MOMENT, nullable=False),
    Column("ended_at", _MOMENT, nullable=False),
    Column("outcome", AnyName(64), nullable=False),
    Column("note", AnyText, nullable=False),
    Index("runs_in_order", "job", "seq"),
)

packs = Table(
    "packs",
    metadata,
    Column("authority", AnyName(64), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(128), nullable=False),
    Column("built_at", _MOMENT, nullable=False),
    Column("body", AnyText, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("authority", AnyName(64), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("recipient", AnyName(320), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("message_id", AnyName(512), nullable=False, unique=True),
    Column("sent_at", _MOMENT),
)

slots = Table(
    "slots",
    metadata,
    Column("job", AnyName(96), primary_key=True),
    Column("due_at", _MOMENT, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("covers", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("cut_short", Integer, nullable=False),
    Column("planned_at", _MOMENT, nullable=False),
    Column("began_at", _MOMENT),
    Column("try_at", _MOMENT),
    Column("ended_at", _MOMENT),
    Column("retryable", Integer, nullable=False),
    Column("by_whom", AnyName(256), nullable=False),
    Column("note", AnyText, nullable=False),
    Index("slots_by_state", "state", "due_at"),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("source", AnyName(64), nullable=False),
    Column("forgotten_at", _MOMENT, nullable=False),
    Column("why", AnyName(32), nullable=False),
)

alerts = _numbered_table(
    "alerts",
    Column("key", AnyName(256), nullable=False),
    Column("says", AnyText, nullable=False),
    Column("to_do", AnyText, nullable=False),
    Column("since", _MOMENT, nullable=False),
    Column("told_at", _MOMENT),
    Column("cleared_at", _MOMENT),
    Column("all_clear_at", _MOMENT),
    Index("alerts_by_key", "key"),
)

alert_mails = _numbered_table(
    "alert_mails",
    Column("status", String(16), nullable=False),
    Column("dated_at", _MOMENT),
    Column("tried_at", _MOMENT),
    Column("tries", Integer, nullable=False),
    Column("problem", AnyText, nullable=False),
)

alert_mail_parts = Table(
    "alert_mail_parts",
    metadata,
    Column("alert_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("is_over", Integer, primary_key=True, autoincrement=False),
)

unconfirmed_deliveries = Table(
    "unconfirmed_deliveries",
    metadata,
    Column("message_id", AnyName(512), primary_key=True),
    Column("since", _MOMENT, nullable=False),
)

audit = _numbered_table(
    "audit",
    Column("at", _MOMENT, nullable=False),
    Column("who", AnyName(256), nullable=False),
    Column("action", AnyName(64), nullable=False),
    Column("about", AnyText, nullable=False),
    Column("detail", AnyText, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
)
