"""Images of what was written elsewhere, so that only what differs is written the next time."""

from alembic import op
from sqlalchemy import Column, LargeBinary, String, Text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def name(length: int) -> String:
    # PostgreSQL would refuse what is longer, and sort by the rules of a language; SQLite does neither.
    return String(length).with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "images",
        Column("name", name(256), primary_key=True),
        Column("body", LargeBinary, nullable=False),
    )
