"""The description at /openapi.json: it names every route, and whatever it allows is answered as it says.

schemathesis makes up the requests: what is right by the description, and what is wrong in every way that it knows.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fakes.google.push_tokens import PUSHER
from tests.system.commands import PROJECT
from tests.system.webhooks.running import Running
from tests.unit.webhooks.web_app import Web
from webhooks.refusals import ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterator

ST = Path(sys.executable).with_name("st")
CHANNELS = b"a key of the channels, 32 bytes!"
NOT_OURS = {"HEAD", "OPTIONS"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    environment = {
        "PUBSUB_AUDIENCE": PUSHER.audience, "PUBSUB_SERVICE_ACCOUNT": PUSHER.service_account,
        "DRIVE_CHANNEL_KEY": CHANNELS.decode(),
    }  # fmt: skip
    unlimited = ("--per-client", "10000000", "--per-form", "10000000")
    with Running(tmp_path / "home", environment, options=unlimited) as running:
        yield running


def test_it_names_every_route_and_no_other(tmp_path: Path) -> None:
    with Web(tmp_path / "home", pusher=PUSHER, channels=CHANNELS) as web:
        described = web.client.get("/openapi.json").get_json()
        routes = {
            (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
            for rule in web.app.url_map.iter_rules()
            for method in (rule.methods or set()) - NOT_OURS
        }
    assert {(path, method) for path, methods in described["paths"].items() for method in methods} == routes
    assert {code for code, _ in ERRORS.values()} == set(described["components"]["responses"])


def test_a_hook_without_keys_is_not_described(tmp_path: Path) -> None:
    with Web(tmp_path / "home", secrets=()) as web:
        described = web.client.get("/openapi.json").get_json()
    assert not [path for path in described["paths"] if path.startswith("/hooks/")]


@pytest.mark.parametrize("hooks", ["tests.unit.webhooks.schemathesis_hooks", ""], ids=["signed", "unsigned"])
def test_whatever_it_allows_is_answered_as_it_says(
    server: Running, hooks: str, hook_requests: int, tmp_path: Path
) -> None:
    words = [
        "run", f"{server.url}/openapi.json", "--no-color", "--checks", "all", "--max-examples", str(hook_requests),
        "--seed", "1", "--generation-database", "none", "--generation-with-security-parameters", "false",
        "--report", "ndjson", "--report-ndjson-path", str(tmp_path / "report"),
    ]  # fmt: skip
    words += [] if hooks else ["--phases", "coverage"]  # whatever is unsigned is refused
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT)}
    environment |= {"SCHEMATHESIS_HOOKS": hooks} if hooks else {}
    ran = subprocess.run(  # noqa: S603  # our own command
        [ST, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=3600
    )
    assert ran.returncode == 0, ran.stdout[-5000:] + ran.stderr[-1000:]
    assert "Tested: 7" in ran.stdout, ran.stdout
    statuses = (tmp_path / "report").read_text(encoding="utf-8")
    assert (statuses.count('"status_code":202') > 10) == bool(hooks)
