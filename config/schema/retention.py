"""retention.yaml: how long what is kept."""

from pydantic import Field

from config.schema.base import AFTER_PROGRAMME_END, Model, RetentionField, RetentionPeriod, parse_retention_period


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
