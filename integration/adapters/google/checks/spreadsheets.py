"""A spreadsheet in Google as it can be used: whether it can be read, and written to; which tabs it has."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from config.spelling import fold_case, listed, quoted
from integration.adapters.google.api.client import QUOTA, READ, WRITE
from integration.adapters.google.api.resources import things_of
from integration.adapters.google.checks.files import ANYONE, DOMAIN, SPREADSHEET, FileSeen, look_at_file, warn_of_open
from integration.adapters.google.checks.forms import look_at_form
from integration.adapters.google.checks.probe import Account, Found, Inquiry, Sight, Tabs
from integration.adapters.google.publishing.actual_state import FILLING, OURS
from integration.errors import AccessError, CrescendoError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from config.schema import Google
    from integration.adapters.google.api.client import GoogleClient
    from integration.adapters.google.api.resources import Thing
    from integration.ports import Clock

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
        names = {fold_case(tab.properties.title) for tab in grids}
        there = [name for name in use.reads if fold_case(name) in names]
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


OF_A_PROJECT = ".iam.gserviceaccount.com"

CLOCKS_DIFFER = timedelta(seconds=60)
"""From here on a difference is worth a word; at a few minutes Google refuses the sign-in."""


def look_live(  # noqa: PLR0913  # everything that is known of the spreadsheets
    client: GoogleClient,
    google: Google,
    *,
    clock: Clock,
    reads: Mapping[str, Mapping[str, str]],
    writes: Sequence[str],
    tell: Callable[[str], None],
) -> Sight:
    """Return what is found; nothing is changed, no answer and no cell is read.

    `reads` has for each spreadsheet of google.yaml its tabs, and where the name of each is written; `writes` are the
    tabs of the data spreadsheet. `tell` is told the name of each form and spreadsheet as it is asked about. Nothing
    is raised: what is wrong stands in the answer.
    """
    inquiry = Inquiry(client, clock=clock)
    found = tuple(_look_at_each(inquiry, google, clock=clock, uses=_uses(google, reads, writes), tell=tell))
    account = Account(
        email=client.account,
        project=_project(client.account),
        is_let_in=inquiry.is_let_in,
        clock_ahead=inquiry.clock_ahead,
        reads_left=client.budget.left(READ),
        writes_left=client.budget.left(WRITE),
        calls_a_minute=QUOTA,
    )
    return Sight(account, found, inquiry.problems, tuple(_warn_of_clock(inquiry.clock_ahead)))


def _project(email: str) -> str:
    """Return the Google Cloud project in the address of a service account; "" where the address has none."""
    _, _, host = email.partition("@")
    return host.removesuffix(OF_A_PROJECT) if host.endswith(OF_A_PROJECT) else ""


def _look_at_each(
    inquiry: Inquiry, google: Google, *, clock: Clock, uses: Mapping[str, Use], tell: Callable[[str], None]
) -> Iterator[Found]:
    for identity, thing in things_of(google).items():
        tell(thing.name)
        use = uses.get(identity)
        if use is None:
            topic = google.watch.topic if google.watch else None
            yield look_at_form(inquiry, thing, identity, now=clock.now(), topic=topic)
        else:
            yield look_at_spreadsheet(inquiry, thing, identity, use=use)


def _uses(google: Google, reads: Mapping[str, Mapping[str, str]], writes: Sequence[str]) -> dict[str, Use]:
    """Return what each spreadsheet is for, by its id."""
    uses = {identity: Use(reads=reads.get(key, {})) for key, identity in google.sheets.items()}
    if google.publish:
        uses[google.publish.data] = Use(
            is_written=True,
            writes=writes,
            holds="what each person answered",
            too_open=frozenset({ANYONE, DOMAIN}),
        )
        for authority, identity in google.publish.summary.items():
            uses[identity] = Use(is_written=True, holds=f"what is for the leaders of “{authority}” only")
    return uses


def _warn_of_clock(ahead: timedelta | None) -> Iterator[str]:
    if ahead is not None and abs(ahead) > CLOCKS_DIFFER:
        side = "ahead of" if ahead > timedelta() else "behind"
        yield (
            f"The clock of this machine is {round(abs(ahead).total_seconds())} seconds {side} Google's; set it, or "
            "Google will refuse the sign-in, and times in the tabs are wrong."
        )
