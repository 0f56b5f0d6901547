"""The leaders' summary of one authority: which sheets it has, and what each says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.model import Summary, SummaryTable
from integration.publish.charts import build_charts
from integration.publish.figure_tables import (
    HIDDEN,
    HISTORY_COLUMNS,
    LATEST_COLUMNS,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    build_history_rows,
    build_latest_rows,
    format_measure_title,
    format_whole_authority,
    order_period_kinds,
    to_date,
    wrap_lines,
)
from integration.publish.work_items import WorkItemList, list_work_items
from integration.text_format import format_date, format_date_range

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from config.schema import Audience, Programme, Settings, SummarySheet
    from integration.model import Column, LeadersView

HEADLINES = "Headlines"
PERIOD_KIND_NAMES = {
    PeriodKind.TO_DATE: "totals so far",
    PeriodKind.FORTNIGHT: "fortnights",
    PeriodKind.MONTH: "months",
    PeriodKind.WINDOW: "survey rounds",
}


def build_summary(*, settings: Settings, authority: str, shown: LeadersView) -> Summary:
    """Return the leaders' summary workbook of one authority.

    Headlines first, then the sheets of `packs.yaml` in their order. A sheet whose measures only count things to
    date lists those things, and its figures stand on Headlines; any other sheet holds every finished period of its
    measures. Nothing of another authority is in it. Raises ValueError when `shown` is another authority's.
    """
    if shown.authority != authority:
        raise ValueError(f"the figures shown are those of {shown.authority}, not of {authority}")
    packs = settings.packs
    measures = dict.fromkeys([*packs.headlines, *(key for sheet in packs.summary for key in sheet.measures)])
    return Summary(
        authority=authority,
        title=f"{settings.programme.name}: summary for {_name(settings, shown)}",
        introduction=_introduction(settings, shown),
        contact=(settings.programme.contact,),
        notes=build_notes(settings, authority, tuple(measures), shown),
        tables=tuple(_tables(settings, shown)),
        charts=build_charts(settings, shown),
    )


def _introduction(settings: Settings, shown: LeadersView) -> tuple[str, ...]:
    smallest = settings.packs.audience.minimum_group
    return (
        settings.packs.hope,
        f"The figures are those known on {format_date(shown.as_of)}. Periods that had not ended by then are left out.",
        f"Figures that rest on fewer than {smallest} people are hidden: nobody can tell what one person said.",
        f"Start with the sheet {HEADLINES}. The sheet Notes says what each measure counts.",
    )


def _tables(settings: Settings, shown: LeadersView) -> Iterator[SummaryTable]:
    sheets = settings.packs.summary
    lists = [_things_of(sheet, settings, shown) for sheet in sheets]
    listed = [key for sheet, things in zip(sheets, lists, strict=True) if things for key in sheet.measures]
    yield _headlines(settings, shown, tuple(dict.fromkeys([*settings.packs.headlines, *listed])))
    names = choose_sheet_names(sheet.title for sheet in sheets)
    for name, sheet, things in zip(names, sheets, lists, strict=True):
        title = f"{sheet.title}: {_name(settings, shown)}"
        if things:
            about = _about_things(sheet, things, settings, shown)
            yield _table(name, title, about, things.columns, things.cells)
        else:
            about = (*wrap_lines(sheet.introduction), _order(sheet.measures, settings, shown))
            yield _table(name, title, about, HISTORY_COLUMNS, build_history_rows(shown, sheet.measures, settings))


def _things_of(sheet: SummarySheet, settings: Settings, shown: LeadersView) -> WorkItemList | None:
    specs = [settings.measures[key] for key in sheet.measures]
    if any(spec.periods != (PeriodKind.TO_DATE,) for spec in specs):
        return None
    sources = (settings.sheets[spec.source] for spec in specs if spec.source in settings.sheets)
    return next((things for source in sources if (things := list_work_items(shown, source))), None)


def _headlines(settings: Settings, shown: LeadersView, measures: Sequence[str]) -> SummaryTable:
    about = (f"The latest finished period of each measure, as of {format_date(shown.as_of)}.",)
    cells = build_latest_rows(shown, measures, settings)
    return _table(HEADLINES, f"{HEADLINES}: {_name(settings, shown)}", about, LATEST_COLUMNS, cells)


def _about_things(sheet: SummarySheet, things: WorkItemList, settings: Settings, shown: LeadersView) -> tuple[str, ...]:
    where = f"In the list: {things.tally}. {things.order}" if things.cells else "Nothing is written down yet."
    return (
        *wrap_lines(sheet.introduction),
        *_counts(shown, sheet.measures, settings),
        *wrap_lines(where),
        f"As known on {format_date(shown.as_of)}. The figures are on the sheet {HEADLINES}.",
    )


def _counts(shown: LeadersView, measures: Sequence[str], settings: Settings) -> Iterator[str]:
    """Say the whole authority's counts in words; shares as "9 of 12"."""
    everyone = format_whole_authority(_name(settings, shown))
    for title, who, _, figure, number, out_of, _, _, target in build_latest_rows(shown, measures, settings):
        if who != everyone:
            continue
        goal = "" if target == NOT_APPLICABLE else f" (target {target})"
        if isinstance(number, int):
            yield f"{title}: {number} of {out_of}."
        elif isinstance(figure, int):
            yield f"{title}: {figure}{goal}."


