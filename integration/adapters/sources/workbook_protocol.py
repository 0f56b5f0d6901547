"""The messages between the reader of workbooks and its child process, and the limits of the child.

It is a module of its own so that the child imports nothing more before it limits itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

SentCell = str | int | float | bool | list[str] | None
"""A cell on its way: a real date is `["date", "2022-03-01"]`, a formula that failed `["failed", "#N/A"]`."""


@dataclass(frozen=True, slots=True)
class WorkbookLimits:
    """The most that reading a workbook may take; the defaults are for a file that a stranger may have made.

    `ratio` is how many times larger than packed a part may be; a part below 64 KiB is let pass.
    """

    parts: int = 200
    unpacked_bytes: int = 50 * 10**6
    ratio: int = 100
    columns: int = 200
    rows: int = 20_000
    memory_bytes: int = 512 * 2**20
    cpu_seconds: int = 20
    wall_seconds: int = 30
    answer_bytes: int = 128 * 2**20


OWN_WORKBOOK_LIMITS = WorkbookLimits(
    unpacked_bytes=2 * 10**9,
    ratio=2_000,
    rows=1_048_576,
    memory_bytes=6 * 2**30,
    cpu_seconds=120,
    wall_seconds=180,
    answer_bytes=2**30,
)
"""For a workbook that the service wrote, which has as many rows as there are responses."""


class WorkbookRequest(msgspec.Struct):
    """Which file, which tabs (None: all), within which limits."""

    path: str
    tabs: list[str] | None
    limits: WorkbookLimits


class WorkbookReply(msgspec.Struct):
    """The rows of each tab and the date system; or why not, and whether the file asks for too much."""

    tabs: dict[str, list[list[SentCell]]] = {}
    counts_from_1904: bool = False
    refused: str = ""
    hostile: bool = False
