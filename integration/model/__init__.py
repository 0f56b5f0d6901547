"""The nouns that stages and adapters hand to each other. Frozen; raw dicts stop at the edge."""

from integration.model.figures import FIGURE_COLUMNS, HELD_AGAINST, Figures, Shown, ShownThing
from integration.model.published import Mail, Percent, Summary, SummaryChart, SummaryTable, Tab
from integration.model.records import Alert, AuditLine, Channel, Erasure, Expiring, Kept, Mailed, Trouble
from integration.model.rows import Code, Column, Counts, Issue, Kind, Rows
from integration.model.slots import (
    CORRECTIONS,
    OPEN,
    PUBLISHED,
    Entry,
    Failing,
    Known,
    Planned,
    Slot,
    SlotState,
    sync_of_form,
    sync_of_spreadsheet,
)
from integration.model.sources import (
    Arrival,
    Asks,
    Cell,
    Correction,
    DateCell,
    FormReading,
    Landed,
    Question,
    RawResponse,
    Receipt,
    SheetReading,
    StoredVersion,
)

__all__ = [
    "CORRECTIONS", "FIGURE_COLUMNS", "HELD_AGAINST", "OPEN", "PUBLISHED", "Alert", "Arrival", "Asks", "AuditLine",
    "Cell", "Channel", "Code", "Column", "Correction", "Counts", "DateCell", "Entry", "Erasure", "Expiring", "Failing",
    "Figures", "FormReading", "Issue", "Kept", "Kind", "Known", "Landed", "Mail", "Mailed", "Percent", "Planned",
    "Question", "RawResponse", "Receipt", "Rows", "SheetReading", "Shown", "ShownThing", "Slot", "SlotState",
    "StoredVersion", "Summary", "SummaryChart", "SummaryTable", "Tab", "Trouble", "sync_of_form",
    "sync_of_spreadsheet",
]  # fmt: skip
