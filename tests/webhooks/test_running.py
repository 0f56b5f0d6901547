"""The web side as people run it: a process that listens, keeps what it says it kept, and stops when told to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.webhooks.desk import envelope, response
from tests.webhooks.running import Running

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path) -> None:
    with Running(tmp_path / "home") as web:
        assert web.post(envelope(response("r-1"))) == (202, b'{"status":"stored"}\n')
        web.kill()
        web.start()
        assert web.post(envelope(response("r-1"))) == (202, b'{"status":"duplicate"}\n')


def test_it_stops_when_told_to(tmp_path: Path) -> None:
    with Running(tmp_path / "home") as web:
        process = web.process
        web.stop()
        assert process is not None
        assert process.returncode == 0
