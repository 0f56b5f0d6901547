"""What Drive knows of a form or a spreadsheet: what it is, whether it can be changed, with whom it is shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from integration.adapters.google.sharing import fetch_shares
from integration.adapters.google.spreadsheet import FILE
from integration.errors import AccessError, CrescendoError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from integration.adapters.google.inquiry import Inquiry
    from integration.adapters.google.sharing import Share
    from integration.adapters.google.things import Thing

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
class FileSeen:
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


def look_at_file(inquiry: Inquiry, thing: Thing, identity: str, *, kind: str) -> FileSeen:
    """Ask Drive about a file that is to be a form or a spreadsheet."""
    reply = inquiry.ask(thing, FILE.format(identity), File, **WHAT)
    file = reply.answer
    if file is None:
        return FileSeen(None, None, None, (reply.error,) if reply.error else ())
    in_bin = AccessError(
        f"{thing.opening} lies in the bin, from which Google deletes it for good after 30 days; its owner can put it "
        "back: in Google Drive, Bin → Restore."
    )
    other = other_kind(thing, file.mime_type, kind=kind)
    return FileSeen(file, fetch_shares(inquiry, thing, identity), other, (in_bin,) if file.trashed else ())


def other_kind(thing: Thing, mime_type: str, *, kind: str) -> AccessError | None:
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
