"""Files change places in a folder that people save into, so that no save of a person is ever replaced unseen.

Programs save in two ways: they write a new file and rename it over the old one, or they open the file, empty it and
write into it. A save of the first kind can come at any moment, one of the second kind can begin before a file is taken
out and end after. So a file is taken out under a name of ours, and looked at there once no program writes into it.

Linux exchanges two files in one step (ext4, xfs, btrfs, tmpfs, overlay). Where the file system cannot (many network
shares), the file is renamed away, and ours is put there only if nothing else is there by then.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import signal
import time
from contextlib import suppress
from pathlib import Path  # noqa: TC003  # a name of this module for its callers

IDLE_SECONDS = 10.0
"""A file that was not written into for so long is not being saved just now, though a program has it open."""

LOOK_EVERY_SECONDS = 0.02

ASIDE = ".aside"
"""What the name of a file that is renamed away ends with, until the other one is in its place."""

_HERE, _NOREPLACE, _EXCHANGE = -100, 1, 2
_UNSUPPORTED = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM}
_F_SETSIG = 10


def exchange(ours: Path, target: Path, *, at_once: bool = True) -> None:
    """Let two files change places. Raises FileNotFoundError where one is missing.

    Without `at_once`, or where the file system cannot do it, in three steps. A person who saves between them is not
    replaced: the target is theirs then, as if they had saved just afterwards. Should this process be killed between
    them, what was the target lies under the name of ours with `ASIDE` at its end.
    """
    if at_once and _rename(ours, target, _EXCHANGE):
        return
    aside = ours.with_name(f"{ours.name}{ASIDE}")
    target.rename(aside)
    try:
        place(ours, target, at_once=at_once)
    except FileExistsError:
        pass
    except OSError:
        with suppress(FileExistsError):
            place(aside, target, at_once=at_once)
        raise
    aside.rename(ours)


def place(ours: Path, target: Path, *, at_once: bool = True) -> None:
    """Give our file the name of the target. Raises FileExistsError where there is one by then."""
    if at_once and _rename(ours, target, _NOREPLACE):
        return
    try:
        target.hardlink_to(ours)
    except OSError as error:
        if error.errno not in {*_UNSUPPORTED, errno.EMLINK}:
            raise
        _copy(ours, target)
    ours.unlink()


def _rename(ours: Path, target: Path, flag: int) -> bool:
    """Rename in one step; return whether the file system can. Raises OSError."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:  # a system without it
        return False
    if not rename(_HERE, os.fsencode(ours), _HERE, os.fsencode(target), flag):
        return True
    if (number := ctypes.get_errno()) in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(ours), None, str(target))


def _copy(ours: Path, target: Path) -> None:
    """Write the same bytes under the name of the target: the last way, where there are no hard links either."""
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        try:
            file.write(ours.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                if os.path.samestat(target.stat(), os.fstat(file.fileno())):
                    target.unlink()
            raise


def has_writer(path: Path) -> bool | None:
    """Return whether a program has the file open to write into it; None where the system does not say.

    A lease for reading is given only where no program writes (Linux; our own files, or any for root), and is given back
    at once. A program that opens the file just then waits for that moment.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return None
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        # The signal to the holder of a lease that another process wants would end this process; this one is ignored.
        fcntl.fcntl(handle, _F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return True if error.errno == errno.EAGAIN else None
    else:
        return False
    finally:
        os.close(handle)


def wait_for_writers(path: Path, *, seconds: float) -> bool | None:
    """Wait until no program writes into the file any more; return as `has_writer` does what is so then.

    A program that has the file open without writing into it (some do, as long as a person looks at it) is not waited
    for.
    """
    end = time.monotonic() + seconds
    while (writes := has_writer(path)) and time.monotonic() < end:
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > IDLE_SECONDS:
                break
        time.sleep(LOOK_EVERY_SECONDS)
    return writes


def is_open_somewhere(path: Path) -> bool:
    """Return whether a spreadsheet program has left its sign that the file is open: a hint, and no more."""
    return any(path.with_name(sign).exists() for sign in (f"~${path.name}", f".~lock.{path.name}#"))
