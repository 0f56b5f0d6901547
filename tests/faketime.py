"""A wrong clock for a real process: libfaketime, from Debian's package of that name."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from filelock import FileLock

PACKAGE = "libfaketime"
PATIENCE = "DPkg::Lock::Timeout=300"
PLACES = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib/faketime/libfaketime.so.1")


class NotThere(Exception):  # noqa: N818  # what it says to whom it skips
    """There is no libfaketime here; its text says so in one line."""


def wrong_clock(offset_file: Path) -> dict[str, str]:
    """Return the environment of a process whose clock is wrong by what stands in the file, such as +10800 (seconds).

    The file is read again every second. Where we are root and Debian has libfaketime, it
    is installed. Raises NotThere.
    """
    return {
        "LD_PRELOAD": str(_library()),
        "FAKETIME_TIMESTAMP_FILE": str(offset_file),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def _library() -> Path:
    if found := _find():
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise NotThere("no libfaketime here: install Debian's libfaketime (as root, the tests do it themselves)")
    with FileLock(Path(tempfile.gettempdir()) / "crescendo-faketime.lock"):  # the first of several processes does it
        if not _find():
            _install()
    if found := _find():
        return found
    raise NotThere("no libfaketime here, and Debian's libfaketime could not be installed")


def _find() -> Path | None:
    return next((path for place in PLACES for path in sorted(Path("/").glob(place[1:]))), None)


def _install() -> None:
    for words in (["update"], ["install", "--yes", "--no-install-recommends", PACKAGE]):
        subprocess.run(  # noqa: S603  # our own command
            ["apt-get", "-qq", "-o", PATIENCE, *words],  # noqa: S607  # it is where Debian puts it
            check=False, capture_output=True, stdin=subprocess.DEVNULL,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"},
        )  # fmt: skip
