"""Runs the command line as a person does: another process, its exit code, what it printed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parent.parent.parent
SAMPLE = PROJECT / "config" / "sample"


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
