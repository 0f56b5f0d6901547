"""Workbooks in the home folder: tabs for the project team, a summary for the leaders of each authority.

What a person typed into data.xlsx is never replaced unread: corrections are read first, and where the file was saved
after that, nothing is written until the next run.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from integration.adapters.sources.folder import read_workbook
from integration.adapters.sources.workbook_protocol import OWN_WORKBOOK_LIMITS
from integration.adapters.workbooks.cells import ATTENTION_TAB, CORRECTION_COLUMNS, parse_corrections
from integration.errors import BusyError, SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from integration.adapters.home import HomeFiles
    from integration.model import Summary, Tab

DATA = "data.xlsx"


class LocalPublisher:
    """Writes workbooks under the home folder, each at one stroke and only where it differs."""

    def __init__(self, *, files: HomeFiles, home: Path) -> None:
        self._files = files
        self._home = home
        self._digest_read: str | None = None

    @property
    def data_name(self) -> str:
        """The name of the project team's workbook."""
        return DATA

    def summary_name(self, authority: str) -> str:
        """Return the name of the workbook of an authority's leaders."""
        return f"summary-{authority}.xlsx"

    def fingerprint(self, authority: str | None = None) -> str:
        """Return a short text that changes whenever the workbook was written, by this service or by a person."""
        return self._files.fingerprint([self.data_name if authority is None else self.summary_name(authority)])

    def fingerprint_after_writing(self) -> str:
        """Return the fingerprint of data.xlsx: no person can have typed into it since, for all of it was replaced."""
        return self.fingerprint()

    def read_corrections(self) -> list[tuple[str, str, str, str]]:
        """Return (source, key, field, value) of each `correction` typed into data.xlsx; none where there is no file.

        Rows and columns may have been sorted, filtered or moved. Raises SourceError when the file cannot be read.
        """
        self._digest_read = _digest(self._read(DATA))
        if not (self._home / DATA).exists():
            return []
        try:
            tabs = read_workbook(self._home / DATA, [ATTENTION_TAB], limits=OWN_WORKBOOK_LIMITS)
            return parse_corrections(tabs[ATTENTION_TAB])
        except (SourceError, KeyError, ValueError) as error:
            raise SourceError(
                f"{self._home / DATA} cannot be read for corrections: it is broken, or its tab {ATTENTION_TAB} with "
                f"the columns {', '.join(CORRECTION_COLUMNS)} is gone. Close and repair it, or move it away; "
                "nothing was replaced."
            ) from error

    def write_tabs(self, tabs: Sequence[Tab]) -> bool:
        """Replace data.xlsx; return whether it differed. Raises BusyError when it was saved since it was read."""
        from integration.adapters.workbooks.data_workbook import write_workbook  # noqa: PLC0415  # slow to import

        current = self._read(DATA)
        if self._digest_read is not None and _digest(current) != self._digest_read:
            raise BusyError(
                f"{self._home / DATA} was saved by somebody while this ran, and nothing of it was replaced; "
                "run it again, and what was typed counts."
            )
        content = write_workbook(tabs)
        if current == content:
            return False
        self._files.replace(DATA, content)
        self._digest_read = _digest(content)
        return True

    def write_summary(self, summary: Summary) -> bool:
        """Replace the summary of one authority; return whether it differed."""
        from integration.adapters.workbooks.summary_workbook import write_summary  # noqa: PLC0415  # slow to import

        name = self.summary_name(summary.authority)
        content = write_summary(summary)
        if self._read(name) == content:
            return False
        self._files.replace(name, content)
        return True

    def _read(self, name: str) -> bytes | None:
        """Return the content of the workbook; None where there is none."""
        with suppress(OSError):
            return (self._home / name).read_bytes()
        return None


def _digest(content: bytes | None) -> str:
    return hashlib.sha256(content or b"").hexdigest()
