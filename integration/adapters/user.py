"""Who runs the service: the operating system's user, and the machine's name."""

from __future__ import annotations

import os
import pwd
import socket
from typing import TYPE_CHECKING

from config.secrets import Secrets

if TYPE_CHECKING:
    from pathlib import Path

ROOT = 0


def who() -> str:
    """Return the user and the machine, such as `ana@server1`; the user's number where it has no name.

    Where somebody became that user by sudo, they come first: `ana (as crescendo)@server1`.
    """
    name, person = _name(os.getuid()), Secrets().sudo_user
    return f"{f'{person} (as {name})' if person and person != name else name}@{socket.gethostname()}"


def why_not_root(folder: Path, *, uid: int) -> str:
    """Return why this user may not write into the folder; "" where they may.

    What root writes into the folder of somebody else is root's, and its owner could not open it any more.
    """
    if uid != ROOT or not folder.is_dir() or (owner := folder.stat().st_uid) == ROOT:
        return ""
    return (
        f"{folder} belongs to {_name(owner)}, and what root writes there {_name(owner)} could not open any more: run "
        f"this as {_name(owner)} (docs/operations.md: the command crescendo does), or name another folder with --home."
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # as in some containers
        return f"user {uid}"
