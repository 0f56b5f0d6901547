"""Workbooks in the home folder: tabs for the project team, a summary for the leaders of each authority.

What a person typed into data.xlsx is never replaced unread, in whatever way and at whatever moment their program saves:

1. Corrections are read, and stored by the caller, before anything is replaced.
2. The new workbook is written beside the old one, and both change places in one step (`exchange.py`).
3. What was taken out is looked at. Is it byte for byte what was read, it goes. Else a person saved it meanwhile: it is
   put back, and the caller begins anew at 1.
4. What was taken out, and a program still has open to write into, is kept under a hidden name and looked at again each
   time that corrections are read, until it is closed. So is what a killed run left: its name says what it held when it
   was read, and what we wrote.
"""

from __future__ import annotations

import hashlib
import re
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from integration.adapters.sources.folder import read_workbook
from integration.adapters.sources.workbook_protocol import OWN_WORKBOOK_LIMITS
from integration.adapters.workbooks.cells import ATTENTION_TAB, CORRECTION_COLUMNS, parse_corrections
from integration.errors import BeingSavedError, SourceError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from integration.adapters.home import HomeFiles
    from integration.model import SheetCell, Summary, Tab

DATA = "data.xlsx"

SAVING_SECONDS = 5.0
"""How long a program is waited for that saves the workbook just now."""

NO_FILE = "0" * 64
"""In the place of a digest, where there is no file."""

_TAKEN = re.compile(r"\.data\.xlsx\.([0-9a-f]{32})-([0-9a-f]{32})\.taken(\.aside)?")
"""The name of what was taken out: the digests of what we wrote, and of what was read before it was taken out."""

Corrections = list[tuple[str, str, str, str]]


