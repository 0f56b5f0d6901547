"""A process that replaces data.xlsx again and again, as publish does; its words are the home folder and the way."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from config.loading.load import load_settings
from integration.adapters.workbooks.local_publisher import LocalPublisher
from integration.errors import BeingSavedError
from integration.model import Column, ColumnType, Tab
from integration.operations.publish import write_tabs
from integration.operations.sync import collect_corrections
from integration.wiring import Service, build_service
from tests.system.commands import PROJECT

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS = 250
COLUMNS = ("source", "key", "field", "found", "correction")
STOP_FILE = "stop"


def service_of(home: Path, *, at_once: bool = True) -> Service:
    """Return a service whose workbooks lie in the folder."""
    service = build_service(
        settings=load_settings(PROJECT / "config" / "crescendo"), home=home, data=None, key="k" * 32
    )
    vars(service)["publisher"] = LocalPublisher(files=service.files, home=home, at_once=at_once)
    return service


def build_tabs(service: Service, number: int) -> Sequence[Tab]:
    """Return needs_attention with every correction that is stored, none of which can be read; each number another."""
    stored = {each.key: each.value for each in service.store.corrections.newest()}
    keys = [f"r{row:03}" for row in range(ROWS)]
    rows = [("pulse", key, "hours_total", f"many {number}", stored.get(key)) for key in keys]
    columns = tuple(Column(name, ColumnType.TEXT) for name in COLUMNS)
    return [Tab("needs_attention", columns, pd.DataFrame(rows, columns=list(COLUMNS), dtype=object))]


def publish_once(service: Service, number: int) -> bool:
    """Take up what was typed, and replace the tabs; return False where somebody saved all the time."""
    try:
        collect_corrections(service)
        write_tabs(service, build_tabs(service, number), build_again=lambda: build_tabs(service, number))
    except BeingSavedError:
        return False
    return True


def main() -> None:
    """Publish until a file says that it is enough."""
    home = Path(sys.argv[1])
    service = service_of(home, at_once=sys.argv[2] == "at_once")
    for number in count():
        publish_once(service, number)
        if (home / STOP_FILE).exists():
            break
    service.close()


if __name__ == "__main__":
    main()
