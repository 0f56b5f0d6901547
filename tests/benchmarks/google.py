"""What writing to Google costs: a large tab filled, one answer more, nothing new; beside gspread writing all of it."""

from __future__ import annotations

import statistics
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import gspread
import numpy as np
import pandas as pd

from config.schema import Google, Publish
from integration.adapters.clock import SystemClock
from integration.adapters.google.api.client import GoogleClient
from integration.adapters.google.api.sign_in import load_credentials
from integration.adapters.google.publishing.desired_tabs import build_team_tab
from integration.adapters.google.publishing.publisher import GooglePublisher
from integration.adapters.store import open_store
from integration.model import Column, ColumnType, Tab
from tests.fakes.google.stand_in import StandIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration.adapters.store import Store

OURS, THEIRS = "Data-of-ours", "Data-of-theirs"
WORDS, NUMBERS = 8, 4
COLUMNS = (
    *(Column(f"words_{number}", ColumnType.TEXT) for number in range(WORDS)),
    *(Column(f"number_{number}", ColumnType.NUMBER) for number in range(NUMBERS)),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one writing took."""

    seconds: float
    calls: int
    sent: int


def google_lines(count: int, rounds: int) -> list[str]:
    """Return the lines of the benchmark: medians of so many rounds on a tab of so many rows."""
    measured = [_round(count) for _ in range(rounds)]
    costs = {name: [each[name] for each in measured] for name in measured[0]}
    peer = statistics.median(cost.seconds for cost in next(iter(costs.values())))
    lines = [
        f"## Writing a tab of {count:,} rows and {len(COLUMNS)} columns to Google",
        "",
        "Against the stand-in on the same machine, which answers at once: our own work, and what goes over the wire.",
        "",
        "| step | seconds | against the peer | calls | bytes sent |",
        "|---|---|---|---|---|",
    ]
    for name, each in costs.items():
        seconds = statistics.median(cost.seconds for cost in each)
        last = each[-1]
        lines.append(f"| {name} | {seconds:.2f} | {seconds / peer:.2f} | {last.calls} | {last.sent:,} |")
    return lines


def _round(count: int) -> dict[str, Cost]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        google = stack.enter_context(StandIn(discovery=False))
        account = Path(folder) / "account.json"
        google.account_file(account)
        for identity in (OURS, THEIRS):
            google.add_spreadsheet(identity, identity)
        settings = Google(publish=Publish(data=OURS, summary={}))
        client = GoogleClient(load_credentials(account, settings), base_url=google.url, first_wait_seconds=0.01)
        stack.callback(client.close)
        store = open_store(f"sqlite:///{folder}/store.db")
        stack.callback(store.close)
        tab, longer = _tab(count), _tab(count + 1)
        return {
            "*peer:* gspread writes every row, each time": _cost(client, lambda: _peer(client, tab)),
            "the tab filled, hidden, and then shown": _cost(client, lambda: _ours(client, settings, store, tab)),
            "one answer more": _cost(client, lambda: _ours(client, settings, store, longer)),
            "nothing new": _cost(client, lambda: _ours(client, settings, store, longer)),
        }


def _ours(client: GoogleClient, settings: Google, store: Store, tab: Tab) -> None:
    assert settings.publish
    GooglePublisher(client, settings.publish, store=store, clock=SystemClock()).write_tabs([tab])


def _peer(client: GoogleClient, tab: Tab) -> None:
    spreadsheet = gspread.Spreadsheet(client, {"id": THEIRS})
    rows = build_team_tab(tab).cells
    spreadsheet.add_worksheet(tab.name, rows=len(rows), cols=len(COLUMNS))
    spreadsheet.values_batch_update(
        {
            "valueInputOption": "RAW",
            "data": [{"range": f"{tab.name}!A1", "values": rows.tolist()}],
        }
    )


def _tab(count: int) -> Tab:
    rows = np.arange(count)
    columns = {
        column.name: [f"answer {row} to {column.name}" for row in rows]
        if column.type is ColumnType.TEXT
        else rows * 1.5
        for column in COLUMNS
    }
    return Tab("pulse", COLUMNS, pd.DataFrame(columns))


def _cost(client: GoogleClient, work: Callable[[], None]) -> Cost:
    before, started = len(client.request_log), time.perf_counter()
    work()
    calls = client.request_log[before:]
    return Cost(time.perf_counter() - started, len(calls), sum(call.sent for call in calls))
