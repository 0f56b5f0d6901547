"""Forms and sheets as one family: each has a key of its own, which is also a tab of data.xlsx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.agree.unique import Claim, clashes
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
    tabs: dict[str, list[Claim]] = {}
    for key, sheet in draft.sheets.items():
        tabs.setdefault(sheet.model.spreadsheet, []).append(Claim(sheet.model.tab, f"read by sheets/{key}.yaml", (key,)))
    for claims in tabs.values():
        for claim in claims[1:]:
            document = draft.sheets[str(claim.steps[0])]
            both = (Claim(c.name, c.owner, ("tab",)) for c in claims[: claims.index(claim) + 1])
            yield from (p for p in clashes(document, both, "a tab") if quoted(claim.name) in p.found)
