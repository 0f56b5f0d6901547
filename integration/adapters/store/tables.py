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

NEWEST = "0002"
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