def _table(
    sheet: str,
    title: str,
    about: Sequence[str],
    columns: Sequence[Column],
    cells: Sequence[tuple[object, ...]],
) -> SummaryTable:
    """Make a table; an empty one gets a row of signs, since a table without rows is none to a screen reader."""
    rows = tuple(cells) or ((NOT_AVAILABLE,) * len(columns),)
    return SummaryTable(sheet, title, (*about, *explain_signs(rows)), tuple(columns), rows)


def _order(measures: Sequence[str], settings: Settings, shown: LeadersView) -> str:
    kinds = [PERIOD_KIND_NAMES[kind] for kind in order_period_kinds(measures, settings)]
    order = f"first {', then '.join(kinds)}; in each the newest comes first" if len(kinds) > 1 else "newest first"
    return f"Periods that had ended by {format_date(shown.as_of)}: {order}."


def _name(settings: Settings, shown: LeadersView) -> str:
    return settings.programme.authorities[shown.authority].name


Note = tuple[str, str]

SIGN_NOTES = {
    HIDDEN: "[c] means hidden, so that nobody can tell what one person said.",
    NOT_AVAILABLE: "[x] means not available: nobody answered, or nothing was written down.",
    NOT_APPLICABLE: "[z] means does not apply.",
}

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


def explain_signs(cells: Iterable[Sequence[object]]) -> tuple[str, ...]:
    """Return one sentence for each sign that stands in the cells."""
    used = {cell for row in cells for cell in row if isinstance(cell, str)}
    return tuple(sentence for sign, sentence in SIGN_NOTES.items() if sign in used)


def build_notes(settings: Settings, authority: str, measures: Sequence[str], shown: LeadersView) -> tuple[Note, ...]:
    """Return (sign or word, meaning) for everything that the workbook uses, the measures last.

    Of a measure whose question was reworded within what is shown, it says so.
    """
    everyone = format_whole_authority(settings.programme.authorities[authority].name)
    together = "All teams together, worked out from every answer, not as an average of the teams' figures."
    specs = {key: settings.measures[key] for key in measures}
    return (
        *_signs(settings.packs.audience),
        *COLUMN_NOTES,
        (everyone, together),
        *_periods(settings.programme),
        *(
            (
                format_measure_title(spec),
                f"{spec.definition} The hope behind it: {spec.outcome.rstrip('.')}.{_reworded(key, shown)}",
            )
            for key, spec in specs.items()
        ),
    )


def _reworded(measure: str, shown: LeadersView) -> str:
    frame = shown.frame
    days = frame.loc[frame["measure"] == measure, "series_from"].dropna() if "series_from" in frame else ()
    said = " and on ".join(format_date(day) for day in sorted({to_date(day) for day in days}))
    if not said:
        return ""
    return f" The question was reworded on {said}; figures before and after are not compared."


def _signs(audience: Audience) -> Iterator[Note]:
    unanimous = "" if audience.show_unanimous else " So are 0% and 100% of answers: they tell what everyone said."
    hidden = (
        "Hidden, so that nobody can tell what one person said. Figures that rest on fewer than "
        f"{audience.minimum_group} people are hidden.{unanimous} Where a hidden figure could be worked out from the "
        "others, another one is hidden with it."
    )
    yield HIDDEN, hidden
    yield NOT_AVAILABLE, "Not available: nobody answered in that period, or nothing was written down."
    yield (
        NOT_APPLICABLE,
        "Does not apply: for example a range around a count, or the day when something not done yet was done.",
    )


def _periods(programme: Programme) -> Iterator[Note]:
    yield "Fortnight", f"Two weeks, counted from {format_date(programme.start)}, when the programme started."
    for window in programme.windows.values():
        yield window.title, f"A time at which people were asked: {format_date_range(window.start, window.end)}."


LONGEST = 31
TAKEN_NAMES = ("cover", "contents", "notes", "headlines", "history")
"""Names that are ours, or that Excel keeps for itself."""

_REFUSED = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]+")


def choose_sheet_names(titles: Iterable[str]) -> tuple[str, ...]:
    """Return a plain and unique name for each title: at most 31 characters, none that Excel refuses."""
    names: list[str] = []
    taken = set(TAKEN_NAMES)
    for title in titles:
        # An apostrophe would break the link from Contents, and may not stand at either end.
        plain = " ".join(_REFUSED.sub(" ", title.replace("'", "\u2019")).split()) or "Sheet"
        name, number = plain[:LONGEST].strip(), 1
        while name.casefold() in taken:
            number += 1
            ending = f" {number}"
            name = plain[: LONGEST - len(ending)].strip() + ending
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
