"""The tables of the store, what erasures do with each, and the type of their text columns.

`migrations/versions/` says how the tables came about.

PostgreSQL refuses what is longer than a column says and sorts by the rules of a language: there no text has a length,
and all is sorted as SQLite does, by code point. PostgreSQL takes no NUL, and no database takes half a surrogate pair:
such a character is written as ESCAPE and its four hexadecimal digits. Text without one, which is nearly all there is,
is stored as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint
from sqlalchemy.types import TypeDecorator

from integration.model import RetentionCategory

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


NEWEST = "0005"
"""The revision in `versions/` that these tables are; a store is compared with it without loading Alembic."""

VERSION_TABLE = "alembic_version"
"""The table that says of which version the tables are; Alembic makes it, and other programs have one as well."""


def is_version_of_ours(version: str) -> bool:
    """Return whether it can be a version of these tables, be it a newer one: Alembic itself names them otherwise."""
    return len(version) == len(NEWEST) and version.isdecimal()


# Moments are text in UTC (`integration.adapters.moment`), because answers have nanoseconds and databases do not.
_MOMENT = String(30).with_variant(String(30, collation="C"), "postgresql")

metadata = MetaData()


class OnForget(Enum):
    """What `forget` does with the rows of a table, and `retention` with the answers whose time is over."""

    ERASES = "the rows of these responses go, and those that were worked out of them"
    REWRITES = "rows stay, but nothing of these responses in them: they are emptied, or worked out anew"
    RECORDS = "a row comes that holds a digest, so that nothing stores the response again"
    KEEPS = "nothing in it is from an answer"


@dataclass(frozen=True, slots=True)
class ErasureRule:
    """What is erased from a table, and when; `adapters.store.erasure` does it, and a test holds it against this."""

    on_forget: OnForget
    retention: RetentionCategory | None
    """The category whose period ends the time of a row; None where rows are kept, or go with their answers."""


_ERASURE_RULE = "erasure_rule"


def erasure_rule(table: Table) -> ErasureRule | None:
    """Return what the table says of itself; None where it says nothing, which a test refuses."""
    return table.info.get(_ERASURE_RULE)


def _table(
    name: str, *parts: Column[Any] | Constraint | Index, on_forget: OnForget, retention: RetentionCategory | None,
    **options: Any,
) -> Table:  # fmt: skip
    return Table(name, metadata, *parts, info={_ERASURE_RULE: ErasureRule(on_forget, retention)}, **options)


def _numbered_table(
    name: str, *parts: Column[Any] | Constraint | Index, on_forget: OnForget, retention: RetentionCategory | None
) -> Table:
    """Return a table whose rows have a number, which only grows, also after rows were erased."""
    # SQLite has this for INTEGER alone.
    seq = Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    return _table(name, seq, *parts, on_forget=on_forget, retention=retention, sqlite_autoincrement=True)


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
    on_forget=OnForget.ERASES,
    retention=None,
)

readings = _numbered_table(
    "readings",
    Column("source", AnyName(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("received_at", _MOMENT, nullable=False),
    Column("cells", AnyText, nullable=False),
    Index("readings_in_order", "source", "seq"),
    on_forget=OnForget.KEEPS,
    retention=RetentionCategory.SHEETS,
)

corrections = _numbered_table(
    "corrections",
    Column("source", AnyName(64), nullable=False),
    Column("key", AnyText, nullable=False),
    Column("field", AnyName(128), nullable=False),
    Column("value", AnyText, nullable=False),
    Column("seen_at", AnyName(64), nullable=False),
    Column("by_whom", AnyText, nullable=False),
    on_forget=OnForget.ERASES,
    retention=RetentionCategory.CORRECTIONS,
)

chunks = _table(
    "chunks",
    Column("source", AnyName(64), primary_key=True),
    Column("rules", AnyName(128), primary_key=True),
    Column("last_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    on_forget=OnForget.ERASES,
    retention=None,
)

issues = _table(
    "issues",
    Column("digest", String(64), primary_key=True),
    Column("since", _MOMENT, nullable=False),
    on_forget=OnForget.REWRITES,
    retention=None,
)

memories = _table(
    "memories",
    Column("name", AnyName(256), primary_key=True),
    Column("value", AnyText, nullable=False),
    on_forget=OnForget.REWRITES,
    retention=None,
)

images = _table(
    "images",
    Column("name", AnyName(256), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    on_forget=OnForget.REWRITES,
    retention=None,
)

runs = _numbered_table(
    "runs",
    Column("job", AnyName(64), nullable=False),
    Column("started_at", _MOMENT, nullable=False),
    Column("ended_at", _MOMENT, nullable=False),
    Column("outcome", AnyName(64), nullable=False),
    Column("note", AnyText, nullable=False),
    Index("runs_in_order", "job", "seq"),
    on_forget=OnForget.KEEPS,
    retention=RetentionCategory.RUNS,
)

packs = _table(
    "packs",
    Column("authority", AnyName(64), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(128), nullable=False),
    Column("built_at", _MOMENT, nullable=False),
    Column("body", AnyText, nullable=False),
    on_forget=OnForget.ERASES,
    retention=RetentionCategory.PACKS,
)

published_figures = _numbered_table(
    "published_figures",
    Column("authority", AnyName(64), nullable=False),
    Column("measure", AnyName(64), nullable=False),
    Column("team", AnyName(64), nullable=False),
    Column("period_kind", AnyName(16), nullable=False),
    Column("period", AnyName(64), nullable=False),
    Column("since", _MOMENT, nullable=False),
    Column("shown_as", String(16), nullable=False),
    Column("told", AnyText, nullable=False),
    Column("numbers", AnyText, nullable=False),
    Column("answers", LargeBinary, nullable=False),
    Column("persons", LargeBinary, nullable=False),
    Column("reason", AnyText, nullable=False),
    UniqueConstraint(
        "authority", "measure", "team", "period_kind", "period", "since", "shown_as", name="one_published_figure"
    ),
    on_forget=OnForget.KEEPS,
    retention=None,
)

deliveries = _table(
    "deliveries",
    Column("authority", AnyName(64), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("recipient", AnyName(320), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("message_id", AnyName(512), nullable=False, unique=True),
    Column("sent_at", _MOMENT),
    on_forget=OnForget.KEEPS,
    retention=RetentionCategory.PACKS,
)

slots = _table(
    "slots",
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
    on_forget=OnForget.KEEPS,
    retention=RetentionCategory.RUNS,
)

tombstones = _table(
    "tombstones",
    Column("digest", String(64), primary_key=True),
    Column("source", AnyName(64), nullable=False),
    Column("forgotten_at", _MOMENT, nullable=False),
    Column("why", AnyName(32), nullable=False),
    on_forget=OnForget.RECORDS,
    retention=None,
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
    on_forget=OnForget.KEEPS,
    retention=RetentionCategory.RUNS,
)

alert_mails = _numbered_table(
    "alert_mails",
    Column("status", String(16), nullable=False),
    Column("dated_at", _MOMENT),
    Column("tried_at", _MOMENT),
    Column("tries", Integer, nullable=False),
    Column("problem", AnyText, nullable=False),
    on_forget=OnForget.KEEPS,
    retention=None,
)

alert_mail_parts = _table(
    "alert_mail_parts",
    Column("alert_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("is_over", Integer, primary_key=True, autoincrement=False),
    on_forget=OnForget.KEEPS,
    retention=None,
)

unconfirmed_deliveries = _table(
    "unconfirmed_deliveries",
    Column("message_id", AnyName(512), primary_key=True),
    Column("since", _MOMENT, nullable=False),
    on_forget=OnForget.KEEPS,
    retention=None,
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
    on_forget=OnForget.KEEPS,
    retention=RetentionCategory.AUDIT,
)
