"""The fuzzer finds nothing: a little in `make test`, a million requests in `make chaos`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.system.commands import PROJECT

SEED = 5


def test_the_fuzzer_finds_no_fault(fuzz_runs: int) -> None:
    pytest.importorskip("atheris", reason="no atheris here: it has wheels for some versions of Python only")
    ran = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-m", "tests.system.webhooks.fuzz", f"-runs={fuzz_runs}", f"-seed={SEED}"],
        cwd=PROJECT, capture_output=True, text=True, check=False, timeout=3600, env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert f"Done {fuzz_runs} runs" in ran.stderr