class LocalPublisher:
    """Writes workbooks under the home folder, each at one stroke and only where it differs.

    Without `at_once` files change places as on a file system that cannot do it in one step.
    """

    def __init__(
        self, *, files: HomeFiles, home: Path, saving_seconds: float = SAVING_SECONDS, at_once: bool = True
    ) -> None:
        self._files = files
        self._home = home
        self._saving_seconds = saving_seconds
        self._at_once = at_once
        self._digest_read: str | None = None
        self._fingerprint_written: str | None = None
        self._read_taken: list[tuple[Path, str]] = []

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
        """Return the fingerprint of data.xlsx as we wrote it; a person may have saved it since."""
        return self.fingerprint() if self._fingerprint_written is None else self._fingerprint_written

    @property
    def has_unread(self) -> bool:
        """Whether something that was taken out is to be looked at."""
        return any(self._is_to_be_read(path) for path in self._taken())

    def read_corrections(self) -> Corrections:
        """Return (source, key, field, value) of each `correction` typed into data.xlsx; none where there is no file.

        Rows and columns may have been sorted, filtered or moved. First come those in what was taken out before. Raises
        SourceError when a file cannot be read, BeingSavedError when a person saves it just now.
        """
        self._read_taken = []
        corrections: Corrections = []
        for path in self._taken():
            corrections += self._read_what_was_taken(path)
        return corrections + self._read_data()

    def confirm_corrections(self) -> None:
        """Remove what was taken out, now that it is read; what a program still has open is kept under what it held."""
        for path, digest in self._read_taken:
            if self._is_done(path, digest):
                path.unlink(missing_ok=True)
            elif path.exists():
                path.rename(self._home / _name_taken(digest, digest))
        self._read_taken = []

    def write_tabs(self, tabs: Sequence[Tab], *, read: str = "") -> bool:
        """Replace data.xlsx; return whether it differed.

        Raises BeingSavedError when it is not as it was read: by this publisher, or when its fingerprint was `read`;
        StoreError where it is a link, or cannot be read or written.
        """
        from integration.adapters.workbooks.data_workbook import write_workbook  # noqa: PLC0415  # slow to import

        self._refuse_link(DATA)
        before = self._digest_if_read(read)
        content = write_workbook(tabs)
        if self._read(DATA) == content:
            return False
        self._exchange(content, before)
        self._digest_read = _digest(content)
        return True

    def write_summary(self, summary: Summary) -> bool:
        """Replace the summary of one authority; return whether it differed."""
        from integration.adapters.workbooks.summary_workbook import write_summary  # noqa: PLC0415  # slow to import

        name = self.summary_name(summary.authority)
        content = write_summary(summary)
        if self._read(name) == content:
            return False
        self._refuse_link(name)
        self._files.replace(name, content)
        return True

    def read_summary(self, authority: str) -> dict[str, tuple[tuple[SheetCell, ...], ...]]:
        """Return the rows of each sheet of an authority's summary, as it lies there. Raises SourceError."""
        tabs = read_workbook(self._home / self.summary_name(authority), None, limits=OWN_WORKBOOK_LIMITS)
        return {name: reading.rows for name, reading in tabs.items()}

    # --- reading ----------------------------------------------------------------------------------------------

    def _read_data(self) -> Corrections:
        """Return the corrections in data.xlsx, once it is the same before and after reading."""
        path, end = self._home / DATA, time.monotonic() + self._saving_seconds
        while True:
            content = self._read(DATA)
            if content is None:
                self._digest_read = NO_FILE
                return []
            try:
                corrections = _read_attention(path)
                if self._read(DATA) == content:
                    self._digest_read = _digest(content)
                    return corrections
                error = None
            except (SourceError, KeyError, ValueError) as unreadable:
                error = unreadable
            if error and not self._is_being_saved(content):
                raise SourceError(
                    f"{path} cannot be read for corrections: it is broken, or its tab {ATTENTION_TAB} with "
                    f"the columns {', '.join(CORRECTION_COLUMNS)} is gone. Close and repair it, or move it away; "
                    "nothing was replaced."
                ) from error
            if time.monotonic() > end:
                raise BeingSavedError(f"{path} is being saved by somebody, and was left as it is; run it again.")

    def _is_being_saved(self, content: bytes) -> bool:
        """Wait for a person who saves data.xlsx just now; return whether it was saved since it had the content, or is.

        Where the file system does not say who writes, a file that was changed just now is one that is being saved.
        """
        from integration.adapters.workbooks.exchange import IDLE_SECONDS, wait_for_writers  # noqa: PLC0415

        writes = wait_for_writers(self._home / DATA, seconds=self._saving_seconds)
        if writes is None and self._read(DATA) == content:
            time.sleep(min(1.0, self._saving_seconds))
        with suppress(OSError):
            is_recent = time.time() - (self._home / DATA).stat().st_mtime < IDLE_SECONDS
            return self._read(DATA) != content or (bool(writes) and is_recent)
        return True

    def _taken(self) -> list[Path]:
        """Return what was taken out and not yet removed, the oldest first; leave nothing renamed away."""
        taken = [path for path in self._home.glob(f".{DATA}.*.taken*") if _TAKEN.fullmatch(path.name)]
        return sorted(taken, key=lambda path: path.stat().st_mtime_ns)

    def _is_to_be_read(self, path: Path) -> bool:
        digest = self._digest(path)
        return not _knows(path, digest) or self._is_done(path, digest)

    def _is_done(self, path: Path, digest: str) -> bool:
        """Whether no program can write any more into what was taken out, and it holds what the digest says."""
        from integration.adapters.workbooks.exchange import has_writer  # noqa: PLC0415  # only where something was taken

        return not has_writer(path) and self._digest(path) == digest

    def _read_what_was_taken(self, path: Path) -> Corrections:
        """Return the corrections in a file that was taken out, unless it holds what we wrote, or what was read before.

        Raises SourceError where it cannot be read; it has a visible name then.
        """
        digest = self._digest(path)
        if path.name.endswith(".aside"):
            from integration.adapters.workbooks.exchange import place  # noqa: PLC0415  # only after a kill

            with suppress(FileExistsError):  # a run was killed when it had renamed data.xlsx away
                place(path, self._home / DATA, at_once=self._at_once)
                return []
        self._read_taken.append((path, digest))
        if _knows(path, digest):
            return []
        try:
            return _read_attention(path)
        except (SourceError, KeyError, ValueError) as error:
            if not self._is_done(path, digest):  # half of it is written: it is looked at again the next time
                self._read_taken.pop()
                return []
            visible = self._home / f"data-unread-{digest[:8]}.xlsx"
            path.rename(visible)
            raise SourceError(
                f"{visible} was saved over {DATA} while that was replaced, and cannot be read for corrections; look "
                f"whether it holds any, type them into {DATA} again, and move it away."
            ) from error

    # --- writing ----------------------------------------------------------------------------------------------

    def _digest_if_read(self, fingerprint: str) -> str:
        """Return the digest of data.xlsx as it is; raises BeingSavedError where its corrections may not be stored."""
        before = self.fingerprint()
        digest = self._digest(self._home / DATA)
        if digest in (self._digest_read, NO_FILE) or before == fingerprint == self.fingerprint():
            return digest
        raise self._saved_meanwhile()

    def _saved_meanwhile(self) -> BeingSavedError:
        from integration.adapters.workbooks.exchange import is_open_somewhere  # noqa: PLC0415  # only where it must be

        place = self._home / DATA
        what = "close it in the program in which it is open, then run it again" if is_open_somewhere(place) else ""
        return BeingSavedError(
            f"{place} was saved by somebody while this ran, and nothing of it was replaced; "
            f"{what or 'run it again'}, and what was typed counts."
        )

    def _exchange(self, content: bytes, before: str) -> None:
        """Put the content in the place of data.xlsx, of which the digest was `before`; raises BeingSavedError."""
        from integration.adapters.workbooks import exchange  # noqa: PLC0415  # only where something is written

        target, written = self._home / DATA, _digest(content)
        exchange.wait_for_writers(target, seconds=self._saving_seconds)
        ours = self._files.replace(_name_taken(written, before), content, known_as=DATA)
        self._fingerprint_written = self._files.fingerprint_as(DATA, ours)
        try:
            if before == NO_FILE:
                exchange.place(ours, target, at_once=self._at_once)
                return
            exchange.exchange(ours, target, at_once=self._at_once)
        except (FileExistsError, FileNotFoundError):  # a person has saved it just now, or moved it away
            ours.unlink(missing_ok=True)
            raise self._saved_meanwhile() from None
        except OSError as error:
            raise StoreError(
                f"{target} cannot be written ({error.strerror or error}); make room or give the right to write there, "
                "then run again."
            ) from None
        writes = exchange.wait_for_writers(ours, seconds=self._saving_seconds)
        if self._digest(ours) == before:
            if writes is False:
                ours.unlink()
            return  # what a program may still write into is looked at when corrections are read
        with suppress(FileNotFoundError):  # a person moved ours away: what was taken out is read where it is
            exchange.exchange(ours, target, at_once=self._at_once)
            if exchange.wait_for_writers(ours, seconds=self._saving_seconds) is False and self._digest(ours) == written:
                ours.unlink()
            elif self._digest(ours) != written:
                # A person saved in between: theirs is the newer one. What was put back is read where it is now.
                exchange.exchange(ours, target, at_once=self._at_once)
        raise self._saved_meanwhile()

    def _read(self, name: str) -> bytes | None:
        """Return the content of the workbook; None where there is none. Raises StoreError where it cannot be read."""
        path = self._home / name
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            found = "is a folder" if path.is_dir() else f"cannot be read ({error.strerror or error})"
            raise StoreError(f"{path} {found}; move it away, then run again; nothing was replaced.") from None

    def _refuse_link(self, name: str) -> None:
        """Refuse to put a file in the place of a link: what is typed where it leads would not be read any more."""
        path = self._home / name
        if path.is_symlink():
            raise StoreError(
                f"{path} is a link to {path.readlink()}, which a file in its place would cut off; move the link away, "
                "or keep the whole home folder where it leads, then run again; nothing was replaced."
            )

    def _digest(self, path: Path) -> str:
        return _digest(self._read(path.name))


def _read_attention(path: Path) -> Corrections:
    tabs = read_workbook(path, [ATTENTION_TAB], limits=OWN_WORKBOOK_LIMITS)
    return parse_corrections(tabs[ATTENTION_TAB])


def _name_taken(written: str, before: str) -> str:
    return f".{DATA}.{written[:32]}-{before[:32]}.taken"


def _knows(path: Path, digest: str) -> bool:
    """Whether what was taken out holds what we wrote, or what was read before."""
    found = _TAKEN.fullmatch(path.name)
    return found is not None and digest[:32] in found.groups()


def _digest(content: bytes | None) -> str:
    return NO_FILE if content is None else hashlib.sha256(content).hexdigest()
