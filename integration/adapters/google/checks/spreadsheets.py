"""Checks a spreadsheet: whether it can be read and written to, how it is shared, which tabs it has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from config.spelling import fold_case, listed, quoted
from integration.adapters.google.api.resources import SPREADSHEET_URL
from integration.adapters.google.checks.files import ANYONE, SPREADSHEET, check_file, warn_of_open_sharing
from integration.adapters.google.checks.probe import Probe, ResourceFindings, TabFindings
from integration.adapters.google.publishing.actual_state import FILLING_SUFFIX, TAB_KEY
from integration.errors import AccessError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from integration.adapters.google.api.resources import Resource

SPREADSHEET_PARAMS = {
    "includeGridData": "false",
    "fields": "properties.title,"
    "sheets(properties(title,hidden,sheetType),developerMetadata(metadataKey,metadataValue))",
}


@dataclass(frozen=True, slots=True)
class Use:
    """What a spreadsheet is for. `reads`: the tabs that are read, each with the place where its name is written.

    `is_written`: whether the service writes to it; `writes`: the tabs that it makes there, as far as they are known.
    `holds`: what those see to whom it is open, "" where that is its owner's matter. `too_open`: sharing to warn of.
    """

    reads: Mapping[str, str] = field(default_factory=dict)
    is_written: bool = False
    writes: Sequence[str] = ()
    holds: str = ""
    too_open: frozenset[str] = frozenset({ANYONE})


def check_spreadsheet(probe: Probe, resource: Resource, spreadsheet_id: str, *, use: Use) -> ResourceFindings:
    """Check one spreadsheet; no cell is read."""
    reply = probe.ask(resource, SPREADSHEET_URL.format(spreadsheet_id), _Spreadsheet, **SPREADSHEET_PARAMS)
    file = check_file(probe, resource, spreadsheet_id, kind=SPREADSHEET)
    problems = list(file.problems_with([reply.error]))
    if use.is_written and file.is_writable is False and not file.other_kind:
        problems.append(
            AccessError(
                f"{resource.opening}: {probe.account} may read it, but not write to it; in Google, share it with that "
                f"address as {resource.role}."
            )
        )
    warnings = list(warn_of_open_sharing(resource, file.shares or (), holds=use.holds, to=use.too_open))
    tabs = None
    if reply.answer:
        grids = [tab for tab in reply.answer.sheets if tab.properties.sheet_type == "GRID"]
        tabs = _find_tabs(grids, use)
        if use.is_written:
            warnings += [
                f"{resource.opening} has a tab {quoted(tab.properties.title)} that the service did not make; unless it "
                "is empty, rename it, for publish needs that name."
                for tab in grids
                if tab.properties.title in tabs.missing and not tab.key
            ]
        else:
            titles = listed(quoted(tab.properties.title) for tab in grids)
            problems += [
                AccessError(
                    f"{resource.opening}: none of its tabs is called {quoted(name)} (they are {titles}); rename the "
                    f"tab, or write the name that it has in {use.reads[name]}."
                )
                for name in tabs.missing
            ]
    return ResourceFindings(
        resource=resource,
        resource_id=spreadsheet_id,
        kind=SPREADSHEET,
        title=reply.answer.properties.title if reply.answer else file.name,
        is_readable=reply.is_ok,
        is_writable=file.is_writable,
        shares=file.shares,
        tabs=tabs,
        problems=tuple(problems),
        warnings=tuple(warnings),
    )


def _find_tabs(grids: Sequence[_Tab], use: Use) -> TabFindings:
    """Return which tabs are there: of those that are written by the key in their metadata, of those read by name."""
    if use.is_written:
        ours = {tab.key: tab.properties.title for tab in grids if tab.key}
        missing = tuple(name for name in use.writes if name not in ours)
        return TabFindings(are_ours=True, present=tuple(ours.values()), missing=missing)
    titles = {fold_case(tab.properties.title) for tab in grids}
    present = tuple(name for name in use.reads if fold_case(name) in titles)
    missing = tuple(name for name in use.reads if name not in present)
    return TabFindings(are_ours=False, present=present, missing=missing)


class _Properties(msgspec.Struct, rename="camel"):
    title: str = ""
    hidden: bool = False
    sheet_type: str = "GRID"


class _Metadata(msgspec.Struct, rename="camel"):
    metadata_key: str = ""
    metadata_value: str = ""


class _Tab(msgspec.Struct, rename="camel"):
    properties: _Properties = msgspec.field(default_factory=_Properties)
    developer_metadata: list[_Metadata] = []

    @property
    def key(self) -> str:
        """The key of a tab that the service made; "" of any other, and of one that is not shown yet."""
        if self.properties.hidden and self.properties.title.endswith(FILLING_SUFFIX):
            return ""
        return next((each.metadata_value for each in self.developer_metadata if each.metadata_key == TAB_KEY), "")


class _Spreadsheet(msgspec.Struct):
    properties: _Properties = msgspec.field(default_factory=_Properties)
    sheets: list[_Tab] = []
