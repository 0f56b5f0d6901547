"""Reads what comes from outside: a file of bounded size, JSON of a given shape."""

from __future__ import annotations

import io
import lzma
import re
import zlib
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


MAX_ZIP_BYTES = 64 * 2**20
MAX_ZIP_ENTRIES = 100


def read_zipped_csv(path: Path) -> bytes:
    """Return the bytes of the one CSV in a .zip, as Google Forms downloads it. Raises SourceError."""
    import zipfile  # noqa: PLC0415  # few folders hold one

    packed = read_file(path, max_bytes=MAX_ZIP_BYTES)
    advice = "unpack it, and put the .csv that is in it there instead."
    try:
        if packed.count(b"PK\x01\x02") > MAX_ZIP_ENTRIES:  # before a list of them is made
            raise SourceError(f"{path} holds more than {MAX_ZIP_ENTRIES} files; {advice}")
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            files = [each for each in archive.infolist() if _is_csv(each.filename)]
            if len(files) != 1:
                raise SourceError(f"{path} holds {len(files) or 'no'} .csv files where one is read; {advice}")
            if files[0].flag_bits & 1:
                raise SourceError(f"{path} needs a password; {advice}")
            with archive.open(files[0]) as file:
                content = file.read(MAX_FILE_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, lzma.LZMAError):
        raise SourceError(f"{path} is a damaged .zip, or none; download it again, or {advice}") from None
    if len(content) > MAX_FILE_BYTES:
        raise SourceError(f"{path} unpacks to more than {MAX_FILE_BYTES // 2**20} MiB, the most that is read; {advice}")
    return content.removeprefix(b"\xef\xbb\xbf")


def _is_csv(name: str) -> bool:
    """Return whether a file of an archive is a CSV; those of macOS beside it, and hidden ones, are none."""
    folder, _, file = name.rpartition("/")
    return file.lower().endswith(".csv") and not file.startswith(".") and not folder.startswith("__MACOSX")


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
