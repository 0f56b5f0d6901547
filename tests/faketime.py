"""A wrong clock for a real process: libfaketime, from Debian's package of that name."""

from __future__ import annotations

from pathlib import Path

from tests.debian import find_or_install

PLACES = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib/faketime/libfaketime.so.1")


def wrong_clock(offset_file: Path) -> dict[str, str]:
    """Return the environment of a process whose clock is wrong by what stands in the file, such as +10800 (seconds).

    The file is read again every second. Raises NotThereError where there is no libfaketime.
    """
    return {
        "LD_PRELOAD": find_or_install("libfaketime", _find_library),
        "FAKETIME_TIMESTAMP_FILE": str(offset_file),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def _find_library() -> str | None:
    return next((str(path) for place in PLACES for path in sorted(Path("/").glob(place[1:]))), None)
