"""The web side and the jobs together, as `make serve` starts them."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil

from tests.system.commands import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE_SECONDS = 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def served(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    words = [sys.executable, "-m", "jobs", "serve", "--home", str(home), "--port", str(port)]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(words, cwd=PROJECT, stdout=log, stderr=log, env={"PATH": "/usr/bin:/bin"})  # noqa: S603  # our own
        try:
            yield process
        finally:
            for each in [*psutil.Process(process.pid).children(), process] if process.poll() is None else []:
                each.kill()
            process.wait()


def answer(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:  # ours
            return response.status, response.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()
    except OSError:
        return 0, ""


def wait_until(holds: Callable[[], bool], home: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, (home / "log").read_text()[-3000:]
        time.sleep(0.1)


def test_web_and_jobs_share_one_store_and_stop_together(tmp_path: Path) -> None:
    port = free_port()
    with served(tmp_path, port) as process:
        wait_until(lambda: answer(port, "/readyz")[0] == 200, tmp_path)
        assert answer(port, "/healthz") == (200, '{"status":"alive"}\n')
        assert answer(port, "/nothing")[0] == 404
        (web,) = psutil.Process(process.pid).children()
        web.kill()
        wait_until(lambda: answer(port, "/readyz")[0] == 200, tmp_path)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
    assert answer(port, "/healthz")[0] == 0
    log = (tmp_path / "log").read_text()
    assert "the web side ended and is started again" in log
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for words, code in ((["jobs", "serve"], 2), (["webhooks"], 1)):
            given = [sys.executable, "-m", *words, "--home", str(tmp_path), "--port", str(port)]
            ran = subprocess.run(given, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603  # our own
            assert ran.returncode == code
            assert f"127.0.0.1:{port}" in ran.stderr.splitlines()[-1]
