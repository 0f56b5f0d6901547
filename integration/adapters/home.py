"""The home folder: what lies there, files that are replaced at one stroke, the locks on it, and who writes there."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import re
import socket
import stat
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from secrets import token_hex
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from config.environment import Environment
from integration.errors import BusyError, CallError, StoreError, StorePlaceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

STORE_FILE, OUTBOX, BACKUPS, RECEIPTS, PACKS = "crescendo.db", "outbox", "backups", "receipts", "packs"
RESTORE_NOTE = "restore-under-way.json"
"""Says that a backup is being put in the place of the store; where no process does, that was cut short."""
TEMPORARY_SUFFIX = ".writing"
"""How the name of a file ends while it is being written."""


class HomeFiles:
    """Writes files under one folder, so that a reader sees the old file or the new one, never a part."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def replace(self, name: str, content: bytes, *, known_as: str = "") -> Path:
        """Write `content` under `name` (folders with `/`, made if missing); return where it lies.

        A file that holds just this is left as it is. When this returns, the file survives a power cut. Raises CallError
        for a name that leaves the folder, StoreError when it cannot be written; the file that was there before then
        stays as it was. The sentence names the file as people know it, `known_as` where the name is one of ours.
        """
        try:
            target = self._place(name)
            if target.is_file() and target.stat().st_size == len(content) and target.read_bytes() == content:
                return target
            _make_folder(target.parent)
            _remove_leftovers(target.parent)
            _write_whole(target, content)
        except OSError as error:
            raise StoreError(
                f"{self._root / (known_as or name)} cannot be written ({error.strerror or error});"
                " make room or give the right to write there, then run again."
            ) from None
        return target

    def remove_leftovers(self) -> None:
        """Take away what killed writers left anywhere under the folder."""
        for folder in {path.parent for path in self._root.rglob(f".*{TEMPORARY_SUFFIX}*")}:
            _remove_leftovers(folder)

    def fingerprint(self, names: Iterable[str]) -> str:
        """Return something short that changes whenever one of the files does, comes or goes."""
        return _fingerprint_of([(name, self._root / name) for name in names])

    def fingerprint_as(self, name: str, path: Path) -> str:
        """Return the fingerprint that a file has once it has the name."""
        return _fingerprint_of([(name, path)])

    def _place(self, name: str) -> Path:
        parts = name.split("/")
        if "\0" in name or any(part in {"", ".", ".."} for part in parts):
            raise CallError(f"{name!r} is no name under {self._root}; use plain names with / between folders.")
        target = self._root.joinpath(*parts)
        # A link inside the folder may still lead out of it.
        if not target.parent.resolve().is_relative_to(self._root.resolve()):
            raise CallError(f"{target} lies outside {self._root}; take away the link that leads out.")
        return target


