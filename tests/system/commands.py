"""Runs the command line as a person does: its exit code, what it printed."""

from __future__ import annotations

import io
import locale
import logging
import signal
import subprocess
import sys
import threading
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.environment import Environment
from jobs.cli.app import main

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parents[2]
SAMPLE = PROJECT / "config" / "sample"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGUSR1)
VARIABLES = [field.name.upper() for field in fields(Environment)]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


def run(*words: object, environment: dict[str, str] | None = None) -> Ran:
    """Run the command line in this process, with nothing of this machine's environment; nothing of it stays behind.

    Much quicker than `run_process`: Python is not started, and no library loaded, each time.
    """
    out, err = io.StringIO(), io.StringIO()
    with _as_it_was(), pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(PROJECT)
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["jobs", *map(str, words)])
        code = _exit_code()
    return Ran(code, out.getvalue(), err.getvalue())


def run_process(*words: object, environment: dict[str, str] | None = None) -> Ran:
    """Run `python -m jobs …` as a process of its own, where that is the point."""
    done = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-W", "error::DeprecationWarning:jobs", "-m", "jobs", *map(str, words)],
        cwd=PROJECT, capture_output=True, text=True, check=False, timeout=120,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | (environment or {}),
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Leave logging, the handlers of signals, warnings and the locale as they were found."""
    loggers = [logging.getLogger(name) for name in (None, *logging.root.manager.loggerDict)]
    levels, handlers = [logger.level for logger in loggers], logging.root.handlers[:]
    signals = {number: signal.getsignal(number) for number in SIGNALS}
    spoken = locale.setlocale(locale.LC_ALL)
    try:
        with warnings.catch_warnings():
            yield
    finally:
        logging.root.handlers[:] = handlers
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        if threading.current_thread() is threading.main_thread():
            for number, handler in signals.items():
                signal.signal(number, handler)
        locale.setlocale(locale.LC_ALL, spoken)


def _exit_code() -> int:
    try:
        main()
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return 0
