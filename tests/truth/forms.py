"""Holds the tabs of the forms against the truth."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.truth.workbook import comparable, low

if TYPE_CHECKING:
    from pathlib import Path

    from tests.truth.tally import Tally
    from tests.truth.workbook import Book, Cells

PSEUDONYM = re.compile(r"[0-9a-f]{12}")


def check_forms(tally: Tally, data: Path, truth: dict[str, Any], book: Book) -> None:
    """Hold every row of every form against the truth, and the counts that must add up."""
    reconciled = {low(row.get("source")): row for row in book.rows("reconciliation")}
    for form in truth["received"]:
        _check_counts(tally, form, truth, reconciled.get(form, {}))
        rows = book.rows(form)
        tally.same(f"rows in tab {form}", len(rows), truth["accepted"][form])
        by_id = {str(row.get("response_id")): row for row in rows}
        tally.same(f"ids in tab {form} that the source never gave", sorted(by_id.keys() - _given(data, form)), [])
        for response_id, expected in truth["rows"][form].items():
            _check_row(tally, f"tab {form} {response_id}", by_id.get(response_id, {}), expected)
        _check_further(tally, form, by_id, truth.get("further", {}).get(form, {}))


def _check_counts(tally: Tally, form: str, truth: dict[str, Any], found: Cells) -> None:
    received, accepted = truth["received"][form], truth["accepted"][form]
    superseded = sum(one["form"] == form for one in truth["superseded"])
    expected = {
        "received": received,
        "accepted": accepted,
        "refused": received - accepted,
        "counted": accepted - superseded,
        "superseded": superseded,
    }
    for column, count in expected.items():
        tally.same(f"reconciliation of {form}, {column}", found.get(column), count)


def _given(data: Path, form: str) -> set[str]:
    """Return the ids of the responses that the source gives."""
    path = data / "forms" / form / "responses.json"
    return {one["responseId"] for one in json.loads(path.read_text(encoding="utf-8"))["responses"]}


def _check_row(tally: Tally, what: str, found: Cells, expected: dict[str, Any]) -> None:
    """Hold each cell against the truth."""
    for column, value in expected.items():
        tally.same(f"{what}, {column}", comparable(column, found.get(column)), comparable(column, value))


def _check_further(tally: Tally, form: str, by_id: dict[str, Cells], further: dict[str, dict[str, Any]]) -> None:
    for response_id, facts in further.items():
        what, found = f"tab {form} {response_id}", by_id.get(response_id, {})
        tally.same(f"{what}, submitted_at", _to_the_second(found.get("submitted_at")), facts["submitted_at"])
        if "week" in facts:
            tally.same(f"{what}, week", found.get("week"), facts["week"])
        if "barriers" in facts:
            ticked = found.get("barriers")
            tally.same(f"{what}, barriers", sorted(ticked.split("; ")) if ticked else [], facts["barriers"])
    people = {response_id: facts["person"] for response_id, facts in further.items() if "person" in facts}
    _check_pseudonyms(tally, form, by_id, people)


def _to_the_second(cell: object) -> str:
    """Return an ISO time without fractions of a second; what was found where it is none."""
    try:
        return datetime.fromisoformat(str(cell)).replace(microsecond=0).isoformat()
    except ValueError:
        return str(cell)


def _check_pseudonyms(tally: Tally, form: str, by_id: dict[str, Cells], people: dict[str, str | None]) -> None:
    """See that one person is one pseudonym and one pseudonym one person, and that no code itself is shown."""
    names: dict[str, str] = {}
    for response_id, person in people.items():
        shown = by_id.get(response_id, {}).get("code")
        what = f"tab {form} {response_id}, code"
        if person is None:
            tally.same(what, shown, None)
            continue
        tally.same(f"{what} is a pseudonym", bool(PSEUDONYM.fullmatch(str(shown))), expected=True)
        tally.same(what, shown, names.setdefault(person, str(shown)))
    tally.same(f"pseudonyms in tab {form} that two people share", len(names) - len(set(names.values())), 0)
