"""Reading a file that a project officer put into the folder: whole, and not larger than memory can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path


LARGEST_BYTES = 512 * 2**20


def read_whole(path: Path, *, largest_bytes: int = LARGEST_BYTES) -> bytes:
    """Return the file's bytes without a byte order mark. Raises SourceError if it is missing or too large."""
    try:
        # Asked first, because opening a pipe would wait for ever.
        if not path.is_file():
            raise SourceError(f"{path} is not there, or is not a file; put it there, then run again.")
        with path.open("rb") as file:
            content = file.read(largest_bytes + 1)
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read ({error.strerror or error}); give the right to read it, then run again."
        ) from None
    if len(content) > largest_bytes:
        raise SourceError(
            f"{path} is larger than {largest_bytes // 2**20} MiB, the most that is read; check or split it."
        )
    return content.removeprefix(b"\xef\xbb\xbf")
