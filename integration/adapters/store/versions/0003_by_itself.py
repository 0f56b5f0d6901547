"""What running by itself needs: slots of jobs, tombstones of what was forgotten, alerts, who did what."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, String, Text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GROWING = BigInteger().with_variant(Integer, "sqlite")
MOMENT = String(30)


def upgrade() -> None:
    _slots()
    _tombstones()
    _alerts()
    _audit()


def _slots() -> None:
    op.create_table(
        "slots",
        Column("job", String(96), primary_key=True),
        Column("due_at", MOMENT, primary_key=True),
        Column("state", String(16), nullable=False),
        Column("covers", Integer, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("planned_at", MOMENT, nullable=False),
        Column("began_at", MOMENT),
        Column("try_at", MOMENT),
        Column("ended_at", MOMENT),
        Column("retryable", Integer, nullable=False),
        Column("by_whom", String(256), nullable=False),
        Column("note", Text, nullable=False),
    )
    op.create_index("slots_by_state", "slots", ["state", "due_at"])


def _tombstones() -> None:
    op.create_table(
        "tombstones",
        Column("digest", String(64), primary_key=True),
        Column("source", String(64), nullable=False),
        Column("forgotten_at", MOMENT, nullable=False),
        Column("why", String(32), nullable=False),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        Column("seq", GROWING, primary_key=True),
        Column("key", String(256), nullable=False),
        Column("says", Text, nullable=False),
        Column("to_do", Text, nullable=False),
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
        Column("who", String(256), nullable=False),
        Column("action", String(64), nullable=False),
        Column("about", Text, nullable=False),
        Column("detail", Text, nullable=False),
        Column("previous", String(64), nullable=False),
        Column("digest", String(64), nullable=False, unique=True),
        sqlite_autoincrement=True,
    )
