"""`python -m tests.system.webhooks.unsynced` serves as `python -m webhooks` does, but never waits for the disk.

The control of the test that says that the other one does.
"""

from __future__ import annotations

from integration.adapters.store import sqlite
from webhooks.__main__ import main

FULL, OFF = "synchronous=FULL", "synchronous=OFF"

if __name__ == "__main__":
    assert FULL in sqlite._PRAGMAS  # noqa: SLF001  # nobody but this control may change it
    sqlite._PRAGMAS = tuple(OFF if each == FULL else each for each in sqlite._PRAGMAS)  # type: ignore[assignment]  # noqa: SLF001
    main()
