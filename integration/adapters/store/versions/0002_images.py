"""Images of what was written elsewhere, so that only what differs is written the next time."""

from alembic import op
from sqlalchemy import Column, LargeBinary, String

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "images",
        Column("name", String(256), primary_key=True),
        Column("body", LargeBinary, nullable=False),
    )
