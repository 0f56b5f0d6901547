"""The nouns that stages and adapters hand to each other. Frozen; raw dicts stop at the edge."""

from integration.model.figures import FIGURE_COLUMNS, HELD_AGAINST, Figures, Shown, ShownThing
from integration.model.kept import Alert, AuditLine, Trouble
from integration.model.published import Mail, Percent, Summary, SummaryChart, SummaryTable, Tab
from integration.model.raw import (
    Asks,
    Cell,
    Correction,
    DateCell,
    FormReading,
    Landed,
    Question,
    RawResponse,
    SheetReading,
    StoredVersion,
)
from integration.model.rows import Code, Column, Counts, Issue, Kind, Rows
from integration.model.slots import OPEN, PUBLISHED, Entry, Known, Planned, Slot, SlotState

__all__ = [
    "FIGURE_COLUMNS", "HELD_AGAINST", "OPEN", "PUBLISHED", "Alert", "Asks", "AuditLine", "Cell", "Code", "Column",
    "Correction", "Counts", "DateCell", "Entry", "Figures", "FormReading", "Issue", "Kind", "Known", "Landed",
    "Mail", "Percent", "Planned", "Question", "RawResponse", "Rows", "SheetReading", "Shown", "ShownThing",
    "Slot", "SlotState", "StoredVersion", "Summary", "SummaryChart", "SummaryTable", "Tab", "Trouble",
]  # fmt: skip
