"""Writes mail to a folder instead of sending it, as files that any mail program opens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from integration.adapters.home import HomeFiles
from integration.adapters.mail.message_bytes import to_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from integration.model import Mail

NOT_PLAIN = re.compile(r"[^A-Za-z0-9.@_-]+")
LONGEST_NAME = 200


class Outbox:
    """Obeys `ports.Mailer`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = HomeFiles(folder)

    def send(self, mail: Mail) -> str:
        """Write the mail, named by its message id, and return the file's path.

        The same mail again replaces the same file with the same bytes. Raises RenderError, StoreError.
        """
        return str(self._files.replace(outbox_file_name(mail.message_id), to_bytes(mail)))


def outbox_file_name(message_id: str) -> str:
    """Return the name of the file for a message id: without the sender's host, in plain letters."""
    local = message_id.strip("<>").rsplit("@", 1)[0]
    plain = NOT_PLAIN.sub("-", local).strip(".-") or "mail"
    return f"{plain[:LONGEST_NAME]}.eml"
