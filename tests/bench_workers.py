"""What a second worker brings: a sync of many authorities, each with a spreadsheet of its own, in a Google far away."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from config.load import load
from integration.adapters.clock import SystemClock
from integration.model import Planned, Slot, SlotState
from integration.wiring import build_service
from tests.google.stand_in import StandIn
from tests.postgresql import postgresql_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.ports import Store
    from tests.postgresql import Server

PROJECT = Path(__file__).parent.parent
CONFIG = PROJECT / "config" / "crescendo"
LATENCY_SECONDS = 0.15
SHEET = "small_changes"
HEADINGS = ("Ref", "Change", "Team", "Barrier", "Stage", "Designed on", "Implemented on", "Owner", "Hours saved a week", "Notes")  # fmt: skip  # noqa: E501
KEY = "a key of the benchmarks, long enough"


def worker_lines(authorities: int) -> list[str]:
    """Return the lines of the benchmark: one worker, then two, each on a database of its own."""
    with tempfile.TemporaryDirectory() as folder, StandIn(discovery=False) as google, postgresql_server() as server:
        config, account = Path(folder) / "config", Path(folder) / "account.json"
        _programme(config, google, authorities)
        google.account_file(account)
        google.answer_after(LATENCY_SECONDS)
        environment = {
            "PATH": "/usr/bin:/bin", "GOOGLE_API_BASE_URL": google.url, "GOOGLE_APPLICATION_CREDENTIALS": str(account),
            "GOOGLE_CALLS_PER_MINUTE": "100000", "PSEUDONYM_KEY": KEY,
        }  # fmt: skip
        taken = {number: _seconds(Path(folder), config, server, environment, number) for number in (1, 2)}
    one = taken[1]
    limit = 2 * LATENCY_SECONDS * authorities  # what a worker waits for at least: two calls a spreadsheet
    return [
        f"## Syncing the spreadsheets of {authorities} authorities from a Google that answers in 150 ms",
        "",
        "PostgreSQL and the stand-in on the same machine; from the first slot begun to the last one ended.",
        "",
        "| workers | seconds | as fast as one |",
        "|---|---|---|",
        *(f"| {number} | {seconds:.1f} | {one / seconds:.2f} |" for number, seconds in taken.items()),
        f"| *limit:* one worker, waiting alone | {limit:.1f} | {one / limit:.2f} |",
    ]


def _seconds(folder: Path, config: Path, server: Server, environment: dict[str, str], number: int) -> float:
    """Return how long so many workers take for one sync of every spreadsheet."""
    home, url = folder / f"home-{number}", server.new_database()
    settings = load(config)
    service = build_service(settings=settings, home=home, data=None, key=KEY, database_url=url)
    spreadsheets = dict.fromkeys(sheet.spreadsheet for sheet in settings.sheets.values())
    now = SystemClock().now()
    slots = [Slot(now, f"sync/sheet:{name}") for name in spreadsheets if name != "register"]
    with _workers(config, home, environment | {"DATABASE_URL": url}, number):
        _until(service.store, workers=number, url=url)
        service.store.ledger.plan([Planned(slot) for slot in slots], now=now)
        while service.store.ledger.open():
            time.sleep(0.1)
    last = service.store.ledger.last()
    ended = [last[slot.job] for slot in slots]
    assert {entry.state for entry in ended} == {SlotState.DONE}, [entry.note for entry in ended][:3]
    service.close()
    first, end = min(e.began_at for e in ended if e.began_at), max(e.ended_at for e in ended if e.ended_at)
    return (end - first).total_seconds()


@contextmanager
def _workers(config: Path, home: Path, environment: dict[str, str], number: int) -> Iterator[None]:
    words = [sys.executable, "-m", "jobs", "worker", "--config", str(config), "--home", str(home)]
    running = [
        subprocess.Popen(words, cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603  # our own
        for _ in range(number)
    ]
    try:
        yield
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(timeout=60)


def _until(store: Store, *, workers: int, url: str) -> None:
    """Wait until so many workers are there, so that their start is not what is measured."""
    import psycopg  # noqa: PLC0415

    from integration.adapters.store.exclusive import conninfo_of  # noqa: PLC0415

    assert store.ledger.open() == []
    with psycopg.connect(conninfo_of(url), autocommit=True) as connection:
        count = "SELECT count(*) FROM procrastinate_workers"
        while (connection.execute(count).fetchone() or (0,))[0] < workers:
            time.sleep(0.05)


def _programme(config: Path, google: StandIn, authorities: int) -> None:
    """Write a configuration with so many authorities, each with its list of small changes in its own spreadsheet."""
    shutil.copytree(CONFIG, config)
    for path in config.glob("jobs.yaml"):
        jobs = yaml.safe_load(path.read_text(encoding="utf-8"))
        for job in jobs["jobs"].values():
            job.pop("every", None)
            job["when"] = "by hand"
        path.write_text(yaml.safe_dump(jobs), encoding="utf-8")
    programme, packs = _read(config / "programme.yaml"), _read(config / "packs.yaml")
    sheet = _read(config / "sheets" / f"{SHEET}.yaml")
    sheet.pop("shows", None)
    ids = {}
    for number in range(1, authorities + 1):
        key = f"place_{number:03}"
        team = {"name": f"Team {number}", "statutory": True, "headcount": 8}
        programme["authorities"][key] = {"name": f"Place {number}", "teams": {f"team_{number:03}": team}}
        packs["leaders"][key] = packs["leaders"]["northbrook"]
        ids[key] = f"1{key}-0123456789abcdefghijklmnopqrstuvwxyz"
        _write(config / "sheets" / f"changes_{number:03}.yaml", {**sheet, "spreadsheet": key})
        google.add_spreadsheet(ids[key], key, {sheet["tab"]: [HEADINGS, *_rows(number)]})
    _write(config / "programme.yaml", programme)
    _write(config / "packs.yaml", packs)
    _write(config / "google.yaml", {"sheets": {**ids, "register": "1register-0123456789abcdefghijklmnopqrstu"}})


def _rows(number: int) -> list[tuple[str, ...]]:
    return [
        (f"SC-{row:03}", "A shorter form", f"Team {number}", "Travel", "Testing", "2022-01-10", "", "Ana", "1.5", "")
        for row in range(10)
    ]


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    sys.stdout.write("\n".join(worker_lines(int(sys.argv[1]))) + "\n")
    sys.exit(os.EX_OK)
