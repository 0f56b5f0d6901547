"""What Drive knows of a form or a spreadsheet: what it is, whether it can be changed, with whom it is shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from integration.adapters.google.api.resources import FILE_URL
from integration.errors import AccessError, CrescendoError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from integration.adapters.google.api.resources import Resource
    from integration.adapters.google.checks.probe import Probe

WHAT = {"fields": "id,name,mimeType,trashed,capabilities(canEdit)", "supportsAllDrives": "true"}

FORM, SPREADSHEET = "form", "spreadsheet"
TYPES = {
    FORM: "application/vnd.google-apps.form",
    SPREADSHEET: "application/vnd.google-apps.spreadsheet",
}
UPLOADED = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "an Excel file (.xlsx)",
    "application/vnd.ms-excel.sheet.macroenabled.12": "an Excel file (.xlsm)",
    "application/vnd.ms-excel": "an Excel file (.xls)",
    "application/vnd.oasis.opendocument.spreadsheet": "an OpenDocument file (.ods)",
    "text/csv": "a text file (.csv)",
}
"""Files that hold tables and can be saved as a spreadsheet of Google's own."""


class _Capabilities(msgspec.Struct, rename="camel"):
    can_edit: bool = False


class File(msgspec.Struct, rename="camel"):
    """A file as Drive gives it."""

    name: str = ""
    mime_type: str = ""
    trashed: bool = False
    capabilities: _Capabilities = msgspec.field(default_factory=_Capabilities)


@dataclass(frozen=True, slots=True)
class FileFindings:
    """What Drive said. `other_kind` is set where it is another kind of file than google.yaml takes it for."""

    file: File | None
    shares: tuple[Share, ...] | None
    other_kind: CrescendoError | None
    problems: tuple[CrescendoError, ...]

    @property
    def is_writable(self) -> bool | None:
        """Whether the account may change it."""
        return self.file.capabilities.can_edit if self.file else None

    @property
    def name(self) -> str | None:
        """What it is called in Drive."""
        return self.file.name if self.file else None

    def problems_with(self, own: Iterable[CrescendoError | None]) -> tuple[CrescendoError, ...]:
        """Return the problems of a thing, `own` being those that its own API told, each thing said once.

        A file of another kind explains whatever its API refused; what is refused everywhere is said by one of them.
        """
        if self.other_kind:
            return (self.other_kind,)
        told = [error for error in own if error]
        return (*told[:1], *(self.problems if self.file or not told else ()))


def check_file(inquiry: Probe, thing: Resource, identity: str, *, kind: str) -> FileFindings:
    """Ask Drive about a file that is to be a form or a spreadsheet."""
    reply = inquiry.ask(thing, FILE_URL.format(identity), File, **WHAT)
    file = reply.answer
    if file is None:
        return FileFindings(None, None, None, (reply.error,) if reply.error else ())
    in_bin = AccessError(
        f"{thing.opening} lies in the bin, from which Google deletes it for good after 30 days; its owner can put it "
        "back: in Google Drive, Bin → Restore."
    )
    other = other_kind(thing, file.mime_type, kind=kind)
    return FileFindings(file, fetch_shares(inquiry, thing, identity), other, (in_bin,) if file.trashed else ())


def other_kind(thing: Resource, mime_type: str, *, kind: str) -> AccessError | None:
    """Return what to do where a file is not of the kind that it is to be."""
    if mime_type == TYPES[kind]:
        return None
    if kind == SPREADSHEET and mime_type.casefold() in UPLOADED:
        return AccessError(
            f"{thing.opening} is {UPLOADED[mime_type.casefold()]}, which is no Google spreadsheet; open it in Google "
            f"and choose File → Save as Google Sheets, then put the link of the new spreadsheet into {thing.place}."
        )
    found = next((f"a {name}" for name, each in TYPES.items() if each == mime_type), f"a file of the kind {mime_type}")
    return AccessError(f"{thing.opening} is {found}, not a {kind}; put the link of the right one into {thing.place}.")


PERMISSIONS = "https://www.googleapis.com/drive/v3/files/{}/permissions"
WHICH = {
    "fields": "nextPageToken,permissions(type,role,emailAddress,domain,displayName,deleted,view)",
    "supportsAllDrives": "true",
    "pageSize": "100",
}
PAGES_AT_MOST = 100

ANYONE, DOMAIN, GROUP, USER = "anyone", "domain", "group", "user"

EDITORS = frozenset({"owner", "organizer", "fileOrganizer", "writer"})
"""The roles in which a file can be changed."""


@dataclass(frozen=True, slots=True)
class Share:
    """One share: `to` is user, group, domain or anyone; `who` is an address, a domain, or "" for anyone."""

    to: str
    who: str
    role: str

    @property
    def may(self) -> str:
        """What one may do by it."""
        return "edit" if self.role in EDITORS else {"commenter": "comment on"}.get(self.role, "view")


class Permission(msgspec.Struct, rename="camel"):
    """A permission as Drive gives it."""

    type: str = ""
    role: str = ""
    email_address: str = ""
    domain: str = ""
    display_name: str = ""
    deleted: bool = False
    view: str = ""


class _Page(msgspec.Struct, rename="camel"):
    permissions: list[Permission] = []
    next_page_token: str = ""


def fetch_shares(inquiry: Probe, thing: Resource, identity: str) -> tuple[Share, ...] | None:
    """Return every share of a file but the account's own; None where it is not for this account to see."""
    permissions: list[Permission] = []
    token: dict[str, str] = {}
    for _ in range(PAGES_AT_MOST):
        reply = inquiry.ask(thing, PERMISSIONS.format(identity), _Page, **WHICH, **token)
        if reply.answer is None:
            return None
        permissions += reply.answer.permissions
        if not reply.answer.next_page_token:
            return read_shares(permissions, account=inquiry.account)
        token = {"pageToken": reply.answer.next_page_token}
    return None


def read_shares(permissions: list[Permission], *, account: str) -> tuple[Share, ...]:
    """Return the shares of people; those who may only answer a form (Drive's view `published`) are no part of them."""
    return tuple(
        Share(each.type, each.email_address or each.domain or each.display_name, each.role)
        for each in permissions
        if not (each.deleted or each.view or each.email_address == account)
    )


def warn_of_open_sharing(
    thing: Resource, shares: tuple[Share, ...], *, holds: str, to: frozenset[str]
) -> tuple[str, ...]:
    """Return a sentence for each share `to` (anyone, domain) a multitude; `holds` says what they see, or is ""."""
    return tuple(
        f"{thing.opening}: {_many(share)} may {share.may} it{f', and it holds {holds}' if holds else ''}; in Google, "
        "choose Share → General access → Restricted, and share it with each person."
        for share in shares
        if share.to in to
    )


def _many(share: Share) -> str:
    return "anyone who has the link" if share.to == ANYONE else f"everyone at {share.who}"
