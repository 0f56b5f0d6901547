"""Forms and sheets as one family: each has a key of its own, which is also a tab of data.xlsx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.fold import fold
from config.nearest import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.draft import Draft
    from config.errors import Problem

TABS = frozenset({"needs_attention", "measures", "reconciliation"})
"""Tabs of data.xlsx that the service itself makes."""
LONGEST_TAB = 31
"""A spreadsheet program refuses a longer name."""


def check_sources(draft: Draft) -> Iterator[Problem]:
    """Give the problems with the keys of forms and sheets, that is with the names of their files."""
    for key, document in draft.sources.items():
        if key in TABS:
            allowed = "another file name: the service makes a tab of this name itself"
            yield document.problem_of_key((), f"the key {quoted(key)}", allowed)
        if len(key) > LONGEST_TAB:
            found = f"a key of {len(key)} characters, {quoted(key)}"
            yield document.problem_of_key((), found, f"a file name of at most {LONGEST_TAB} characters before .yaml")
    for key in draft.forms.keys() & draft.sheets.keys():
        found = f"the key {quoted(key)}, which is already that of a form"
        yield draft.sheets[key].problem_of_key((), found, "a file name that no form has")
    yield from _tabs_read_twice(draft)


def _tabs_read_twice(draft: Draft) -> Iterator[Problem]:
    first: dict[tuple[str, str], str] = {}
    for key, document in draft.sheets.items():
        if not document.has("spreadsheet", "tab"):
            continue
        sheet = document.model
        earlier = first.setdefault((sheet.spreadsheet, fold(sheet.tab)), key)
        if earlier != key:
            found = f"{quoted(sheet.tab)}, which sheets/{earlier}.yaml reads already"
            yield document.problem(("tab",), found, "a tab that no other sheet reads")
