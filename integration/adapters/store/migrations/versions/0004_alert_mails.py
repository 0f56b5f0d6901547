"""The state of alerts as tables: the mail about them that was begun last, and pack mails noticed as unconfirmed."""

import json
import re
from datetime import UTC, datetime

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text, select

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

GROWING = BigInteger().with_variant(Integer, "sqlite")
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
MOMENT = String(30).with_variant(String(30, collation="C"), "postgresql")


def name(length: int) -> String:
    return String(length).with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    mails = op.create_table(
        "alert_mails",
        Column("seq", GROWING, primary_key=True),
        Column("status", String(16), nullable=False),
        Column("dated_at", MOMENT),
        Column("tried_at", MOMENT),
        Column("tries", Integer, nullable=False),
        Column("problem", TEXT, nullable=False),
        sqlite_autoincrement=True,
    )
    parts = op.create_table(
        "alert_mail_parts",
        Column("alert_seq", BigInteger, primary_key=True, autoincrement=False),
        Column("is_over", Integer, primary_key=True, autoincrement=False),
    )
    unconfirmed = op.create_table(
        "unconfirmed_deliveries",
        Column("message_id", name(512), primary_key=True),
        Column("since", MOMENT, nullable=False),
    )
    memories = Table("memories", MetaData(), Column("name", String(256)), Column("value", Text))
    _carry_over_mail(memories, mails, parts)
    _carry_over_unconfirmed(memories, unconfirmed)
    names = ("alerts.mail", "alerts.claims")
    op.get_bind().execute(memories.delete().where(memories.c.name.in_(names)))


def _carry_over_mail(memories: Table, mails: Table, parts: Table) -> None:
    """Carry over the mail that was kept as JSON: numbers of alerts, times as ISO text, "" for none."""
    mail = json.loads(_remembered(memories, "alerts.mail") or "{}")
    if not any(mail.values()):
        return
    wrong, over = mail.get("wrong", ()), mail.get("over", ())
    if wrong or over:
        status = "under_way"
    else:  # one that counted as sent has no time any more, one that was not taken has
        status = "not_sent" if mail.get("tried_at") else "assumed_sent"
    row = {
        "status": status,
        "dated_at": _moment(mail.get("at")),
        "tried_at": _moment(mail.get("tried_at")),
        "tries": mail.get("tries", 0),
        "problem": _written(mail.get("problem", "")),
    }
    op.bulk_insert(mails, [row])
    op.bulk_insert(
        parts,
        [{"alert_seq": seq, "is_over": 0} for seq in wrong] + [{"alert_seq": seq, "is_over": 1} for seq in over],
    )


def _carry_over_unconfirmed(memories: Table, unconfirmed: Table) -> None:
    """Carry over since when each unconfirmed mail was noticed, by its message id."""
    claims = json.loads(_remembered(memories, "alerts.claims") or "{}")
    op.bulk_insert(unconfirmed, [{"message_id": each, "since": _moment(since)} for each, since in claims.items()])


def _remembered(memories: Table, called: str) -> str | None:
    """Return what was remembered, as it was before it was made fit for a database."""
    value = op.get_bind().execute(select(memories.c.value).where(memories.c.name == called)).scalar()
    return value and re.sub("\x1a([0-9a-f]{4})", lambda written: chr(int(written[1], 16)), value)


def _written(text: str) -> str:
    """Return text of any characters as the tables hold it: the few that no database takes are escaped."""
    return re.sub("[\0\x1a\ud800-\udfff]", lambda unfit: f"\x1a{ord(unfit[0]):04x}", text)


def _moment(iso: str | None) -> str | None:
    """Return ISO text as the tables hold moments: UTC, with nine digits below the second."""
    if not iso:
        return None
    at = datetime.fromisoformat(iso).astimezone(UTC).replace(tzinfo=None)
    return f"{at.isoformat(timespec='seconds')}.{at.microsecond:06}000Z"
