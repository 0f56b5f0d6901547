"""The home folder: what lies there, files that are replaced at one stroke, the locks on it, and who writes there."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import socket
from contextlib import ExitStack, contextmanager, suppress
from secrets import token_hex
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from config.environment import Environment
from integration.errors import BusyError, CallError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager
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
            known = self._root / (known_as or name)
            above = next((each for each in known.parents if each.is_file()), None)
            reason = f"{above} is a file, and must be a folder: move it away" if above else error.strerror or error
            raise StoreError(
                f"{known} cannot be written ({reason}); make room or give the right to write there, then run again."
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
        what = f"{home / name} cannot be locked" if home.is_dir() else f"{home} cannot be used as the home folder"
        raise StoreError(
            f"{what} ({error.strerror or error}); give the right to write there, or name another home with --home."
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
