"""Workbooks from outside: a child process with limits reads them, so that a hostile one does no harm.

1. The parent starts `workbook_child.py` and sends it a `WorkbookRequest`: which file, which tabs, within which limits.
2. The child limits itself, checks the archive and where its cells stand, and sends the rows back as a `WorkbookReply`.
3. The parent turns that, or how the child ended, into a reading or one sentence.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

import msgspec

from integration.adapters.sources.workbook_protocol import WorkbookLimits, WorkbookReply, WorkbookRequest
from integration.errors import SourceError, UnsafeFileError
from integration.model import DateCell, SheetReading

if TYPE_CHECKING:
    from collections.abc import Sequence

PACKAGES = Path(__file__).resolve().parents[3]
"""The folder that holds our packages; the child is given it, because isolated Python (-I) looks in none."""

CHILD = (
    "import sys; sys.path.insert(0, sys.argv[1]); from integration.adapters.sources.workbook_child import main; main()"
)


def read_workbook(
    path: Path, tabs: Sequence[str] | None, *, limits: WorkbookLimits | None = None
) -> dict[str, SheetReading]:
    """Read the tabs (None: all) of an .xlsx; a tab that is not there is missing in the answer.

    Names of tabs are compared without case and white space. A real date is a DateCell, a date with a time its
    day; a number is a float; an error is its text, such as `#N/A`; a formula is its last result; blank rows
    before the heading are left out. Raises UnsafeFileError for a workbook that asks for more than the limits
    (by default those for a stranger's file), SourceError for one that is missing or broken.
    """
    limits = limits or WorkbookLimits()
    if not path.is_file():
        raise SourceError(f"{path} is not there, or is not a file; put the workbook there, then run again.")
    request = WorkbookRequest(str(path.resolve()), None if tabs is None else list(tabs), limits)
    exit_code, output = _ask_child(msgspec.json.encode(request), limits)
    if exit_code < 0:
        raise UnsafeFileError(
            f"{path} asks for more memory or time than reading a workbook may take"
            f" ({limits.memory_bytes // 2**20} MiB, {limits.cpu_seconds} seconds); check where it comes from."
        )
    try:
        reply = msgspec.json.decode(output, type=WorkbookReply)
    except msgspec.DecodeError:
        raise SourceError(f"{path} is broken and cannot be read; save or download it again.") from None
    if reply.refused:
        raise (UnsafeFileError if reply.hostile else SourceError)(f"{path} {reply.refused}.")
    return {
        name: SheetReading(
            tuple(tuple(DateCell(cell[0]) if isinstance(cell, list) else cell for cell in row) for row in rows)
        )
        for name, rows in reply.tabs.items()
    }


def _ask_child(request: bytes, limits: WorkbookLimits) -> tuple[int, bytes]:
    """Return how the child ended (negative: by which signal) and its output. No child is left behind."""
    with subprocess.Popen(  # noqa: S603  # our own interpreter and module; no shell, no variables, no folder
        [sys.executable, "-I", "-c", CHILD, str(PACKAGES)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
    ) as child:
        # The child ends itself in time; this is for one that cannot.
        timer = Timer(limits.wall_seconds + 1, child.kill)
        timer.start()
        try:
            if child.stdin is None or child.stdout is None:
                raise SourceError("the reader of workbooks cannot be spoken to; this is a fault in the service.")
            with suppress(BrokenPipeError):  # it may have died before it read
                child.stdin.write(request)
                child.stdin.close()
            output = child.stdout.read(limits.answer_bytes + 1)
            if len(output) > limits.answer_bytes:
                child.kill()
                return -signal.SIGKILL, b""
            return child.wait(), output
        finally:
            timer.cancel()
            child.kill()
