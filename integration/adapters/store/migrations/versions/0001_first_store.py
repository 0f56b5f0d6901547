"""The first store: what was received, what people typed, what the flow remembers, packs and their mails."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Text, UniqueConstraint

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

GROWING = BigInteger().with_variant(Integer, "sqlite")
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
MOMENT = String(30).with_variant(String(30, collation="C"), "postgresql")


def name(length: int) -> String:
    # PostgreSQL would refuse what is longer, and sort by the rules of a language; SQLite does neither.
    return String(length).with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    _received()
    _typed()
    _remembered()
    _packs()


def _received() -> None:
    op.create_table(
        "responses",
        Column("seq", GROWING, primary_key=True),
        Column("source", name(64), nullable=False),
        Column("response_id", name(256), nullable=False),
        Column("last_submitted_at", MOMENT, nullable=False),
        Column("created_at", MOMENT, nullable=False),
        Column("received_at", MOMENT, nullable=False),
        Column("body", TEXT, nullable=False),
        UniqueConstraint("source", "response_id", "last_submitted_at", name="one_version"),
        sqlite_autoincrement=True,
    )
    op.create_index("responses_in_order", "responses", ["source", "seq"])
    op.create_table(
        "readings",
        Column("seq", GROWING, primary_key=True),
        Column("source", name(64), nullable=False),
        Column("digest", String(64), nullable=False),
        Column("received_at", MOMENT, nullable=False),
        Column("cells", TEXT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("readings_in_order", "readings", ["source", "seq"])


def _typed() -> None:
    op.create_table(
        "corrections",
        Column("seq", GROWING, primary_key=True),
        Column("source", name(64), nullable=False),
        Column("key", TEXT, nullable=False),
        Column("field", name(128), nullable=False),
        Column("value", TEXT, nullable=False),
        Column("seen_at", name(64), nullable=False),
        Column("by_whom", TEXT, nullable=False),
        sqlite_autoincrement=True,
    )


def _remembered() -> None:
    op.create_table(
        "chunks",
        Column("source", name(64), primary_key=True),
        Column("rules", name(128), primary_key=True),
        Column("last_seq", BigInteger, primary_key=True, autoincrement=False),
        Column("body", LargeBinary, nullable=False),
    )
    op.create_table(
        "issues",
        Column("digest", String(64), primary_key=True),
        Column("since", MOMENT, nullable=False),
    )
    op.create_table(
        "memories",
        Column("name", name(256), primary_key=True),
        Column("value", TEXT, nullable=False),
    )
    op.create_table(
        "runs",
        Column("seq", GROWING, primary_key=True),
        Column("job", name(64), nullable=False),
        Column("started_at", MOMENT, nullable=False),
        Column("ended_at", MOMENT, nullable=False),
        Column("outcome", name(64), nullable=False),
        Column("note", TEXT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("runs_in_order", "runs", ["job", "seq"])


def _packs() -> None:
    op.create_table(
        "packs",
        Column("authority", name(64), primary_key=True),
        Column("month", String(7), primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("digest", String(128), nullable=False),
        Column("built_at", MOMENT, nullable=False),
        Column("body", TEXT, nullable=False),
    )
    op.create_table(
        "deliveries",
        Column("authority", name(64), primary_key=True),
        Column("month", String(7), primary_key=True),
        Column("recipient", name(320), primary_key=True),
        Column("version", Integer, nullable=False),
        Column("message_id", name(512), nullable=False, unique=True),
        Column("sent_at", MOMENT),
    )
