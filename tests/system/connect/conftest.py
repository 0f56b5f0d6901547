"""A form in the stand-in for Google, its owner with our script, and the web side as a process."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import requests
from google.auth.transport.requests import Request

from integration.wiring import build_service
from tests.debian import NotThereError, find_or_install
from tests.fakes.google import StandIn
from tests.fakes.google.clients import sign_in
from tests.skipping import skip_outside_ci
from tests.system.commands import run
from tests.system.connect.owner import ADDRESS, AppsScript, Owner
from tests.system.webhooks.running import Running
from tests.unit.webhooks.web_app import ENCODED_SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.schema import Settings
    from integration.adapters.store import Store

FORM_ID = "1Pulse-0123456789abcdefghijklmnopqrstuvwxyz"
SCOPES = ("forms.responses.readonly",)


@pytest.fixture(scope="session")
def node() -> str:
    """Return the path of Node.js."""
    try:
        return find_or_install("nodejs", lambda: shutil.which("node"))
    except NotThereError as why:
        skip_outside_ci(why)


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the script for the pulse form, as `connect` prints it into a file."""
    ran = run("connect", "pulse", "--address", ADDRESS, environment={"WEBHOOK_SECRETS": ENCODED_SECRET})
    assert ran.code == 0, ran.err
    path = tmp_path_factory.mktemp("script") / "pulse.js"
    path.write_text(ran.out, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Give the web side, which runs for all tests: each has responses of its own."""
    with Running(tmp_path_factory.mktemp("connecting") / "home") as running:
        yield running


@pytest.fixture(scope="session")
def store(web: Running, settings: Settings) -> Iterator[Store]:
    """Give the store into which the web side writes."""
    service = build_service(settings=settings, home=web.home, data=None, key="")
    yield service.store
    service.close()


@pytest.fixture
def google() -> Iterator[StandIn]:
    """Give a Google with one form that nobody has answered yet."""
    with StandIn() as running:
        running.add_form(FORM_ID, {"info": {"title": "Pulse"}})
        yield running


@pytest.fixture(scope="session")
def apps_script(node: str, script: Path) -> Iterator[AppsScript]:
    """Give the process in which the script runs."""
    with AppsScript(node, script) as running:
        yield running


@pytest.fixture
def owner(apps_script: AppsScript, google: StandIn, web: Running, tmp_path: Path) -> Owner:
    """Return the form's owner, who has pasted the script and run `connect`; what that sent is left out of account."""
    owner = Owner(apps_script)
    owner.let(formId=FORM_ID, token=token(google, tmp_path))
    owner.reach(google=google.url, service=web.url)
    owner.press("connect")
    assert owner.error == ""
    owner.let(sent=[], log=[])
    return owner


def token(google: StandIn, folder: Path, *scopes: str) -> str:
    """Return a token of Google's with these scopes, or with those that the script needs to read answers."""
    credentials = sign_in(google, folder, scopes or SCOPES)
    with requests.Session() as line:
        credentials.refresh(Request(line))  # type: ignore[no-untyped-call]
    return str(credentials.token)
