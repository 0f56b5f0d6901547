"""Somebody saves data.xlsx while it is replaced, in whatever way their program does: nothing that they typed is lost.

`make chaos` saves 200 times in each way of exchanging files (--saves, --publish-kills).
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.system.commands import PROJECT
from tests.system.saving.person import STYLES, correct, correct_with_it_held_open
from tests.system.saving.publishing import ROWS, STOP_FILE, publish_once, service_of

if TYPE_CHECKING:
    from pathlib import Path

    from integration.wiring import Service


def begin(home: Path, way: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "tests.system.saving.publishing", str(home), way]
    return subprocess.Popen(words, cwd=PROJECT, stderr=subprocess.PIPE)  # noqa: S603  # our own


def stored(service: Service) -> set[tuple[str, str]]:
    """Return the key and the value of every correction that was ever stored."""
    with service.store.database.reading() as connection:
        return {(key, value) for key, value in connection.execute(text("SELECT key, value FROM corrections"))}


@pytest.mark.parametrize("way", ["at_once", "in_steps"])
def test_nothing_typed_is_lost_while_it_is_replaced_all_the_time(
    tmp_path: Path, pytestconfig: pytest.Config, way: str
) -> None:
    saves, kills = int(pytestconfig.getoption("--saves")), int(pytestconfig.getoption("--publish-kills"))
    chance, home = random.Random(13), tmp_path
    service = service_of(home)
    assert publish_once(service, -1)
    killed_after = set(chance.sample(range(saves), kills))
    publishing, wanted = begin(home, way), set()
    begun_at = (home / "data.xlsx").stat().st_ino
    while publishing.poll() is None and (home / "data.xlsx").stat().st_ino == begun_at:
        time.sleep(0.01)
    styles = [*STYLES, "held open"]
    for number in range(saves):
        key, value, style = f"r{number % ROWS:03}", f"not {number}", styles[number % len(styles)]
        pause = chance.uniform(0, 0.03)
        if style == "held open":
            correct_with_it_held_open(home / "data.xlsx", key, value, pause=pause)
        else:
            correct(home / "data.xlsx", key, value, style=style, pause=pause)
        wanted.add((key, value))
        time.sleep(chance.uniform(0, 0.3))
        if number in killed_after:
            publishing.kill()
            publishing.communicate()
            publishing = begin(home, way)
    (home / STOP_FILE).touch()
    assert publishing.communicate(timeout=120)[1] == b""
    assert publishing.returncode == 0
    assert publish_once(service, -2)
    lost = wanted - stored(service)
    assert lost == set(), f"{len(lost)} of {saves} lost"
    assert publish_once(service, -3)
    assert not list(home.glob(".data.xlsx.*"))
    assert not list(home.glob("data-unread-*"))
    service.close()
