"""Skips a test whose program this machine does not have, with one line, but never in CI."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def skip_outside_ci(why: Exception) -> NoReturn:
    """Skip the test for what the error says; in CI, where nothing may be missing, raise the error."""
    if os.environ.get("CI"):  # whatever it says, as the Makefile reads it  # noqa: TID251  # the tests' own business
        raise why
    pytest.skip(f"{why}")
