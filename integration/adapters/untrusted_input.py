"""Reads what comes from outside: a file of bounded size, JSON of a given shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import msgspec

from integration.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

MAX_FILE_BYTES = 512 * 2**20
Shape = TypeVar("Shape")


def read_file(path: Path, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """Return the file's bytes without a byte order mark. Raises SourceError if it is missing or too large."""
    try:
        # Asked first, because opening a pipe would wait for ever.
        if not path.is_file():
            raise SourceError(f"{path} is not there, or is not a file; put it there, then run again.")
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read ({error.strerror or error}); give the right to read it, then run again."
        ) from None
    if len(content) > max_bytes:
        raise SourceError(f"{path} is larger than {max_bytes // 2**20} MiB, the most that is read; check or split it.")
    return content.removeprefix(b"\xef\xbb\xbf")


def decode_json(content: bytes, shape: type[Shape], *, where: str, what: str) -> Shape:
    """Return the content as the shape. Raises SourceError, whose sentence has `where` it came from and `what` it is."""
    try:
        return msgspec.json.decode(content, type=shape)
    except msgspec.ValidationError as error:
        raise SourceError(f"{where} is not {what} ({error}); fetch it again.") from None
    except msgspec.DecodeError as error:
        raise SourceError(f"{where} {_describe_fault(content, str(error))}; fetch it again.") from None
    except UnicodeDecodeError as error:
        place = _line_and_column(content, error.start)
        raise SourceError(f"{where} is not UTF-8 text ({place}); save it as UTF-8.") from None
    except RecursionError:
        raise SourceError(f"{where} is nested too deeply to be {what}; fetch it again.") from None


def _describe_fault(content: bytes, message: str) -> str:
    """Return what is wrong with the JSON, and where."""
    if not content.strip():
        return "is empty"
    if message == "Input data was truncated":
        return f"is not whole: it breaks off in {_line_and_column(content, len(content))}"
    at = re.search(r" \(byte (\d+)\)$", message)
    if at is None:
        return f"is not valid JSON ({message})"
    return f"is not valid JSON ({message[: at.start()]}, {_line_and_column(content, int(at[1]))})"


def _line_and_column(content: bytes, offset: int) -> str:
    line = content.count(b"\n", 0, offset) + 1
    column = offset - content.rfind(b"\n", 0, offset)
    return f"line {line}, column {column}"
