"""Runs the command line as a person does: its exit code, what it printed; in another process, or in this one."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from config.environment import Environment
from jobs.cli.app import main

PROJECT = Path(__file__).parents[2]
SAMPLE = PROJECT / "config" / "sample"
VARIABLES = [field.name.upper() for field in fields(Environment)]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


def run(*words: object, environment: dict[str, str] | None = None) -> Ran:
    """Run `python -m jobs …` with nothing of this machine's environment."""
    done = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-W", "error::DeprecationWarning:jobs", "-m", "jobs", *map(str, words)],
        cwd=PROJECT, capture_output=True, text=True, check=False, timeout=120,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | (environment or {}),
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


def run_here(*words: object, environment: dict[str, str] | None = None) -> Ran:
    """Run the same in this process, which is much quicker: it does not start Python and load libraries each time."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(PROJECT)
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["jobs", *map(str, words)])
        code = _exit_code()
    return Ran(code, out.getvalue(), err.getvalue())


def _exit_code() -> int:
    try:
        main()
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return 0
