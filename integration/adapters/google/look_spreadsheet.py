"""A spreadsheet in Google as it can be used: whether it can be read, and written to; which tabs it has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from config.fold import fold
from config.nearest import listed, quoted
from integration.adapters.google.found import Found, Tabs
from integration.adapters.google.live import FILLING, OURS
from integration.adapters.google.look_file import SPREADSHEET, FileSeen, look_at_file
from integration.adapters.google.sharing import ANYONE, warn_of_open
from integration.errors import AccessError, CrescendoError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integration.adapters.google.inquiry import Inquiry
    from integration.adapters.google.things import Thing

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
        if self.properties.hidden and self.properties.title.endswith(FILLING):
            return ""
        return next((mark.metadata_value for mark in self.developer_metadata if mark.metadata_key == OURS), "")


class _Spreadsheet(msgspec.Struct):
    properties: _Title = msgspec.field(default_factory=_Title)
    sheets: list[_Tab] = []

    @property
    def grids(self) -> list[_Tab]:
        """The tabs that have cells; a chart's own has none."""
        return [tab for tab in self.sheets if tab.properties.sheet_type == "GRID"]


def look_at_spreadsheet(inquiry: Inquiry, thing: Thing, identity: str, *, use: Use) -> Found:
    """Ask everything about one spreadsheet; no cell is read."""
    reply = inquiry.ask(thing, ADDRESS.format(identity), _Spreadsheet, **WHICH)
    file = look_at_file(inquiry, thing, identity, kind=SPREADSHEET)
    grids = reply.answer.grids if reply.answer else []
    tabs = _tabs(grids, use) if reply.answer else None
    missing = _missing(thing, grids, tabs, use) if tabs and not use.is_written else ()
    return Found(
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
            *warn_of_open(thing, file.shares or (), holds=use.holds, to=use.too_open),
            *_taken_titles(thing, grids, tabs, use),
        ),
    )


def _tabs(grids: Sequence[_Tab], use: Use) -> Tabs:
    """Return which tabs are there of those that we read, by name, or of those that we write, by our mark."""
    if not use.is_written:
        names = {fold(tab.properties.title) for tab in grids}
        there = [name for name in use.reads if fold(name) in names]
        return Tabs(are_ours=False, there=tuple(there), missing=tuple(name for name in use.reads if name not in there))
    ours = {tab.key: tab.properties.title for tab in grids if tab.key}
    return Tabs(
        are_ours=True, there=tuple(ours.values()), missing=tuple(name for name in use.writes if name not in ours)
    )


def _missing(thing: Thing, grids: Sequence[_Tab], tabs: Tabs, use: Use) -> Iterator[CrescendoError]:
    titles = listed(quoted(tab.properties.title) for tab in grids)
    for name in tabs.missing:
        yield AccessError(
            f"{thing.opening}: none of its tabs is called {quoted(name)} (they are {titles}); rename the tab, or "
            f"write the name that it has in {use.reads[name]}."
        )


def _not_writable(inquiry: Inquiry, thing: Thing, file: FileSeen, use: Use) -> Iterator[CrescendoError]:
    if use.is_written and file.is_writable is False and not file.other_kind:
        yield AccessError(
            f"{thing.opening}: {inquiry.account} may read it, but not write to it; in Google, share it with that "
            f"address as {thing.role}."
        )


def _taken_titles(thing: Thing, grids: Sequence[_Tab], tabs: Tabs | None, use: Use) -> Iterator[str]:
    """Warn of tabs that somebody else made under a title that the next publish needs."""
    needed = tabs.missing if tabs and use.is_written else ()
    for tab in grids:
        if tab.properties.title in needed and not tab.key:
            yield (
                f"{thing.opening} has a tab {quoted(tab.properties.title)} that the service did not make; unless it "
                "is empty, rename it, for publish needs that name."
            )
