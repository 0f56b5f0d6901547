from __future__ import annotations

import errno

import pytest

from integration.errors import name_exhaustion


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (MemoryError(), "not memory enough"),
        (OSError(errno.EMFILE, "Too many open files"), "So many files are open"),
        (OSError(errno.ENFILE, "Too many open files in system"), "So many files are open"),
    ],
)
def test_what_the_machine_ran_out_of_is_named_with_what_to_do(error: Exception, says: str) -> None:
    assert says in name_exhaustion(error)
    assert "then run it again" in name_exhaustion(error)


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), ValueError()])
def test_other_errors_are_no_lack_of_anything(error: Exception) -> None:
    assert name_exhaustion(error) == ""
