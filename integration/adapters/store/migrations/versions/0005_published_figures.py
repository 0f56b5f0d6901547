"""What leaders were shown of each figure on people, so that a later one can be compared with it."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Text, UniqueConstraint

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GROWING = BigInteger().with_variant(Integer, "sqlite")
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
MOMENT = String(30).with_variant(String(30, collation="C"), "postgresql")


def name(length: int) -> String:
    return String(length).with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "published_figures",
        Column("seq", GROWING, primary_key=True),
        Column("authority", name(64), nullable=False),
        Column("measure", name(64), nullable=False),
        Column("team", name(64), nullable=False),
        Column("period_kind", name(16), nullable=False),
        Column("period", name(64), nullable=False),
        Column("since", MOMENT, nullable=False),
        Column("shown_as", String(16), nullable=False),
        Column("told", TEXT, nullable=False),
        Column("numbers", TEXT, nullable=False),
        Column("answers", LargeBinary, nullable=False),
        Column("persons", LargeBinary, nullable=False),
        Column("reason", TEXT, nullable=False),
        UniqueConstraint(
            "authority", "measure", "team", "period_kind", "period", "since", "shown_as", name="one_published_figure"
        ),
        sqlite_autoincrement=True,
    )
