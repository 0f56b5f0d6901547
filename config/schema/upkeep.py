"""How the service is looked after: alerts.yaml, who is told of what, and retention.yaml, how long what is kept."""

from typing import Annotated

from pydantic import Field

from config.schema.base import (
    AFTER_PROGRAMME_END,
    Day,
    Duration,
    Key,
    Line,
    Model,
    RetentionField,
    RetentionPeriod,
    ShortDuration,
    Words,
    parse_retention_period,
)
from config.schema.packs import Person

TWO_WEEKS = Duration(14, "day")


class Expiry(Model):
    """Something that ends on a day, of which the service cannot know by itself."""

    what: Annotated[Line, Field(max_length=120)] = Field(description="What ends, such as a password.")
    on: Day = Field(description="The last day on which it is good.")
    to_do: Words = Field(description="What to do about it, in a sentence.")


class Alerts(Model):
    """alerts.yaml: who is told when something goes wrong, and what is to be looked after."""

    owner: Person | None = Field(default=None, description="Who is told, by mail; without it alerts are only shown.")
    expires_within: ShortDuration = Field(default=TWO_WEEKS, description="How early to be told of what ends.")
    silent_after: dict[Key, ShortDuration] = Field(
        default_factory=dict, description="A form from which nothing came for so long is told of."
    )
    expiries: tuple[Expiry, ...] = Field(default=(), description="What ends, and nobody can look up.")


def _kept(words: str, description: str) -> RetentionPeriod:
    kept: RetentionPeriod = Field(
        default=parse_retention_period(words), description=description, json_schema_extra={"default": words}
    )
    return kept


class Retention(Model):
    """retention.yaml: how long what is kept; what is older is erased every night. A line left out is as here."""

    answers: RetentionField = _kept(
        f"6 years {AFTER_PROGRAMME_END}", "People's answers, counted from when they were last submitted, everywhere."
    )
    corrections: RetentionField = _kept(f"6 years {AFTER_PROGRAMME_END}", "Corrections that the project team typed.")
    sheets: RetentionField = _kept(
        "12 months", "Older readings of the shared sheets; the newest of each is always kept."
    )
    packs: RetentionField = _kept("6 years", "Built packs, and to whom they were mailed.")
    mails: RetentionField = _kept("12 months", "Copies of mails in the outbox folder.")
    backups: RetentionField = _kept("35 days", "Backups of the store in the home folder.")
    runs: RetentionField = _kept("24 months", "The ledger of runs, and alerts that are over.")
    receipts: RetentionField = _kept("6 years", "Receipts of what was erased.")
    audit: RetentionField = _kept("6 years", "Who did what.")
