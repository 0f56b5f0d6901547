"""The place of a store in the home folder: what lies there, and what only a store that was in use can have left.

Nothing is made, opened or changed by asking.
"""

from __future__ import annotations

import re
import stat
from contextlib import suppress
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from integration.adapters.home import BACKUPS, OUTBOX, PACKS, RECEIPTS, STORE_FILE
from integration.errors import StoreError, StorePlaceError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

# --- folders that cannot be looked into -------------------------------------------------------------------


def list_files(folder: Path, pattern: str) -> list[Path]:
    """Return what is directly in the folder and has such a name, sorted; nothing where there is no folder.

    Raises StoreError where the service may not look: what lies there is not to be taken for nothing.
    """
    try:
        return sorted(path for path in folder.iterdir() if fnmatchcase(path.name, pattern))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(_not_looked_into(folder, error)) from None


def refuse_unreadable_home(home: Path) -> None:
    """Raise StoreError where the home folder is there, and the service may not look into it."""
    try:
        (home / STORE_FILE).lstat()
        next(home.iterdir(), None)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise StoreError(_not_looked_into(home, error)) from None


def _not_looked_into(folder: Path, error: OSError) -> str:
    if isinstance(error, NotADirectoryError):
        return f"{folder} is a file and should be a folder, so nobody knows what lay there; move it away."
    return f"The folder {folder} cannot be looked into ({error.strerror or error}); give the right to read it."


# --- what lies in the place of a store --------------------------------------------------------------------

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISFIFO, "a named pipe"),
)


def refuse_other_kind(path: Path) -> None:
    """Raise StorePlaceError where something lies in the place of the store that is no file: a folder, a link, a socket.

    A link is none either: SQLite keeps its log where the link leads, and an exchange would replace the link alone.
    Nothing is made or opened by asking.
    """
    try:
        mode = path.lstat().st_mode
    except OSError:  # nothing there, or nobody may look: opening it says so
        return
    if stat.S_ISREG(mode):
        return
    if stat.S_ISLNK(mode):
        leads_to = path.parent / path.readlink()
        is_file = _is_regular(leads_to)
        found = f"a link to {leads_to}{'' if is_file else ', where no file is'}"
        what_to_do = (
            f"{'' if is_file else 'bring back the disk or the file that it led to, and then '}put that file itself in "
            "the place of the link, or name its folder as the home (--home)"
        )
    else:
        found = next((words for is_kind, words in _KINDS if is_kind(mode)), "a device")
        what_to_do = "look at what it is and move it away, or name another home with --home, then run this again"
    raise StorePlaceError(
        f"In the place of the store {path} lies {found}, and it must be a file; nothing was made or changed: "
        f"{what_to_do}."
    )


def _is_regular(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a link to itself
        return False


# --- traces of a store ------------------------------------------------------------------------------------

_MADE_OF_A_STORE = ("data.xlsx", "summary-*.xlsx")
_SET_ASIDE = f"{STORE_FILE}.*-*"
"""What `restore`, `move-store` and `new-store` have put aside."""
_NO_TRACE = (".lock", "-shm")


def find_traces(home: Path) -> tuple[str, ...]:
    """Return the names of what only a store that was in use can have left in the home folder.

    Keys and locks are none: they are there before the first store is. Nothing is made or opened by looking.
    """
    folders = [f"{name}/" for name in (RECEIPTS, BACKUPS, PACKS, OUTBOX) if _holds_files(home / name)]
    log = home / f"{STORE_FILE}-wal"
    logs = [log] if _size(log) and not _size(home / STORE_FILE) else []
    files = [path for pattern in (*_MADE_OF_A_STORE, _SET_ASIDE) for path in sorted(home.glob(pattern))]
    return (*folders, *(path.name for path in (*files, *logs) if not path.name.endswith(_NO_TRACE)))


def _holds_files(folder: Path) -> bool:
    """Return whether a file is in the folder that no killed process left half made, or the service may not look."""
    try:
        list_files(folder, "*")
    except StoreError:
        return True
    for path in folder.rglob("*"):
        is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not is_hidden and path.is_file():
            return True
    return False


def _size(path: Path) -> int:
    """Return how much the file holds; 0 where there is none, or something else."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


_NAMED = 4
"""So many traces are named in the sentence."""


def newest_backup(home: Path, *, now: datetime) -> Path | None:
    """Return the newest backup in the home folder by the moment in its name; None where there is none.

    A clock that was ahead gave names of a time to come: such a file, and one without a moment, only where there is no
    other.
    """
    ahead = f"{now + timedelta(days=1):%Y-%m-%dT%H-%M-%SZ}"

    def rank(path: Path) -> tuple[bool, str, str]:
        moment = found[0] if (found := _MOMENT.search(path.name)) else ""
        return "" < moment < ahead, moment, path.name

    with suppress(StoreError):  # nobody can look: then none is named
        return max(filter(_size, list_files(home / BACKUPS, "*.db")), key=rank, default=None)
    return None


def lost_store_sentence(  # noqa: PLR0913  # what was found where, and when
    home: Path, place: str, traces: Sequence[str], *, now: datetime, is_server: bool, found: str = ""
) -> str:
    """Return why no store is begun at the place, though there is none that holds anything, and what to do instead."""
    file = home / STORE_FILE
    restore = f"put the last backup in its place (restore {newest_backup(home, now=now) or 'FILE'})"
    if is_server and _size(file):
        ways = f"carry {file} over (move-store), {restore}, name the right database (DATABASE_URL)"
    elif is_server:
        ways = f"{restore}, name the right database (DATABASE_URL)"
    elif any(name.startswith(f"{STORE_FILE}.moved-") for name in traces):
        ways = f"set DATABASE_URL, for it was moved to a database, {restore}"
    else:
        ways = f"{restore}, name the right home (--home)"
    found = found or ("is missing" if not is_server and not file.exists() else "holds nothing")
    more = f" and {len(traces) - _NAMED} more" if len(traces) > _NAMED else ""
    return (
        f"The store {place} {found}, but in {home} lies what a store in use has left "
        f"({', '.join(traces[:_NAMED])}{more}), so nothing was made or changed: {ways}, or begin with an empty store "
        "on purpose (new-store)."
    )


RECEIPT_LINE = re.compile(r"  (\S+) +([0-9a-f]{64})")
"""How a receipt names an erased response: by its form, and by its digest."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d-]+Z")


def newest_receipt(home: Path) -> tuple[str, frozenset[str]]:
    """Return the name of the newest receipt in the home folder that names any response, and the digests in it.

    Nothing where there is none: one of a retention that took no response tells nothing of whether a store is old.
    """
    try:
        receipts = list_files(home / RECEIPTS, "*.txt")
    except StoreError:  # a condition of its own, which the status tells
        return "", frozenset()
    dated = [(found[0], path) for path in receipts if (found := _MOMENT.search(path.name))]
    for _, path in sorted(dated, reverse=True):
        with suppress(OSError):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            if digests := frozenset(found[2] for found in map(RECEIPT_LINE.fullmatch, lines) if found):
                return path.name, digests
    return "", frozenset()
