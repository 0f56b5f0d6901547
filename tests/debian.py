"""Programs that tests need and that come with Debian: found, or installed where we may."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = "DPkg::Lock::Timeout=300"


class NotThereError(Exception):
    """A package is not here and cannot be installed; its text says so in one line, for the test that is skipped."""


def find_or_install(package: str, find: Callable[[], str | None]) -> str:
    """Return what `find` finds, after Debian's package was installed if need be: where we are root, and it can be had.

    Raises NotThereError.
    """
    if found := find():
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise NotThereError(f"no {package} here: install Debian's {package} (as root, the tests do it themselves)")
    with FileLock(Path(tempfile.gettempdir()) / f"crescendo-{package}.lock"):  # the first of several processes does it
        if not find():
            _install(package)
    if found := find():
        return found
    raise NotThereError(f"no {package} here, and Debian's {package} could not be installed")


def _install(package: str) -> None:
    for words in (["update"], ["install", "--yes", "--no-install-recommends", package]):
        subprocess.run(  # noqa: S603  # our own command
            ["apt-get", "-qq", "-o", PATIENCE, *words],  # noqa: S607  # it is where Debian puts it
            check=False, capture_output=True, stdin=subprocess.DEVNULL, timeout=300,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"},
        )  # fmt: skip
