"""Node.js for tests: the JavaScript that we give to others is run as they run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from filelock import FileLock

PACKAGE = "nodejs"
PATIENCE = "DPkg::Lock::Timeout=300"


class NotThere(Exception):  # noqa: N818  # what it says to whom it skips
    """There is no Node.js here; its text says so in one line."""


def node() -> str:
    """Return the path of `node`; where we are root and Debian has it, it is installed. Raises NotThere."""
    if found := shutil.which("node"):
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise NotThere("no Node.js here: install Debian's nodejs (as root, the tests do it themselves)")
    with FileLock(Path(tempfile.gettempdir()) / "crescendo-nodejs.lock"):  # the first of several processes does it
        if not shutil.which("node"):
            _install()
    if found := shutil.which("node"):
        return found
    raise NotThere("no Node.js here, and Debian's nodejs could not be installed")


def _install() -> None:
    for words in (["update"], ["install", "--yes", "--no-install-recommends", PACKAGE]):
        subprocess.run(  # noqa: S603  # our own command
            ["apt-get", "-qq", "-o", PATIENCE, *words],  # noqa: S607  # it is where Debian puts it
            check=False, capture_output=True, stdin=subprocess.DEVNULL,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"},
        )  # fmt: skip
