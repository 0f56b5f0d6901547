"""Who runs the service: the operating system's user, and the machine's name."""

from __future__ import annotations

import os
import pwd
import socket


def who() -> str:
    """Return the user and the machine, such as `ana@server1`; the user's number where it has no name."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:  # as in some containers
        name = f"user {number}"
    return f"{name}@{socket.gethostname()}"
