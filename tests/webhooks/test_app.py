"""The web side says what it is, whether it lives, and whether it can use the store; it makes none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.load import load
from integration.adapters.store import open_store
from integration.wiring import build_service
from tests.jobs.commands import PROJECT
from webhooks.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient


@pytest.fixture
def web(tmp_path: Path) -> Iterator[FlaskClient]:
    """Give the web side of a home folder in which there is nothing yet."""
    settings = load(PROJECT / "config" / "crescendo")
    service = build_service(settings=settings, home=tmp_path / "home", data=None, key="")
    yield create_app(service).test_client()
    service.close()


def test_the_front_page_says_what_this_is(web: FlaskClient) -> None:
    page = web.get("/")
    assert page.status_code == 200
    assert page.content_type == "text/html; charset=utf-8"
    assert page.text.count("<h1>") == 1
    for part in ('<html lang="en-GB">', "<title>Crescendo</title>", "it is running"):
        assert part in page.text
    assert "<script" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_without_a_store_it_lives_but_is_not_ready_and_makes_none(web: FlaskClient, tmp_path: Path) -> None:
    assert web.get("/healthz").status_code == 200
    not_yet = web.get("/readyz")
    assert (not_yet.status_code, not_yet.json) == (503, {"status": "there is no store yet"})
    assert not (tmp_path / "home").exists()


def test_it_is_ready_as_soon_as_there_is_a_store(web: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    open_store(f"sqlite:///{tmp_path / 'home' / 'crescendo.db'}").close()
    assert (web.get("/readyz").status_code, web.get("/readyz").json) == (200, {"status": "ready"})


def test_a_store_that_is_damaged_is_not_ready(web: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "crescendo.db").write_bytes(b"no database " * 100)
    assert web.get("/readyz").status_code == 503
