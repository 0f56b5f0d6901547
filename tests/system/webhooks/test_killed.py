"""Power off while scripts send: what was acknowledged is in the store, once, as it was sent; nothing else is.

`make chaos` does it with 20,000 posts and 60 kills (--hook-posts, --hook-kills).
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from config.loading.load import load_settings
from integration.adapters.clock import read_moment
from integration.wiring import build_service
from tests.system.webhooks.running import Running
from tests.unit.webhooks.senders import FORMS, Senders
from tests.unit.webhooks.web_app import CONFIG

if TYPE_CHECKING:
    from pathlib import Path

    from integration.wiring import Service
    from tests.unit.webhooks.senders import History, Version

PATIENCE_SECONDS = 1800


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("postgresql_url") if request.param == "PostgreSQL" else None


def test_killed_again_and_again_it_loses_nothing_that_it_acknowledged(
    database_url: str | None, tmp_path: Path, hook_posts: int, hook_kills: int
) -> None:
    home = tmp_path / "home"
    began = time.monotonic()
    environment = {"DATABASE_URL": database_url} if database_url else {}
    with Running(home, environment, options=("--per-client", "10000000", "--per-form", "10000000")) as web:
        senders = Senders(web.port, posts=hook_posts)
        senders.start()
        try:
            _kill(web, senders, hook_kills)
            while senders.are_sending():
                assert time.monotonic() - began < PATIENCE_SECONDS, "the senders never came to an end"
                time.sleep(0.02)
        finally:
            senders.stop()
    histories = senders.histories()
    service = build_service(settings=load_settings(CONFIG), home=home, data=None, key="", database_url=database_url)
    with closing(service):
        everything_acknowledged_is_stored_once_as_it_was_sent(service, histories)
        publish_is_due_once(service)
    if database_url is None:
        assert integrity_of(home / "crescendo.db") == "ok"
    _tell(histories, senders.posts, hook_kills, time.monotonic() - began)


def everything_acknowledged_is_stored_once_as_it_was_sent(service: Service, histories: list[History]) -> None:
    assert not [surprise for history in histories for surprise in history.surprises]
    sent = {_as_stored(version): body for history in histories for version, body in history.sent.items()}
    stored = [
        ((form, each.response_id, each.last_submitted_at), each.body)
        for form in FORMS
        for each in service.store.responses.versions_after(form, 0)
    ]
    assert len({version for version, _ in stored}) == len(stored), "a version is stored twice"
    acknowledged = {_as_stored(version) for history in histories for version, _ in history.answers}
    assert not acknowledged - {version for version, _ in stored}, "something was acknowledged, and is not there"
    assert all(sent.get(version) == body for version, body in stored), "something is there that was never sent"
    stored_answers = Counter(version for history in histories for version, what in history.answers if what == "stored")
    assert max(stored_answers.values()) == 1, "a version was answered `stored` twice"


def publish_is_due_once(service: Service) -> None:
    waiting = service.store.ledger.ready(now=service.clock.now())
    assert [slot.job for slot in waiting] == ["publish"]
    assert service.store.ledger.refill_queue() == [], "the queue did not hold it"


def integrity_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        found: str = connection.execute("PRAGMA integrity_check").fetchone()[0]
        return found


def _kill(web: Running, senders: Senders, kills: int) -> None:
    """Kill at different depths: somewhere in the middle of what is left for this kill, and start again."""
    chance = random.Random(5)
    for kill in range(kills):
        enough = senders.posts * (kill + chance.uniform(0.3, 0.9)) / (kills + 1)
        while senders.acknowledged() < enough and senders.are_sending():
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.003))
        assert senders.are_sending(), "they had sent it all before the last kill"
        web.kill()
        web.start()


def _as_stored(version: Version) -> Version:
    form, response_id, submitted = version
    return form, response_id, read_moment(submitted)


def _tell(histories: list[History], posts: int, kills: int, seconds: float) -> None:
    """Say what was seen (pytest -s); a response was redelivered where its first answer says that it was there."""
    redelivered = 0
    for history in histories:
        first: dict[Version, str] = {}
        for version, what in history.answers:
            first.setdefault(version, what)
        redelivered += sum(what == "duplicate" for what in first.values())
    attempts = sum(history.attempts for history in histories)
    print(  # noqa: T201  # for whoever runs it with -s
        f"\n{posts} posts, {kills} kills: {attempts} attempts, {redelivered} redelivered, none lost, {seconds:.1f} s"
    )
