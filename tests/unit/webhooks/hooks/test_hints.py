"""Many hints make one reading, and a hint that comes while it is under way makes one more: none is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from integration.adapters.google.watching.channels import new_channel_id
from integration.model import SlotState
from tests.fakes.google import StandIn
from tests.fakes.google.push_tokens import PUSHER, authorization, message
from tests.unit.webhooks.google_programme import CHANNEL_KEY, FORMS, drive_notification
from tests.unit.webhooks.web_app import Web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from integration.model import Slot

AT_ONCE, IN_ALL = 8, 64


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def web(request: pytest.FixtureRequest, in_google: Path, tmp_path: Path) -> Iterator[Web]:
    """Give the web side to which Google pushes, on a store in each of the databases."""
    url = request.getfixturevalue("postgresql_url") if request.param == "PostgreSQL" else None
    with StandIn() as google, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_API_BASE_URL", google.url)
        with Web(tmp_path / "home", url, pusher=PUSHER, channels=CHANNEL_KEY, config=in_google) as running:
            yield running


def push(web: Web, number: int = 1) -> int:
    """Let Pub/Sub say that the pulse has something new; each other time that it has other questions."""
    headers = {"Authorization": authorization(web.service.clock.now())}
    body = message(FORMS["pulse"], event=("RESPONSES", "SCHEMA")[number % 2], number=number)
    client = web.app.test_client()
    return client.post("/hooks/pubsub", data=body, headers=headers, content_type="application/json").status_code


def tell(web: Web, number: int = 1) -> int:
    """Let Drive say that the register changed; each number is another channel."""
    headers = dict(drive_notification(new_channel_id("register"), Number=str(number)))
    client = web.app.test_client()
    return client.post("/hooks/drive", headers=headers, environ_overrides={"CONTENT_LENGTH": "0"}).status_code


def waiting(web: Web) -> list[Slot]:
    return web.service.store.ledger.ready(now=web.service.clock.now())


def test_many_hints_at_once_put_one_reading_of_each_source_on_the_list(web: Web) -> None:
    with ThreadPoolExecutor(AT_ONCE) as senders:
        told = [senders.submit(send, web, number) for number in range(IN_ALL // 2) for send in (push, tell)]
        assert [each.result() for each in told] == [202] * IN_ALL
    assert sorted(slot.job for slot in waiting(web)) == ["sync/form:pulse", "sync/sheet:register"]
    assert 'hook="pubsub",source="pulse",status="noted"} 32.0' in web.client.get("/metrics").text


@pytest.mark.parametrize("send", [push, tell], ids=["Pub/Sub", "Drive"])
def test_a_hint_that_comes_while_the_source_is_read_has_it_read_once_more(web: Web, send: Callable[..., int]) -> None:
    ledger, clock = web.service.store.ledger, web.service.clock
    send(web)
    (first,) = waiting(web)
    ledger.begin(first, by="a test", now=clock.now())
    assert waiting(web) == []
    assert [send(web, number) for number in range(3)] == [202] * 3
    (second,) = waiting(web)
    assert second.job == first.job
    assert second.due_at > first.due_at
    ledger.finish(first, now=clock.now(), note="read", attempt=1)
    assert waiting(web) == [second]
    ledger.begin(second, by="a test", now=clock.now())
    ledger.finish(second, now=clock.now(), note="read again", attempt=1)
    assert ledger.last_ended()[first.job].state is SlotState.DONE
    assert ledger.open_entries() == []
