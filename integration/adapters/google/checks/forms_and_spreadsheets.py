"""Checks a form or a spreadsheet: whether it can be read and written to, how it is shared.

Of a form also whether its responses can be read and whether it is watched; of a spreadsheet, which tabs it has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from config.spelling import fold_case, listed, quoted
from integration.adapters.google.api.resources import FORM_URL, RESPONSES_URL, SPREADSHEET_URL, WATCHES_URL
from integration.adapters.google.checks.files import ANYONE, FORM, SPREADSHEET, check_file, warn_of_open_sharing
from integration.adapters.google.checks.probe import Probe, Reply, ResourceFindings, TabFindings
from integration.adapters.google.publishing.actual_state import FILLING_SUFFIX, TAB_KEY
from integration.adapters.google.watching.watches import EVENT_TYPES, Watch, WatchList
from integration.errors import AccessError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integration.adapters.google.api.resources import Resource

RESPONSES_PARAMS = {"pageSize": "1", "fields": "responses.responseId"}
"""Asks whether responses can be read, and fetches the answers of none."""

EXPIRES_SOON = timedelta(days=1)


class _Info(msgspec.Struct):
    title: str = ""


class _PublishState(msgspec.Struct, rename="camel"):
    is_accepting_responses: bool = False


class _PublishSettings(msgspec.Struct, rename="camel"):
    publish_state: _PublishState | None = None


class _Form(msgspec.Struct, rename="camel"):
    """What is asked of a form; an older form does not say whether it accepts responses."""

    info: _Info = msgspec.field(default_factory=_Info)
    publish_settings: _PublishSettings = msgspec.field(default_factory=_PublishSettings)

    @property
    def is_accepting_responses(self) -> bool | None:
        state = self.publish_settings.publish_state
        return state.is_accepting_responses if state else None


def check_form(
    probe: Probe, resource: Resource, form_id: str, *, now: datetime, topic: str | None = None
) -> ResourceFindings:
    """Check one form; no answer of a person is read. `topic` is the one that its watches are to publish to."""
    form = probe.ask(resource, FORM_URL.format(form_id), _Form, fields="info.title,publishSettings")
    responses: Reply[dict[str, object]] = Reply(error=form.error)
    watch_list: Reply[WatchList] = Reply()
    if form.error is None:
        responses = probe.ask(resource, RESPONSES_URL.format(form_id), dict[str, object], **RESPONSES_PARAMS)
        watch_list = probe.ask(resource, WATCHES_URL.format(form_id), WatchList)
    file = check_file(probe, resource, form_id, kind=FORM)
    error = responses.error
    if form.answer and error:
        error = AccessError(
            f"{resource.opening}: {probe.account} may see the form, but not its answers; in Google, share the form "
            f"with that address as {resource.role}."
        )
    watches = None if watch_list.answer is None else watch_list.answer.watches
    # Only those who may edit: who may view a form may answer it, and that is what forms are for.
    editors = tuple(share for share in file.shares or () if share.right == "edit")
    return ResourceFindings(
        resource=resource,
        resource_id=form_id,
        kind=FORM,
        title=form.answer.info.title if form.answer else file.name,
        is_readable=form.is_ok,
        is_writable=file.is_writable,
        are_responses_readable=responses.is_ok,
        is_accepting_responses=form.answer.is_accepting_responses if form.answer else None,
        shares=file.shares,
        watches=watches,
        problems=file.problems_with([error]),
        warnings=(
            *warn_of_open_sharing(resource, editors, holds="every answer", to=frozenset({ANYONE})),
            *(() if watches is None else _warn_of_watches(resource.opening, watches, topic, now)),
        ),
    )


def _warn_of_watches(name: str, watches: tuple[Watch, ...], topic: str | None, now: datetime) -> Iterator[str]:
    for watch in watches:
        if not watch.is_active:
            reason = f" ({watch.error_type})" if watch.error_type else ""
            yield (
                f"{name}: its watch is suspended{reason}, so that new answers are seen only when the form is read at "
                "its usual times; check that the form is still shared with the account, and run renew-watches."
            )
        elif watch.expires_at - now < EXPIRES_SOON:
            yield (
                f"{name}: its watch ends within a day; run renew-watches, or new answers are seen only when the form "
                "is read at its usual times."
            )
    watched = {watch.event_type for watch in watches if watch.topic == topic}
    missing = [words for event_type, words in EVENT_TYPES.items() if event_type not in watched]
    if topic and missing:
        yield (
            f"{name}: it is not watched for {' and '.join(missing)}, though google.yaml names a topic; run "
            "renew-watches."
        )


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
