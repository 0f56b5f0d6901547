"""What a second worker brings: a sync of many authorities, each with a spreadsheet of its own, in a Google far away."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import yaml

from config.loading.load import load_settings
from integration.adapters.clock import SystemClock
from integration.adapters.google.api.calls import Budget
from integration.adapters.google.api.client import GoogleClient
from integration.adapters.google.api.sign_in import load_credentials
from integration.adapters.google.source import GoogleSource
from integration.adapters.store import open_store
from integration.adapters.store.postgresql import conninfo_of
from integration.model import PlannedSlot, SheetReading, Slot
from integration.wiring import build_service
from tests.fakes.google.stand_in import StandIn
from tests.postgresql import postgresql_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


PROJECT = Path(__file__).parents[2]
CONFIG = PROJECT / "config" / "crescendo"
LATENCY_SECONDS = 0.15
CALLS = 3
"""What a reading of a spreadsheet costs: which tabs there are, their values, which cells are days."""
SHEET, LIST = "small_changes", "changes_"
HEADINGS = (
    "Ref", "Change", "Team", "Barrier", "Stage", "Designed on", "Implemented on", "Owner", "Hours saved a week",
    "Notes",
)  # fmt: skip
KEY = "a key of the benchmarks, long enough"


def worker_lines(authorities: int, *, numbers: Sequence[int] = (1, 2)) -> list[str]:
    """Return the lines of the benchmark: one number of workers, then another, each on its own database."""
    with tempfile.TemporaryDirectory() as folder, StandIn(discovery=False) as google, postgresql_server() as server:
        config, account = Path(folder) / "config", Path(folder) / "account.json"
        _programme(config, google, authorities)
        google.account_file(account)
        environment = {
            "PATH": "/usr/bin:/bin", "GOOGLE_API_BASE_URL": google.url, "GOOGLE_APPLICATION_CREDENTIALS": str(account),
            "GOOGLE_CALLS_PER_MINUTE": "100000", "PSEUDONYM_KEY": KEY,
        }  # fmt: skip
        readings = _read_all(config, account, google)
        google.answer_after(LATENCY_SECONDS)
        taken = {}
        for number in numbers:
            address = environment | {"DATABASE_URL": server.new_database()}
            taken[number] = _seconds(config, Path(folder) / f"home-{number}", address, readings, number)
    one = taken[numbers[0]]
    limit = CALLS * LATENCY_SECONDS * authorities
    return [
        f"## Syncing the spreadsheets of {authorities} authorities from a Google that answers in 150 ms",
        "",
        "Nothing new in any of them, as nearly always; three calls each. From the first begun to the last one ended.",
        "",
        "| workers | seconds | as fast as one |",
        "|---|---|---|",
        *(f"| {number} | {seconds:.1f} | {one / seconds:.2f} |" for number, seconds in taken.items()),
        f"| *limit:* one worker, waiting alone | {limit:.1f} | {one / limit:.2f} |",
    ]


def _read_all(config: Path, account: Path, google: StandIn) -> dict[str, SheetReading]:
    """Return what a sync reads of each authority's list."""
    settings = load_settings(config)
    assert settings.google
    client = GoogleClient(
        load_credentials(account, settings.google),
        base_url=google.url,
        first_wait_seconds=0.01,
        budget=Budget(calls=10**6),
    )
    with tempfile.TemporaryDirectory() as folder, closing(open_store(f"sqlite:///{folder}/store.db")) as store:
        source = GoogleSource(client, settings.google, store=store, clock=SystemClock())
        sheets = {key: sheet for key, sheet in settings.sheets.items() if key.startswith(LIST)}
        read = {key: source.read_sheets(sheet.spreadsheet, [sheet.tab])[sheet.tab] for key, sheet in sheets.items()}
    client.close()
    return read


def _seconds(
    config: Path, home: Path, environment: dict[str, str], readings: dict[str, SheetReading], number: int
) -> float:
    """Return how long so many workers take for one sync of every spreadsheet."""
    url = environment["DATABASE_URL"]
    service = build_service(settings=load_settings(config), home=home, data=None, key=KEY, database_url=url)
    now = SystemClock().now()
    for source, reading in readings.items():
        service.store.sheets.land(source, reading, received_at=now)
    slots = [Slot(now, f"sync/sheet:{service.settings.sheets[source].spreadsheet}") for source in readings]
    with _workers(config, home, environment, number):
        _wait_for_workers(number, url)
        service.store.ledger.plan([PlannedSlot(slot) for slot in slots], now=now)
        while service.store.ledger.open_entries():
            time.sleep(0.2)
    last = service.store.ledger.last_ended()
    ended = [last[slot.job] for slot in slots]
    assert {entry.note for entry in ended} == {"sync: nothing new"}, {entry.note for entry in ended}
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


def _wait_for_workers(number: int, url: str) -> None:
    """Wait until so many workers are there, so that their start is not what is measured."""
    with psycopg.connect(conninfo_of(url), autocommit=True) as connection:
        count = "SELECT count(*) FROM procrastinate_workers"
        while (connection.execute(count).fetchone() or (0,))[0] < number:
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
    for leaders in packs["leaders"].values():
        leaders["meeting"]["at"] = "10:30"  # YAML reads a bare 10:30 as a number
    sheet = _read(config / "sheets" / f"{SHEET}.yaml")
    sheet.pop("shows", None)
    ids, sheets = {}, _sheets(authorities)
    for number in range(1, authorities + 1):
        key = f"place_{number:03}"
        team = {"name": f"Team {number}", "statutory": True, "headcount": 8}
        programme["authorities"][key] = {"name": f"Place {number}", "teams": {f"team_{number:03}": team}}
        leaders = deepcopy(packs["leaders"]["northbrook"])
        leaders["recipients"] = [{"name": f"Leader of Place {number}", "email": f"leader@{key}.example.org"}]
        packs["leaders"][key] = leaders
        ids[key] = f"1{key}-0123456789abcdefghijklmnopqrstuvwxyz"
        _write(config / "sheets" / f"{LIST}{number:03}.yaml", {**sheet, "spreadsheet": key})
        google.add_spreadsheet(ids[key], key, {sheet["tab"]: sheets[f"{LIST}{number:03}"]})
    _write(config / "programme.yaml", programme)
    _write(config / "packs.yaml", packs)
    _write(config / "google.yaml", {"sheets": {**ids, "register": "1register-0123456789abcdefghijklmnopqrstu"}})


def _sheets(authorities: int) -> dict[str, list[tuple[str | float, ...]]]:
    """Return the rows of each authority's list, the heading first."""
    return {
        f"{LIST}{number:03}": [
            HEADINGS,
            *(
                (
                    f"SC-{row:03}",
                    "A shorter form",
                    f"Team {number}",
                    "Travel",
                    "Testing",
                    "January",
                    "",
                    "Ana",
                    1.5,
                    "x",
                )
                for row in range(10)
            ),
        ]
        for number in range(1, authorities + 1)
    }


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    sys.stdout.write("\n".join(worker_lines(int(sys.argv[1]))) + "\n")
    sys.exit(os.EX_OK)