def _fingerprint_of(files: Iterable[tuple[str, Path]]) -> str:
    lines = []
    for name, path in files:
        try:
            found = path.stat()
            lines.append(f"{name}\0{found.st_ino} {found.st_size} {found.st_mtime_ns}")
        except OSError:
            lines.append(f"{name}\0not there")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def _make_folder(folder: Path) -> None:
    """Make the folder and those above it, each of them safe from a power cut."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _remove_leftovers(folder: Path) -> None:
    """Take away what killed writers left; a living writer holds the lock of its file."""
    for leftover in folder.glob(f".*{TEMPORARY_SUFFIX}*"):  # a database has others beside it
        with suppress(FileNotFoundError, BlockingIOError, PermissionError), leftover.open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            leftover.unlink()


def _write_whole(target: Path, content: bytes) -> None:
    """Write a new file beside the target, for its owner alone (it may hold answers), and put it in its place."""
    while True:
        temporary = target.with_name(f".{target.name}.{token_hex(4)}{TEMPORARY_SUFFIX}")
        handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                if os.fstat(file.fileno()).st_nlink == 0:
                    continue  # taken for a leftover between its making and its lock: make another
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        return


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
    """Return whether there is a file in the folder that no killed process left half made."""
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

    return max((path for path in (home / BACKUPS).glob("*.db") if _size(path)), key=rank, default=None)


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
    dated = [(found[0], path) for path in (home / RECEIPTS).glob("*.txt") if (found := _MOMENT.search(path.name))]
    for _, path in sorted(dated, reverse=True):
        with suppress(OSError):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            if digests := frozenset(found[2] for found in map(RECEIPT_LINE.fullmatch, lines) if found):
                return path.name, digests
    return "", frozenset()


# --- locks ------------------------------------------------------------------------------------------------

HOME_LOCK, SCHEDULER_LOCK, WEB_LOCK = "crescendo.lock", "scheduler.lock", "web.lock"


@contextmanager
def lock_home(home: Path, *, name: str = HOME_LOCK, wait_seconds: float = 30) -> Iterator[None]:
    """Hold the home folder, made if it is not there, for as long as the block runs.

    The operating system releases the lock when its holder dies, however it dies. Raises BusyError when another process
    still holds it after `wait_seconds`, StoreError when the folder cannot be written.
    """
    # Not a singleton and not by thread: a second caller waits, also within one process.
    lock = FileLock(home / name, timeout=wait_seconds, thread_local=False, fallback_to_soft=False)
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise BusyError(
            f"{home} is in use by another job, and still was after {wait_seconds:g} seconds;"
            " try again when that job has ended."
        ) from None
    except OSError as error:
        raise StoreError(
            f"{home} cannot be used as the home folder ({error.strerror or error});"
            " choose a folder that can be written."
        ) from None
    try:
        yield
    finally:
        lock.release()


def lock_for_scheduler(home: Path) -> AbstractContextManager[None]:
    """Hold the home folder for the one scheduler that runs its jobs. Raises BusyError at once."""
    busy = f"A scheduler runs in {home} already, and one is enough; stop that one first, or name another home."
    return _lock_at_once(home, SCHEDULER_LOCK, busy)


def lock_for_web(home: Path) -> AbstractContextManager[None]:
    """Hold the home folder for the one web side that takes in what arrives there. Raises BusyError at once."""
    return _lock_at_once(home, WEB_LOCK, f"A web side runs in {home} already, and one is enough; stop that one first.")


def lock_out_web(home: Path) -> AbstractContextManager[None]:
    """Keep every web side from taking anything in while a store is exchanged. Raises BusyError at once.

    What it acknowledged would stand in a file that is not used any more.
    """
    busy = f"The web side runs in {home} and takes answers in; stop it first, then do this again."
    return _lock_at_once(home, WEB_LOCK, busy)


@contextmanager
def _lock_at_once(home: Path, name: str, busy: str) -> Iterator[None]:
    with ExitStack() as lock:
        try:
            lock.enter_context(lock_home(home, name=name, wait_seconds=0))
        except BusyError:
            raise BusyError(busy) from None
        yield


# --- the operator -----------------------------------------------------------------------------------------

ROOT = 0


def current_user() -> str:
    """Return the user and the machine, such as `ana@server1`; the user's number where it has no name.

    An operator who became that user by sudo comes first: `ana (as crescendo)@server1`.
    """
    name, operator = _user_name(os.getuid()), Environment().sudo_user
    return f"{f'{operator} (as {name})' if operator and operator != name else name}@{socket.gethostname()}"


def reason_against_root(folder: Path, *, uid: int) -> str:
    """Return why this user may not write into the folder; "" where they may.

    What root writes into the folder of another user is root's, and its owner could not open it any more.
    """
    if uid != ROOT or not folder.is_dir() or (owner := folder.stat().st_uid) == ROOT:
        return ""
    return (
        f"{folder} belongs to {_user_name(owner)}, and what root writes there {_user_name(owner)} could not open any "
        f"more: run this as {_user_name(owner)} (docs/operations.md: the command crescendo does), or name another "
        "folder with --home."
    )


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # as in some containers
        return f"user {uid}"
