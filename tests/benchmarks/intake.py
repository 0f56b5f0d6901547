"""What it costs to take an answer in for good: requests a second and how long each takes, beside two limits.

`python -m tests.benchmarks.intake plain|one-by-one PORT [HOME]` serves a peer until it is killed.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, request

from config.keys import WebhookCredentials
from config.loading.load import load_settings
from integration.adapters import intake
from integration.wiring import build_service
from tests.postgresql import postgresql_server
from tests.system.webhooks.load import Load, load
from tests.system.webhooks.running import Running, free_port
from tests.unit.webhooks.web_app import CONFIG, SECRET
from webhooks.app import create_app
from webhooks.server import serve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask import Response

PAGE_BYTES = 4096
PLAIN, ONE_BY_ONE = "plain", "one-by-one"
CALLERS = (16, 64)


def intake_lines(count: int, rounds: int, *, callers: Sequence[int] = CALLERS) -> list[str]:
    """Return the lines of the benchmark: medians of so many rounds of so many posts each, by so many at once."""
    syncs = statistics.median(_syncs_per_second(count) for _ in range(rounds))
    lines = [
        "## Taking answers in: signed, 2 KB, on disk before they are answered",
        "",
        "| | callers | requests a second | against the plain route | half within, ms | 99 of 100 within, ms |",
        "|---|---|---|---|---|---|",
    ]
    for number in callers:
        measure = partial(_median, callers=number, count=count, rounds=rounds)
        with _peer(PLAIN) as port:
            plain = measure(port, path="/plain")
        line = partial(_line, number, plain)
        lines.append(line("*limit:* a plain Flask route on the same server; nothing checked or stored", plain))
        with _served() as port:
            lines.append(line("**SQLite**, one writer, shared transactions", measure(port)))
        with _peer(ONE_BY_ONE) as port:
            lines.append(line("*peer:* the same with a transaction for each", measure(port)))
        with postgresql_server(waits_for_the_disk=True) as server, _served(server.new_database()) as port:
            lines.append(line("PostgreSQL on the same machine", measure(port)))
    return [*lines, "", f"The disk syncs {syncs:,.0f} times a second, one page at a time."]


def _line(callers: int, plain: Load, what: str, found: Load) -> str:
    shown = f"{found.per_second:,.0f} | {found.per_second / plain.per_second:.2f}"
    return f"| {what} | {callers} | {shown} | {found.median_seconds * 1000:.0f} | {found.slowest_seconds * 1000:.0f} |"


def _median(port: int, *, callers: int, count: int, rounds: int, path: str = "/hooks/forms/pulse") -> Load:
    found = [load(port, callers=callers, count=count, path=path) for _ in range(rounds)]
    return sorted(found, key=lambda each: each.per_second)[rounds // 2]


@contextmanager
def _served(database_url: str = "") -> Iterator[int]:
    environment = {"DATABASE_URL": database_url} if database_url else {}
    with tempfile.TemporaryDirectory() as folder, Running(Path(folder) / "home", environment) as web:
        yield web.port


def _syncs_per_second(count: int) -> float:
    with tempfile.NamedTemporaryFile(dir=os.getcwd()) as file:  # noqa: PTH109  # the disk that is worked on
        began = time.perf_counter()
        for _ in range(count):
            file.write(b"x" * PAGE_BYTES)
            file.flush()
            os.fdatasync(file.fileno())
        return count / (time.perf_counter() - began)


@contextmanager
def _peer(which: str) -> Iterator[int]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "tests.benchmarks.intake", which, str(port), f"{folder}/home"]
        process = subprocess.Popen(words)  # noqa: S603  # our own command
        web = Running(Path(folder) / "home", port=port)
        try:
            web.wait_until_ready(process)
            yield port
        finally:
            process.kill()
            process.wait()


def _serve_plain(port: int) -> None:
    app = Flask("plain", static_folder=None)

    @app.get("/readyz")
    def ready() -> str:
        return "ready"

    @app.post("/plain")
    def take() -> tuple[Response, int]:
        request.get_data()
        return app.response_class(b'{"status":"stored"}\n', mimetype="application/json"), 202

    serve(app, host="127.0.0.1", port=port)


def _serve_one_by_one(port: int, home: Path) -> None:
    intake.MAX_BATCH = 1
    service = build_service(settings=load_settings(CONFIG), home=home, data=None, key="")
    serve(create_app(service, WebhookCredentials(form_secrets=(SECRET,))), host="127.0.0.1", port=port)


if __name__ == "__main__":
    if sys.argv[1] == PLAIN:
        _serve_plain(int(sys.argv[2]))
    elif sys.argv[1] == ONE_BY_ONE:
        _serve_one_by_one(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        sys.stdout.write("\n".join(intake_lines(int(sys.argv[1]), int(sys.argv[2]))) + "\n")
