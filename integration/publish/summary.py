"""The leaders' summary of one authority: which sheets it has, and what each says.

1. Headlines: the latest finished period of each measure.
2. The sheets of `packs.yaml` in their order: a list of work items, or every finished period of the sheet's measures.
3. Charts, and notes on every symbol, word and measure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.model import Summary, SummaryTable
from integration.publish import figure_tables
from integration.publish.charts import build_charts
from integration.publish.figure_tables import (
    HIDDEN,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    WITHDRAWN,
    format_measure_title,
)
from integration.publish.work_items import list_work_items
from integration.text_format import format_date, format_date_range

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from config.schema import Settings, SummarySheet
    from integration.model import Column, LeadersView
    from integration.publish.work_items import WorkItemList

HEADLINES = "Headlines"
PERIOD_KIND_NAMES = {
    PeriodKind.TO_DATE: "totals so far",
    PeriodKind.FORTNIGHT: "fortnights",
    PeriodKind.MONTH: "months",
    PeriodKind.WINDOW: "survey rounds",
}
SYMBOL_SENTENCES = {
    HIDDEN: "[c] means hidden, so that nobody can tell what one person said.",
    WITHDRAWN: "[w] means withdrawn: the figure that stood here was wrong.",
    NOT_AVAILABLE: "[x] means not available: nobody answered, or nothing was written down.",
    NOT_APPLICABLE: "[z] means does not apply.",
}
MAX_SHEET_NAME_LENGTH = 31
TAKEN_NAMES = ("cover", "contents", "notes", "headlines", "history")
"""Names of the summary's own sheets, or that Excel keeps for itself."""
_REFUSED_BY_EXCEL = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]+")

Note = tuple[str, str]
COLUMN_NOTES: tuple[Note, ...] = (
    ("Figure", "The measure's result: a percentage, an average or a count."),
    (
        "Number and Out of",
        (
            "The two numbers behind a percentage, as in “8 out of 14”. Beside an average, Out of is how many answers "
            "it is the average of."
        ),
    ),
    (
        "Likely range",
        (
            "With few answers, chance moves a percentage up and down. The range says between which values it would "
            "lie 95 times in 100 if chance alone were at work (Wilson interval). Two figures whose ranges overlap "
            "much may not differ at all."
        ),
    ),
    ("Target", "What the programme set out to reach."),
)


def build_summary(*, settings: Settings, authority: str, view: LeadersView) -> Summary:
    """Return the leaders' summary workbook of one authority.

    A sheet whose measures only count work items to date lists those items, and its figures stand on Headlines; any
    other sheet holds every finished period of its measures. Nothing of another authority is in it. Raises ValueError
    when `view` is another authority's.
    """
    if view.authority != authority:
        raise ValueError(f"the figures shown are those of {view.authority}, not of {authority}")
    packs, programme = settings.packs, settings.programme
    name, as_of = programme.authorities[authority].name, format_date(view.as_of)
    smallest = packs.audience.minimum_group
    measures = tuple(dict.fromkeys([*packs.headlines, *(key for sheet in packs.summary for key in sheet.measures)]))
    return Summary(
        authority=authority,
        title=f"{programme.name}: summary for {name}",
        introduction=(
            packs.hope,
            f"The figures are those known on {as_of}. Periods that had not ended by then are left out.",
            f"Figures that rest on fewer than {smallest} people are hidden: nobody can tell what one person said.",
            f"Start with the sheet {HEADLINES}. The sheet Notes says what each measure counts.",
        ),
        contact=(programme.contact,),
        notes=tuple(_build_notes(settings, name, measures, view)),
        tables=tuple(_build_tables(settings, name, view)),
        charts=build_charts(settings, view),
    )


def _build_tables(settings: Settings, name: str, view: LeadersView) -> Iterator[SummaryTable]:
    packs = settings.packs
    lists = [_list_items_of(sheet, settings, view) for sheet in packs.summary]
    listed = [key for sheet, items in zip(packs.summary, lists, strict=True) if items for key in sheet.measures]
    latest = figure_tables.build_latest_rows(view, tuple(dict.fromkeys([*packs.headlines, *listed])), settings)
    about: tuple[str, ...] = (f"The latest finished period of each measure, as of {format_date(view.as_of)}.",)
    yield _build_table(HEADLINES, f"{HEADLINES}: {name}", about, figure_tables.LATEST_COLUMNS, latest)
    sheet_names = choose_sheet_names(sheet.title for sheet in packs.summary)
    for sheet_name, sheet, items in zip(sheet_names, packs.summary, lists, strict=True):
        title = f"{sheet.title}: {name}"
        if items:
            where = f"In the list: {items.tally}. {items.order}" if items.cells else "Nothing is written down yet."
            about = (
                *figure_tables.wrap_lines(sheet.introduction),
                *_describe_counts(view, sheet.measures, settings, figure_tables.format_whole_authority(name)),
                *figure_tables.wrap_lines(where),
                f"As known on {format_date(view.as_of)}. The figures are on the sheet {HEADLINES}.",
            )
            yield _build_table(sheet_name, title, about, items.columns, items.cells)
        else:
            kinds = [PERIOD_KIND_NAMES[kind] for kind in figure_tables.order_period_kinds(sheet.measures, settings)]
            order = f"first {', then '.join(kinds)}; in each the newest comes first" if kinds[1:] else "newest first"
            ended = f"Periods that had ended by {format_date(view.as_of)}: {order}."
            about = (*figure_tables.wrap_lines(sheet.introduction), ended)
            history = figure_tables.build_history_rows(view, sheet.measures, settings)
            yield _build_table(sheet_name, title, about, figure_tables.HISTORY_COLUMNS, history)


