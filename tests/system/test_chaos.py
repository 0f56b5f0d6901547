"""Power off in between, and two at once: nothing is lost, nothing is sent twice, nothing is half written.

`make chaos` does more rounds of the same (--chaos-rounds).
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl

from tests.system.commands import PROJECT, SAMPLE, run
from tests.truth.compare import compare

TRUTH = Path(__file__).parents[2] / "tests" / "truth" / "sample.json"
LONGEST_SECONDS = 5.0


def start(home: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "jobs", "demo", "--home", str(home)]
    return subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603  # our own


def everything_is_right(home: Path) -> None:
    assert compare(SAMPLE, json.loads(TRUTH.read_text(encoding="utf-8")), home)[1] == []
    assert len(list(home.glob("outbox/*.eml"))) == 4
    assert not list(home.rglob("*.writing"))


def test_a_demo_that_is_killed_at_any_moment_ends_right_the_next_time(tmp_path: Path, chaos_rounds: int) -> None:
    chance = random.Random(7)
    home = tmp_path / "home"
    for _ in range(chaos_rounds):
        demo = start(home)
        time.sleep(chance.uniform(0.2, LONGEST_SECONDS))
        demo.send_signal(signal.SIGKILL)
        demo.communicate()
        for workbook in home.glob("*.xlsx"):
            openpyxl.load_workbook(workbook, read_only=True).close()
        for record in home.glob("packs/*/*/pack.json"):
            json.loads(record.read_text(encoding="utf-8"))
    ran = run("demo", "--home", home)
    assert ran.code == 0, ran.err
    everything_is_right(home)


def test_two_at_once_take_turns(tmp_path: Path) -> None:
    home = tmp_path / "home"
    both = [start(home), start(home)]
    errors = [demo.communicate()[1].decode() for demo in both]
    ended = sorted(demo.returncode for demo in both)
    if ended == [0, 75]:  # on a busy machine one waits for longer than half a minute, and says so
        assert any("in use by another job" in each for each in errors), errors
        assert run("demo", "--home", home).code == 0
    else:
        assert ended == [0, 0], errors
    everything_is_right(home)


def test_a_file_in_the_way_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a text", encoding="utf-8")
    ran = run("demo", "--home", tmp_path / "home")
    assert ran.code == 2
    assert "is a file" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_store_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "crescendo.db").write_text("not a database, and longer than a header would be " * 30, encoding="utf-8")
    ran = run("demo", "--home", tmp_path)
    assert ran.code == 1
    assert "crescendo.db" in ran.err
    assert "failed inside" not in ran.err
