"""A store that was damaged on disk: the nightly backup finds it, and the owner is alerted."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from integration.adapters.clock import FixedClock
from integration.adapters.home import BACKUPS, STORE_FILE
from integration.model import Arrival, Condition, PlannedSlot, RawResponse, Slot
from integration.operations.monitoring.alerts import open_alerts, update_alerts
from integration.wiring import build_service
from jobs.scheduling.runs import run_slot
from tests.system.commands import SAMPLE, run

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from config.schema import Settings
    from integration.wiring import Service

NIGHT = datetime(2022, 3, 3, 2, 30, tzinfo=UTC)
HEARD = NIGHT - timedelta(hours=30)
ANSWERS = 2000


def service_of(settings: Settings, home: Path) -> Service:
    return build_service(settings=settings, home=home, data=None, key="", clock=FixedClock(NIGHT))


def damage(path: Path, part: str) -> None:
    """Overwrite the page with which a table or an index begins; what stands elsewhere can still be read."""
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (part,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)


@pytest.mark.parametrize("part", ["responses", "responses_in_order", "chunks"])
def test_a_damaged_store_is_found_by_the_nightly_backup_and_raises_an_alert(
    settings: Settings, tmp_path: Path, part: str
) -> None:
    moment = "2022-03-02T10:00:00.000000000Z"
    with closing(service_of(settings, tmp_path)) as service:
        answers = [RawResponse(f"r-{place}", moment, moment, "{}") for place in range(ANSWERS)]
        service.store.responses.receive([Arrival("pulse", answers[0])], received_at=HEARD)
        service.store.responses.land("pulse", answers, received_at=NIGHT - timedelta(hours=2))
        service.store.alerts.add([Condition("unheard/families", "Silent.", "Connect.")], now=HEARD)
    damage(tmp_path / STORE_FILE, part)
    slot = Slot(NIGHT, "backup")
    with closing(service_of(settings, tmp_path)) as service:
        service.store.ledger.plan([PlannedSlot(slot)], now=NIGHT)
        assert run_slot(service, slot, by="the night") is None  # nobody tries again what only a person can mend
        watched = update_alerts(service, now=NIGHT)
        new = watched.new
        assert "failed/backup" in new
        assert ("unreadable/the store" in new) == (part != "chunks")  # of chunks, only who reads every page knows
        assert ("unheard/families" in watched.over) == (part == "chunks")  # what cannot be known is not over
        says = next(alert["says"] for alert in open_alerts(service) if alert["key"] == "failed/backup")
    assert STORE_FILE in says
    assert "damaged" in says
    assert "restore FILE" in says
    assert not list((tmp_path / BACKUPS).glob("*.db"))


def overwrite_pages(path: Path, places: Iterable[float]) -> None:
    """Overwrite pages of the file with what no page holds; the places are parts of its length, never the first page."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    pages = path.stat().st_size // size
    with path.open("r+b") as file:
        for place in places:
            file.seek((1 + int(place * (pages - 1))) * size)
            file.write(b"\xa5" * size)


@pytest.fixture
def damage_rounds(pytestconfig: pytest.Config) -> int:
    """Return how many stores are damaged."""
    return int(pytestconfig.getoption("--damage-rounds"))


def test_no_job_succeeds_on_a_store_of_which_a_page_was_overwritten(
    home: Path, tmp_path: Path, damage_rounds: int
) -> None:
    random = Random(13)
    for number in range(damage_rounds):
        copy = shutil.copytree(home, tmp_path / f"home-{number}")
        published = (copy / "data.xlsx").read_bytes()
        overwrite_pages(copy / STORE_FILE, [random.random() for _ in range(random.choice([1, 1, 3]))])
        for job in ("publish", "sync") if number else ("publish", "sync", "reconcile", "retention"):
            ran = run("run", job, "--home", copy, "--data", SAMPLE)
            assert ran.code == 1, (number, job, ran.out)
            assert STORE_FILE in ran.err
            assert "restore" in ran.err
            assert "Traceback" not in ran.err
        assert (copy / "data.xlsx").read_bytes() == published, "what was published stays"
