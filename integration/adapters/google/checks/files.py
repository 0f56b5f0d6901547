"""Checks a form or a spreadsheet as a file of Drive: its kind, whether it can be changed, with whom it is shared."""

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

FILE_PARAMS = {"fields": "id,name,mimeType,trashed,capabilities(canEdit)", "supportsAllDrives": "true"}

FORM, SPREADSHEET = "form", "spreadsheet"
MIME_TYPES = {FORM: "application/vnd.google-apps.form", SPREADSHEET: "application/vnd.google-apps.spreadsheet"}
TABLE_FILES = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "an Excel file (.xlsx)",
    "application/vnd.ms-excel.sheet.macroenabled.12": "an Excel file (.xlsm)",
    "application/vnd.ms-excel": "an Excel file (.xls)",
    "application/vnd.oasis.opendocument.spreadsheet": "an OpenDocument file (.ods)",
    "text/csv": "a text file (.csv)",
}
"""Uploaded files that hold tables, and that Google can save as a spreadsheet of its own."""


class _Capabilities(msgspec.Struct, rename="camel"):
    can_edit: bool = False


class DriveFile(msgspec.Struct, rename="camel"):
    """A file as Drive gives it."""

    name: str = ""
    mime_type: str = ""
    trashed: bool = False
    capabilities: _Capabilities = msgspec.field(default_factory=_Capabilities)


@dataclass(frozen=True, slots=True)
class FileFindings:
    """What Drive says of a file. `other_kind` is set where it is of another kind than google.yaml takes it for."""

    file: DriveFile | None
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
        """Return the problems of a resource; `own` are those that its own API reports. Each cause is named once.

        A file of another kind explains whatever its API refused; what both APIs refuse is reported by one of them.
        """
        if self.other_kind:
            return (self.other_kind,)
        reported = [error for error in own if error]
        return (*reported[:1], *(self.problems if self.file or not reported else ()))


def check_file(probe: Probe, resource: Resource, file_id: str, *, kind: str) -> FileFindings:
    """Ask Drive about a file that is to be a form or a spreadsheet."""
    reply = probe.ask(resource, FILE_URL.format(file_id), DriveFile, **FILE_PARAMS)
    file = reply.answer
    if file is None:
        return FileFindings(None, None, None, (reply.error,) if reply.error else ())
    in_bin = AccessError(
        f"{resource.opening} lies in the bin, from which Google deletes it for good after 30 days; its owner can put "
        "it back: in Google Drive, Bin → Restore."
    )
    other = other_kind(resource, file.mime_type, kind=kind)
    return FileFindings(file, fetch_shares(probe, resource, file_id), other, (in_bin,) if file.trashed else ())


def other_kind(resource: Resource, mime_type: str, *, kind: str) -> AccessError | None:
    """Return what to do where a file is not of the kind that it is to be."""
    if mime_type == MIME_TYPES[kind]:
        return None
    if kind == SPREADSHEET and mime_type.casefold() in TABLE_FILES:
        return AccessError(
            f"{resource.opening} is {TABLE_FILES[mime_type.casefold()]}, which is no Google spreadsheet; open it in "
            "Google and choose File → Save as Google Sheets, then put the link of the new spreadsheet into "
            f"{resource.place}."
        )
    actual = next(
        (f"a {name}" for name, each in MIME_TYPES.items() if each == mime_type), f"a file of the kind {mime_type}"
    )
    return AccessError(
        f"{resource.opening} is {actual}, not a {kind}; put the link of the right one into {resource.place}."
    )


PERMISSIONS_URL = "https://www.googleapis.com/drive/v3/files/{}/permissions"
PERMISSIONS_PARAMS = {
    "fields": "nextPageToken,permissions(type,role,emailAddress,domain,displayName,deleted,view)",
    "supportsAllDrives": "true",
    "pageSize": "100",
}
MAX_PAGES = 100

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
    def right(self) -> str:
        """What the share allows: edit, comment on, or view."""
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


def fetch_shares(probe: Probe, resource: Resource, file_id: str) -> tuple[Share, ...] | None:
    """Return every share of a file but the account's own; None where this account may not see them."""
    permissions: list[Permission] = []
    token: dict[str, str] = {}
    for _ in range(MAX_PAGES):
        reply = probe.ask(resource, PERMISSIONS_URL.format(file_id), _Page, **PERMISSIONS_PARAMS, **token)
        if reply.answer is None:
            return None
        permissions += reply.answer.permissions
        if not reply.answer.next_page_token:
            return to_shares(permissions, account=probe.account)
        token = {"pageToken": reply.answer.next_page_token}
    return None


def to_shares(permissions: list[Permission], *, account: str) -> tuple[Share, ...]:
    """Return the shares with people; those that only allow to answer a form (Drive's view `published`) are none."""
    return tuple(
        Share(each.type, each.email_address or each.domain or each.display_name, each.role)
        for each in permissions
        if not (each.deleted or each.view or each.email_address == account)
    )


def warn_of_open_sharing(
    resource: Resource, shares: tuple[Share, ...], *, holds: str, to: frozenset[str]
) -> tuple[str, ...]:
    """Return a sentence for each share with one of `to` (anyone, domain); `holds` is what they see, or ""."""
    return tuple(
        f"{resource.opening}: {'anyone who has the link' if share.to == ANYONE else f'everyone at {share.who}'} may "
        f"{share.right} it{f', and it holds {holds}' if holds else ''}; in Google, "
        "choose Share → General access → Restricted, and share it with each person."
        for share in shares
        if share.to in to
    )
