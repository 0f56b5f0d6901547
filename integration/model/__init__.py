"""The values that stages and adapters hand to each other. Frozen; raw dicts stop at the edge."""

from integration.model.figures import DIFFERENCING_COLUMNS, FIGURE_COLUMNS, Figures, LeadersView, WorkItem
from integration.model.outputs import Mail, Percent, Summary, SummaryChart, SummaryTable, Tab
from integration.model.records import (
    Alert,
    AuditEntry,
    Channel,
    Condition,
    Erasure,
    Expiry,
    MailedPack,
    RetentionCategory,
)
from integration.model.rows import Column, ColumnType, Counts, Issue, IssueCode, Rows
from integration.model.slots import (
    OPEN_STATES,
    PUBLISH_LOCK,
    SYNC_CORRECTIONS,
    FailingJob,
    JobHistory,
    LedgerEntry,
    PlannedSlot,
    Slot,
    SlotState,
    name_form_shard,
    name_spreadsheet_shard,
)
from integration.model.sources import (
    Arrival,
    Cell,
    Correction,
    DateCell,
    FormReading,
    IntakeOutcome,
    LandingResult,
    Question,
    QuestionType,
    RawResponse,
    SheetReading,
    StoredVersion,
    is_blank,
)
from integration.model.stored import (
    AlertMail,
    AlertMailStatus,
    IssueKey,
    KnownTab,
    PackRecord,
    RunRecord,
    StoredPack,
    TypedChunk,
    UnconfirmedDelivery,
    UnsentPack,
)

__all__ = [
    "DIFFERENCING_COLUMNS", "FIGURE_COLUMNS", "OPEN_STATES", "PUBLISH_LOCK", "SYNC_CORRECTIONS", "Alert", "AlertMail",
    "AlertMailStatus", "Arrival", "AuditEntry", "Cell", "Channel", "Column", "ColumnType", "Condition", "Correction",
    "Counts", "DateCell", "Erasure", "Expiry", "FailingJob", "Figures", "FormReading", "IntakeOutcome", "Issue",
    "IssueCode", "IssueKey", "JobHistory", "KnownTab", "LandingResult", "LeadersView", "LedgerEntry", "Mail",
    "MailedPack", "PackRecord", "Percent", "PlannedSlot", "Question", "QuestionType", "RawResponse",
    "RetentionCategory", "Rows", "RunRecord", "SheetReading", "Slot", "SlotState", "StoredPack", "StoredVersion",
    "Summary", "SummaryChart", "SummaryTable", "Tab", "TypedChunk", "UnconfirmedDelivery", "UnsentPack", "WorkItem",
    "is_blank", "name_form_shard", "name_spreadsheet_shard",
]  # fmt: skip
