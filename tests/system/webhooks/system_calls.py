"""What the web side asked of the system, as strace wrote it down: which answers went out before the disk had them."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.debian import NotThereError, find_or_install

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

CALLS = "recvfrom,sendto,pwrite64,fsync,fdatasync"
LONGEST_TEXT = 8192
PATIENCE_SECONDS = 30
MARK = re.compile(r"marked-\d{3}\.")

_LINE = re.compile(r"(?P<pid>\d+) +[\d:.]+ (?P<rest>.*)")
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>(?P<rest>.*)")
_CALL = re.compile(r"(?P<name>\w+)\(\d+<(?P<what>[^>]*)>(?P<rest>.*)", re.DOTALL)
_WORKED = re.compile(r"\) += \d+$")


class CannotTrace(Exception):  # noqa: N818  # what it says to whom it skips
    """Nothing can be traced here; its text says why, in one line."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call that worked: on which file or socket, with what, and on which lines it began and had ended."""

    name: str
    what: str
    text: str
    began: int
    ended: int


def tracer(path: Path) -> Sequence[str]:
    """Return the command under which a program is traced into the file. Raises CannotTrace."""
    program = _strace()
    # Beside the program and not above it (-D), so that whoever stops it stops the program itself.
    words = [program, "-D", "-f", "--seccomp-bpf", "-tt", "-y", "-s", str(LONGEST_TEXT), "-e", f"trace={CALLS}"]
    tried = subprocess.run(  # noqa: S603  # our own command
        [*words, "-o", path, "true"], capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
    if tried.returncode:
        raise CannotTrace(f"strace may not trace here: {' '.join(tried.stderr.split())[-200:]}")
    _wait_for_end(path)
    path.unlink()
    return [*words, "-o", str(path)]


def calls(path: Path, pid: int) -> list[Call]:
    """Return the calls of a traced program that has ended, in order."""
    _wait_for_end(path, pid)
    return list(_calls(path.read_text(encoding="utf-8", errors="replace").splitlines()))


def unsynced(all_calls: Sequence[Call], store: Path) -> dict[str, bool]:
    """Say of each marked response that was acknowledged whether its answer began before a sync of it had ended.

    What counts is a sync of the file into which the marked page was written, begun after that had ended.
    """
    early = {}
    for came in all_calls:
        mark = MARK.search(came.text) if came.name == "recvfrom" else None
        if mark is None:
            continue
        answered = next(each for each in all_calls if each.began > came.ended and _acknowledges(each, came.what))
        between = [each for each in all_calls if came.ended < each.began and each.ended < answered.began]
        written = [
            each for each in between
            if each.name == "pwrite64" and each.what.startswith(str(store)) and mark[0] in each.text
        ]  # fmt: skip
        early[mark[0]] = not any(
            sync.name in {"fsync", "fdatasync"} and sync.what == page.what and sync.began > page.ended
            for page in written for sync in between
        )  # fmt: skip
    return early


def _acknowledges(call: Call, socket: str) -> bool:
    return call.name == "sendto" and call.what == socket and '"HTTP/1.1 202' in call.text


def _calls(lines: Sequence[str]) -> Iterator[Call]:
    """Give the calls as they ended; one that others came between stands on two lines."""
    begun: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines):
        parts = _LINE.fullmatch(line)
        if parts is None:
            continue
        pid, rest, began = parts["pid"], parts["rest"], number
        if rest.endswith("<unfinished ...>"):
            begun[pid] = (number, rest.removesuffix("<unfinished ...>").rstrip())
            continue
        if resumed := _RESUMED.fullmatch(rest):
            began, first = begun.pop(pid)
            rest = first + resumed["rest"]
        if (call := _CALL.fullmatch(rest)) and _WORKED.search(rest):
            yield Call(call["name"], call["what"], call["rest"], began, number)


def _wait_for_end(path: Path, pid: int | None = None) -> None:
    """Wait until the tracer, which lives a little longer, has written of the program's end."""
    end = re.compile(rf"^{pid or ''}.*\+\+\+ (exited|killed) ", re.MULTILINE)
    until = time.monotonic() + PATIENCE_SECONDS
    while not (path.exists() and end.search(path.read_text(encoding="utf-8", errors="replace"))):
        if time.monotonic() > until:
            raise CannotTrace("strace wrote nothing of the end of what it traced")
        time.sleep(0.05)


def _strace() -> str:
    """Return where strace lies; Debian's is installed where we may."""
    try:
        return find_or_install("strace", lambda: shutil.which("strace"))
    except NotThereError as why:
        raise CannotTrace(str(why)) from None
