"""Corrections laid over what was read: they are read by the field's own rules and count instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.schema import CodeField, TeamField
from integration.model import Kind
from integration.normalise.answers import spell_code
from integration.normalise.read import read_field, show_found

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from integration.normalise.fields import FieldColumn

Reports = dict[tuple[str, str], tuple[str, str, bool]]
"""(row id, field) -> (code, what was found, whether that was a correction)."""


def lay_over(
    frame: pd.DataFrame,
    reports: Reports,
    corrections: Mapping[tuple[str, str], str],
    columns: Sequence[FieldColumn],
    test_codes: Sequence[str] = (),
) -> None:
    """Change `frame` (indexed by row id) and `reports` in place by the corrections of (row id, field).

    Corrections of rows or fields that are not there change nothing.
    """
    by_name = {column.name: column for column in columns}
    for (row_id, name), typed in corrections.items():
        column = by_name.get(name)
        if column is None or row_id not in frame.index:
            continue
        read = read_field(column, typed)
        reports.pop((row_id, name), None)
        if read.code is not None:
            reports[row_id, name] = (str(read.code), show_found(column, typed), True)
        number = column.kind in (Kind.INTEGER, Kind.NUMBER)
        frame.loc[row_id, name] = read.value if read.value is not None or not number else float("nan")
        if column.has_other:
            frame.loc[row_id, f"{name}_other"] = read.other
        if column.is_ticks:
            frame.loc[row_id, f"_n.{name}"] = read.ticks
        if isinstance(column.field, CodeField):
            frame.loc[row_id, "is_test"] = spell_code(typed) in {spell_code(code) for code in test_codes}


def owner_column(columns: Sequence[FieldColumn]) -> FieldColumn:
    """Return the column that says whose row it is: the team's, or in a sheet kept by authority the authority's."""
    teams = [column for column in columns if isinstance(column.field, TeamField)]
    return teams[0] if teams else next(column for column in columns if column.field.type == "authority")