def _list_items_of(sheet: SummarySheet, settings: Settings, view: LeadersView) -> WorkItemList | None:
    """Return the work items that the sheet's measures count; None where one of them is more than a count to date."""
    specs = [settings.measures[key] for key in sheet.measures]
    if any(spec.periods != (PeriodKind.TO_DATE,) for spec in specs):
        return None
    sources = (settings.sheets[spec.source] for spec in specs if spec.source in settings.sheets)
    return next((items for source in sources if (items := list_work_items(view, source))), None)


def _describe_counts(view: LeadersView, measures: Sequence[str], settings: Settings, everyone: str) -> Iterator[str]:
    """Yield the whole authority's counts in words; shares as "9 of 12"."""
    rows = figure_tables.build_latest_rows(view, measures, settings)
    for title, who, _, figure, number, out_of, _, _, target in rows:
        if who != everyone:
            continue
        goal = "" if target == NOT_APPLICABLE else f" (target {target})"
        if isinstance(number, int):
            yield f"{title}: {number} of {out_of}."
        elif isinstance(figure, int):
            yield f"{title}: {figure}{goal}."


def _build_table(
    sheet: str, title: str, about: Sequence[str], columns: Sequence[Column], cells: Sequence[tuple[object, ...]]
) -> SummaryTable:
    """Make a table; an empty one gets a row of symbols, since a table without rows is none to a screen reader.

    Above it stands one sentence for each symbol in its cells.
    """
    rows = tuple(cells) or ((NOT_AVAILABLE,) * len(columns),)
    used = {cell for row in rows for cell in row if isinstance(cell, str)}
    symbols = (sentence for symbol, sentence in SYMBOL_SENTENCES.items() if symbol in used)
    return SummaryTable(sheet, title, (*about, *symbols), tuple(columns), rows)


def _build_notes(settings: Settings, name: str, measures: Sequence[str], view: LeadersView) -> Iterator[Note]:
    """Yield (symbol or word, meaning) for everything that the workbook uses, the measures last.

    Of a measure whose question was reworded within what is shown, it says so.
    """
    packs, programme = settings.packs, settings.programme
    audience = packs.audience
    minimum = audience.minimum_group
    yield (
        HIDDEN,
        (
            "Hidden, so that nobody can tell what one person said. Figures that rest on fewer than "
            f"{minimum} people are hidden, and so is what everybody in a small group said. Where a hidden figure could "
            "be worked out from the others, another one is hidden with it."
        ),
    )
    yield (
        "“1 or fewer of 12”, “11 or more of 12”",
        (
            "Nobody or one, or everybody or all but one: these are told alike, without a percentage, so that nobody "
            "can tell what the others said."
        ),
    )
    yield WITHDRAWN, "Withdrawn: the figure that stood here was wrong."
    yield (
        "When a figure changes",
        (
            f"A period is first shown {packs.settle_days} days after its last day, when late answers are in it. After "
            f"that a figure stands until the answers of at least {minimum} people to it have changed: a smaller "
            "difference would tell what one of them said."
        ),
    )
    yield NOT_AVAILABLE, "Not available: nobody answered in that period, or nothing was written down."
    yield (
        NOT_APPLICABLE,
        "Does not apply: for example a range around a count, or the day when something not done yet was done.",
    )
    yield from COLUMN_NOTES
    together = "All teams together, worked out from every answer, not as an average of the teams' figures."
    yield figure_tables.format_whole_authority(name), together
    yield "Fortnight", f"Two weeks, counted from {format_date(programme.start)}, when the programme started."
    for window in programme.windows.values():
        yield window.title, f"A time at which people were asked: {format_date_range(window.start, window.end)}."
    frame = view.frame
    for key in measures:
        spec = settings.measures[key]
        meaning = f"{spec.definition} The hope behind it: {spec.outcome.rstrip('.')}."
        days = frame.loc[frame["measure"] == key, "series_from"].dropna() if "series_from" in frame else ()
        if dates := " and on ".join(format_date(day) for day in sorted({figure_tables.as_date(day) for day in days})):
            meaning += f" The question was reworded on {dates}; figures before and after are not compared."
        yield format_measure_title(spec), meaning


def choose_sheet_names(titles: Iterable[str]) -> tuple[str, ...]:
    """Return a plain and unique name for each title: at most 31 characters, none that Excel refuses."""
    names: list[str] = []
    taken = set(TAKEN_NAMES)
    for title in titles:
        # An apostrophe would break the link from Contents, and may not stand at either end.
        plain = " ".join(_REFUSED_BY_EXCEL.sub(" ", title.replace("'", "\u2019")).split()) or "Sheet"
        name, number = plain[:MAX_SHEET_NAME_LENGTH].strip(), 1
        while name.casefold() in taken:
            number += 1
            ending = f" {number}"
            name = plain[: MAX_SHEET_NAME_LENGTH - len(ending)].strip() + ending
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
