"""The tables of the store. What they look like on disk is written once more, for good, in `versions/`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

NEWEST = "0003"
"""The revision in `versions/` that these tables are; a store is compared with it without loading Alembic."""

# A number that only grows, also after rows were erased: SQLite has this for INTEGER alone.
_GROWING = BigInteger().with_variant(Integer, "sqlite")
# Moments are text in UTC (`integration.adapters.moment`), because answers have nanoseconds and databases do not.
_MOMENT = String(30)

metadata = MetaData()

responses = Table(
    "responses",
    metadata,
    Column("seq", _GROWING, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("response_id", String(256), nullable=False),
    Column("last_submitted_at", _MOMENT, nullable=False),
    Column("created_at", _MOMENT, nullable=False),
    Column("received_at", _MOMENT, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("source", "response_id", "last_submitted_at", name="one_version"),
    Index("responses_in_order", "source", "seq"),
    sqlite_autoincrement=True,
)

readings = Table(
    "readings",
    metadata,
    Column("seq", _GROWING, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("received_at", _MOMENT, nullable=False),
    Column("cells", Text, nullable=False),
    Index("readings_in_order", "source", "seq"),
    sqlite_autoincrement=True,
)

corrections = Table(
    "corrections",
    metadata,
    Column("seq", _GROWING, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("key", Text, nullable=False),
    Column("field", String(128), nullable=False),
    Column("value", Text, nullable=False),
    Column("seen_at", String(64), nullable=False),
    Column("by_whom", Text, nullable=False),
    sqlite_autoincrement=True,
)

chunks = Table(
    "chunks",
    metadata,
    Column("source", String(64), primary_key=True),
    Column("rules", String(128), primary_key=True),
    Column("last_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)

issues = Table(
    "issues",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("since", _MOMENT, nullable=False),
)

memories = Table(
    "memories",
    metadata,
    Column("name", String(256), primary_key=True),
    Column("value", Text, nullable=False),
)

images = Table(
    "images",
    metadata,
    Column("name", String(256), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("seq", _GROWING, primary_key=True),
    Column("job", String(64), nullable=False),
    Column("started_at", _MOMENT, nullable=False),
    Column("ended_at", _MOMENT, nullable=False),
    Column("outcome", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Index("runs_in_order", "job", "seq"),
    sqlite_autoincrement=True,
)

packs = Table(
    "packs",
    metadata,
    Column("authority", String(64), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(128), nullable=False),
    Column("built_at", _MOMENT, nullable=False),
    Column("body", Text, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("authority", String(64), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("recipient", String(320), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("message_id", String(512), nullable=False, unique=True),
    Column("sent_at", _MOMENT),
)

slots = Table(
    "slots",
    metadata,
    Column("job", String(96), primary_key=True),
    Column("due_at", _MOMENT, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("covers", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("planned_at", _MOMENT, nullable=False),
    Column("began_at", _MOMENT),
    Column("try_at", _MOMENT),
    Column("ended_at", _MOMENT),
    Column("retryable", Integer, nullable=False),
    Column("by_whom", String(256), nullable=False),
    Column("note", Text, nullable=False),
    Index("slots_by_state", "state", "due_at"),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("source", String(64), nullable=False),
    Column("forgotten_at", _MOMENT, nullable=False),
    Column("why", String(32), nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("seq", _GROWING, primary_key=True),
    Column("key", String(256), nullable=False),
    Column("says", Text, nullable=False),
    Column("to_do", Text, nullable=False),
    Column("since", _MOMENT, nullable=False),
    Column("told_at", _MOMENT),
    Column("cleared_at", _MOMENT),
    Column("all_clear_at", _MOMENT),
    Index("alerts_by_key", "key"),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("seq", _GROWING, primary_key=True),
    Column("at", _MOMENT, nullable=False),
    Column("who", String(256), nullable=False),
    Column("action", String(64), nullable=False),
    Column("about", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    sqlite_autoincrement=True,
)
