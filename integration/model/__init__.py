"""The nouns that stages and adapters hand to each other. Frozen; raw dicts stop at the edge."""

from integration.model.figures import FIGURE_COLUMNS, HELD_AGAINST, Figures, Shown, ShownThing
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

__all__ = [
    "FIGURE_COLUMNS", "HELD_AGAINST", "Asks", "Cell", "Code", "Column", "Correction", "Counts", "DateCell",
    "Figures", "FormReading", "Issue", "Kind", "Landed", "Mail", "Percent", "Question", "RawResponse", "Rows",
    "SheetReading", "Shown", "ShownThing", "StoredVersion", "Summary", "SummaryChart", "SummaryTable", "Tab",
]  # fmt: skip
