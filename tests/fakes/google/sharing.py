"""Files: what they are called, when they changed, and who may do what with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tests.fakes.google.errors import forbidden, not_found

if TYPE_CHECKING:
    from datetime import datetime

Role = Literal["owner", "writer", "commenter", "reader"]
OWNER = "owner@example.org"
WRITERS = {"owner", "writer"}


@dataclass(slots=True)
class File:
    """A spreadsheet or a form as Drive knows it; `roles` are by e-mail address."""

    id: str
    name: str
    mime_type: str
    created_at: datetime
    modified_at: datetime
    roles: dict[str, Role] = field(default_factory=dict)
    modified_by: str = OWNER
    version: int = 1
    is_trashed: bool = False

    def touch(self, moment: datetime, by: str) -> None:
        """Say that somebody changed it."""
        self.modified_at, self.modified_by = moment, by
        self.version += 1


def allowed(files: dict[str, File], file_id: str, email: str, *, to_write: bool) -> File:
    """Return the file, if this account may read (or write) it. Raises Refusal as Sheets and Forms do."""
    if file_id not in files:
        raise not_found()
    role = files[file_id].roles.get(email)
    if role is None or (to_write and role not in WRITERS):
        raise forbidden()
    return files[file_id]
