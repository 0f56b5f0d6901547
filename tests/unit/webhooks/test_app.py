"""The front page, and whether the web side runs and can use the store."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from integration.adapters.store.sqlite import lock_file
from tests.unit.webhooks.web_app import Web, envelope, response

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    """Give the web side of a home folder in which there is nothing yet."""
    with Web(tmp_path / "home") as running:
        yield running


def test_the_front_page_says_what_this_is(web: Web) -> None:
    page = web.client.get("/")
    assert page.status_code == 200
    assert page.content_type == "text/html; charset=utf-8"
    assert page.text.count("<h1>") == 1
    for part in ('<html lang="en-GB">', "<title>Crescendo</title>", "it is running"):
        assert part in page.text
    assert "<script" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_it_is_alive_and_ready_and_makes_the_store_that_it_needs(web: Web) -> None:
    assert web.client.get("/healthz").json == {"status": "alive"}
    assert (web.client.get("/readyz").status_code, web.client.get("/readyz").json) == (200, {"status": "ready"})
    assert (web.home / "crescendo.db").exists()


def test_a_store_that_is_damaged_is_not_ready(web: Web) -> None:
    assert web.client.get("/readyz").status_code == 200
    web.service.close()
    (web.home / "crescendo.db").write_bytes(b"no database " * 100)
    assert web.client.get("/readyz").status_code == 503


def test_while_another_process_holds_the_store_readyz_says_so_soon(web: Web) -> None:
    assert web.client.get("/readyz").status_code == 200
    with ThreadPoolExecutor(1) as script:
        with lock_file(web.home / "crescendo.db"):
            posted = script.submit(web.post, envelope(response()))
            while web.service.intake.waited_seconds <= 1.0:
                time.sleep(0.02)
            began = time.monotonic()
            assert web.client.get("/readyz").status_code == 503
            assert time.monotonic() - began < 1
        assert posted.result().status_code == 202
    assert web.client.get("/readyz").status_code == 200
