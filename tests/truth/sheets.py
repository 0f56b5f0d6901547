"""Holds the tabs of the shared sheets, and the figures made from them, against the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.truth.workbook import comparable, low

if TYPE_CHECKING:
    from tests.truth.tally import Tally
    from tests.truth.workbook import Book, Cells

KEY_COLUMNS = {
    "small_changes": ("ref",),
    "blueprint": ("ref",),
    "reviews": ("held_on", "authority"),
    "teams": ("team", "from_on"),
}
COUNTS = ("changes_implemented", "changes_implemented_in_phase_2")
SHARES = ("milestones_on_time", "reviews_held")


def check_sheets(tally: Tally, truth: dict[str, Any], book: Book) -> None:
    """Hold the rows of each sheet, their counts, and the figures to date."""
    sheets = truth["sheets"]
    _check_small_changes(tally, sheets["small_changes"], book)
    for source in KEY_COLUMNS:
        tally.same(f"tab {source} has rows", bool(book.rows(source)), expected=True)
    for source, rows in sheets.get("rows", {}).items():
        _check_rows(tally, source, rows, book)
    _check_counts(tally, sheets.get("counts", {}), book)
    _check_to_date(tally, sheets, book)


def _check_small_changes(tally: Tally, changes: list[dict[str, Any]], book: Book) -> None:
    by_ref = {row.get("ref"): row for row in book.rows("small_changes")}
    for change in changes:
        found = by_ref.get(change["key"], {})
        for column in ("team", "stage", "designed_on", "implemented_on"):
            tally.same(f"small_changes {change['key']}, {column}", found.get(column), change[column] or None)


def _check_rows(tally: Tally, source: str, rows: dict[str, dict[str, Any]], book: Book) -> None:
    """Hold every cell against the truth."""
    columns = KEY_COLUMNS[source]
    by_key = {tuple(low(row.get(column)) for column in columns): row for row in book.rows(source)}
    tally.same(f"rows in tab {source}", len(by_key), len(rows))
    for expected in rows.values():
        key = tuple(low(expected[column]) for column in columns)
        found = by_key.get(key, {})
        for column, value in expected.items():
            tally.same(
                f"{source} {' · '.join(key)}, {column}",
                comparable(column, found.get(column)),
                comparable(column, value),
            )


def _check_counts(tally: Tally, counts: dict[str, dict[str, int]], book: Book) -> None:
    reconciled = {low(row.get("source")): row for row in book.rows("reconciliation")}
    for source, count in counts.items():
        expected = {
            **count,
            "refused": count["received"] - count["accepted"],
            "counted": count["accepted"],
            "superseded": 0,
        }
        for column, number in expected.items():
            tally.same(f"reconciliation of {source}, {column}", reconciled.get(source, {}).get(column), number)


def _check_to_date(tally: Tally, sheets: dict[str, Any], book: Book) -> None:
    figures: dict[tuple[str, str], Cells] = {}
    for row in book.rows("measures"):
        if low(row.get("period_kind")) == "to_date":
            figures[low(row.get("measure")), low(row.get("team")) or low(row.get("authority"))] = row
    for measure in COUNTS:
        teams = sheets.get("by_team", {}).get(measure, {})
        for who, count in {**sheets[measure], **teams}.items():
            tally.same(f"{measure} {who}", figures.get((measure, low(who)), {}).get("value"), count)
    for measure in SHARES:
        for authority, (numerator, denominator) in sheets[measure].items():
            found = figures.get((measure, authority), {})
            tally.same(f"{measure} {authority}, numerator", found.get("numerator"), numerator)
            tally.same(f"{measure} {authority}, denominator", found.get("denominator"), denominator)
    for authority, value in sheets["commitment_mean"].items():
        tally.same(f"commitment_mean {authority}", figures.get(("commitment_mean", authority), {}).get("value"), value)
