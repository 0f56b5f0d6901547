"""What running by itself needs: slots of jobs, tombstones of what was forgotten, alerts, who did what."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, String, Text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GROWING = BigInteger().with_variant(Integer, "sqlite")
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
MOMENT = String(30).with_variant(String(30, collation="C"), "postgresql")


def name(length: int) -> String:
    # PostgreSQL would refuse what is longer, and sort by the rules of a language; SQLite does neither.
    return String(length).with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    _slots()
    _tombstones()
    _alerts()
    _audit()


def _slots() -> None:
    op.create_table(
        "slots",
        Column("job", name(96), primary_key=True),
        Column("due_at", MOMENT, primary_key=True),
        Column("state", String(16), nullable=False),
        Column("covers", Integer, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("cut_short", Integer, nullable=False),
        Column("planned_at", MOMENT, nullable=False),
        Column("began_at", MOMENT),
        Column("try_at", MOMENT),
        Column("ended_at", MOMENT),
        Column("retryable", Integer, nullable=False),
        Column("by_whom", name(256), nullable=False),
        Column("note", TEXT, nullable=False),
    )
    op.create_index("slots_by_state", "slots", ["state", "due_at"])


def _tombstones() -> None:
    op.create_table(
        "tombstones",
        Column("digest", String(64), primary_key=True),
        Column("source", name(64), nullable=False),
        Column("forgotten_at", MOMENT, nullable=False),
        Column("why", name(32), nullable=False),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        Column("seq", GROWING, primary_key=True),
        Column("key", name(256), nullable=False),
        Column("says", TEXT, nullable=False),
        Column("to_do", TEXT, nullable=False),
        Column("since", MOMENT, nullable=False),
        Column("told_at", MOMENT),
        Column("cleared_at", MOMENT),
        Column("all_clear_at", MOMENT),
        sqlite_autoincrement=True,
    )
    op.create_index("alerts_by_key", "alerts", ["key"])


def _audit() -> None:
    op.create_table(
        "audit",
        Column("seq", GROWING, primary_key=True),
        Column("at", MOMENT, nullable=False),
        Column("who", name(256), nullable=False),
        Column("action", name(64), nullable=False),
        Column("about", TEXT, nullable=False),
        Column("detail", TEXT, nullable=False),
        Column("previous", String(64), nullable=False),
        Column("digest", String(64), nullable=False, unique=True),
        sqlite_autoincrement=True,
    )
