"""The leaders' summary of one authority: which sheets it has, and what each says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.model import Summary, SummaryTable
from integration.publish.cells import NOT_APPLICABLE, NOT_AVAILABLE
from integration.publish.charts import draw_charts
from integration.publish.figures import HISTORY_COLUMNS, LATEST_COLUMNS, history, kinds_of, latest, whole_authority
from integration.publish.notes import explain_signs, write_notes
from integration.publish.sheet_names import sheet_names
from integration.publish.things import ThingList, list_things
from integration.publish.words import lines
from integration.words import long_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.schema import Settings, SummarySheet
    from integration.model import Column, Shown

HEADLINES = "Headlines"
KINDS = {
    PeriodKind.TO_DATE: "totals so far",
    PeriodKind.FORTNIGHT: "fortnights",
    PeriodKind.MONTH: "months",
    PeriodKind.WINDOW: "survey rounds",
}


def summary(*, settings: Settings, authority: str, shown: Shown) -> Summary:
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
        notes=write_notes(settings, authority, tuple(measures), shown),
        tables=tuple(_tables(settings, shown)),
        charts=draw_charts(settings, shown),
    )


def _introduction(settings: Settings, shown: Shown) -> tuple[str, ...]:
    smallest = settings.packs.audience.minimum_group
    return (
        settings.packs.hope,
        f"The figures are those known on {long_date(shown.as_of)}. Periods that had not ended by then are left out.",
        f"Figures that rest on fewer than {smallest} people are hidden: nobody can tell what one person said.",
        f"Start with the sheet {HEADLINES}. The sheet Notes says what each measure counts.",
    )


def _tables(settings: Settings, shown: Shown) -> Iterator[SummaryTable]:
    sheets = settings.packs.summary
    lists = [_things_of(sheet, settings, shown) for sheet in sheets]
    listed = [key for sheet, things in zip(sheets, lists, strict=True) if things for key in sheet.measures]
    yield _headlines(settings, shown, tuple(dict.fromkeys([*settings.packs.headlines, *listed])))
    names = sheet_names(sheet.title for sheet in sheets)
    for name, sheet, things in zip(names, sheets, lists, strict=True):
        title = f"{sheet.title}: {_name(settings, shown)}"
        if things:
            about = _about_things(sheet, things, settings, shown)
            yield _table(name, title, about, things.columns, things.cells)
        else:
            about = (*lines(sheet.introduction), _order(sheet.measures, settings, shown))
            yield _table(name, title, about, HISTORY_COLUMNS, history(shown, sheet.measures, settings))


def _things_of(sheet: SummarySheet, settings: Settings, shown: Shown) -> ThingList | None:
    specs = [settings.measures[key] for key in sheet.measures]
    if any(spec.periods != (PeriodKind.TO_DATE,) for spec in specs):
        return None
    sources = (settings.sheets[spec.source] for spec in specs if spec.source in settings.sheets)
    return next((things for source in sources if (things := list_things(shown, source))), None)


def _headlines(settings: Settings, shown: Shown, measures: Sequence[str]) -> SummaryTable:
    about = (f"The latest finished period of each measure, as of {long_date(shown.as_of)}.",)
    cells = latest(shown, measures, settings)
    return _table(HEADLINES, f"{HEADLINES}: {_name(settings, shown)}", about, LATEST_COLUMNS, cells)


def _about_things(sheet: SummarySheet, things: ThingList, settings: Settings, shown: Shown) -> tuple[str, ...]:
    where = f"In the list: {things.tally}. {things.order}" if things.cells else "Nothing is written down yet."
    return (
        *lines(sheet.introduction),
        *_counts(shown, sheet.measures, settings),
        *lines(where),
        f"As known on {long_date(shown.as_of)}. The figures are on the sheet {HEADLINES}.",
    )


def _counts(shown: Shown, measures: Sequence[str], settings: Settings) -> Iterator[str]:
    """Say the whole authority's counts in words; shares as "9 of 12"."""
    everyone = whole_authority(_name(settings, shown))
    for title, who, _, figure, number, out_of, _, _, target in latest(shown, measures, settings):
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


def _order(measures: Sequence[str], settings: Settings, shown: Shown) -> str:
    kinds = [KINDS[kind] for kind in kinds_of(measures, settings)]
    order = f"first {', then '.join(kinds)}; in each the newest comes first" if len(kinds) > 1 else "newest first"
    return f"Periods that had ended by {long_date(shown.as_of)}: {order}."


def _name(settings: Settings, shown: Shown) -> str:
    return settings.programme.authorities[shown.authority].name
