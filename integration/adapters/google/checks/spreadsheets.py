"""A spreadsheet in Google as it can be used: whether it can be read, and written to; which tabs it has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from config.spelling import fold_case, listed, quoted
from integration.adapters.google.checks.files import (
    ANYONE,
    SPREADSHEET,
    FileFindings,
    check_file,
    warn_of_open_sharing,
)
from integration.adapters.google.checks.probe import (
    Probe,
    ResourceFindings,
    TabFindings,
)
from integration.adapters.google.publishing.actual_state import FILLING_SUFFIX, TAB_KEY
from integration.errors import AccessError, CrescendoError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integration.adapters.google.api.resources import Resource

ADDRESS = "https://sheets.googleapis.com/v4/spreadsheets/{}"
WHICH = {
    "includeGridData": "false",
    "fields": "properties.title,"
    "sheets(properties(title,hidden,sheetType),developerMetadata(metadataKey,metadataValue))",
}


@dataclass(frozen=True, slots=True)
class Use:
    """What a spreadsheet is for. `reads`: the tabs that we read, each with the place where its name is written.

    `is_written`: whether we write to it; `writes`: the tabs that stand there then, as far as they are known before.
    `holds`: what people see to whom it is open, "" where that is their own matter. `too_open`: sharing to warn of.
    """

    reads: Mapping[str, str] = field(default_factory=dict)
    is_written: bool = False
    writes: Sequence[str] = ()
    holds: str = ""
    too_open: frozenset[str] = frozenset({ANYONE})


class _Title(msgspec.Struct):
    title: str = ""


class _Properties(msgspec.Struct, rename="camel"):
    title: str = ""
    hidden: bool = False
    sheet_type: str = "GRID"


class _Mark(msgspec.Struct, rename="camel"):
    metadata_key: str = ""
    metadata_value: str = ""


class _Tab(msgspec.Struct, rename="camel"):
    properties: _Properties = msgspec.field(default_factory=_Properties)
    developer_metadata: list[_Mark] = []

    @property
    def key(self) -> str:
        """By which it is known as ours; "" where it is not, or not shown yet."""
        if self.properties.hidden and self.properties.title.endswith(FILLING_SUFFIX):
            return ""
        return next((mark.metadata_value for mark in self.developer_metadata if mark.metadata_key == TAB_KEY), "")


class _Spreadsheet(msgspec.Struct):
    properties: _Title = msgspec.field(default_factory=_Title)
    sheets: list[_Tab] = []

    @property
    def grids(self) -> list[_Tab]:
        """The tabs that have cells; a chart's own has none."""
        return [tab for tab in self.sheets if tab.properties.sheet_type == "GRID"]


def check_spreadsheet(inquiry: Probe, thing: Resource, identity: str, *, use: Use) -> ResourceFindings:
    """Ask everything about one spreadsheet; no cell is read."""
    reply = inquiry.ask(thing, ADDRESS.format(identity), _Spreadsheet, **WHICH)
    file = check_file(inquiry, thing, identity, kind=SPREADSHEET)
    grids = reply.answer.grids if reply.answer else []
    tabs = _tabs(grids, use) if reply.answer else None
    missing = _missing(thing, grids, tabs, use) if tabs and not use.is_written else ()
    return ResourceFindings(
        thing=thing,
        identity=identity,
        kind=SPREADSHEET,
        title=reply.answer.properties.title if reply.answer else file.name,
        is_readable=reply.is_good,
        is_writable=file.is_writable,
        are_answers_readable=None,
        is_taking_answers=None,
        shares=file.shares,
        watches=None,
        tabs=tabs,
        problems=(*file.problems_with([reply.error]), *_not_writable(inquiry, thing, file, use), *missing),
        warnings=(
            *warn_of_open_sharing(thing, file.shares or (), holds=use.holds, to=use.too_open),
            *_taken_titles(thing, grids, tabs, use),
        ),
    )


def _tabs(grids: Sequence[_Tab], use: Use) -> TabFindings:
    """Return which tabs are there of those that we read, by name, or of those that we write, by our mark."""
    if not use.is_written:
        names = {fold_case(tab.properties.title) for tab in grids}
        there = [name for name in use.reads if fold_case(name) in names]
        return TabFindings(
            are_ours=False, there=tuple(there), missing=tuple(name for name in use.reads if name not in there)
        )
    ours = {tab.key: tab.properties.title for tab in grids if tab.key}
    return TabFindings(
        are_ours=True, there=tuple(ours.values()), missing=tuple(name for name in use.writes if name not in ours)
    )


def _missing(thing: Resource, grids: Sequence[_Tab], tabs: TabFindings, use: Use) -> Iterator[CrescendoError]:
    titles = listed(quoted(tab.properties.title) for tab in grids)
    for name in tabs.missing:
        yield AccessError(
            f"{thing.opening}: none of its tabs is called {quoted(name)} (they are {titles}); rename the tab, or "
            f"write the name that it has in {use.reads[name]}."
        )


def _not_writable(inquiry: Probe, thing: Resource, file: FileFindings, use: Use) -> Iterator[CrescendoError]:
    if use.is_written and file.is_writable is False and not file.other_kind:
        yield AccessError(
            f"{thing.opening}: {inquiry.account} may read it, but not write to it; in Google, share it with that "
            f"address as {thing.role}."
        )


def _taken_titles(thing: Resource, grids: Sequence[_Tab], tabs: TabFindings | None, use: Use) -> Iterator[str]:
    """Warn of tabs that somebody else made under a title that the next publish needs."""
    needed = tabs.missing if tabs and use.is_written else ()
    for tab in grids:
        if tab.properties.title in needed and not tab.key:
            yield (
                f"{thing.opening} has a tab {quoted(tab.properties.title)} that the service did not make; unless it "
                "is empty, rename it, for publish needs that name."
            )


"""From here on a difference is worth a word; at a few minutes Google refuses the sign-in."""
