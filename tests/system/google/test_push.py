"""Google says that there is something new, and it is read without waiting for the next poll."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from integration.adapters.google.watching.channels import new_channel_id
from integration.adapters.store.received import Responses
from jobs.scheduling.runs import run_slot
from tests.fakes.google.push_tokens import PUSHER, authorization, message
from tests.unit.webhooks.google_programme import CHANNEL_KEY, drive_notification
from tests.unit.webhooks.web_app import Web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.system.google.story import Story


@pytest.fixture
def web(story: Story) -> Iterator[Web]:
    """Give the web side of the programme; what waits is run by a scheduler on the same store, in the tests' hands."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in story.environment.items():
            patch.setenv(name, value)
        with Web(story.home, pusher=PUSHER, channels=CHANNEL_KEY, config=story.config) as running:
            yield running


def push(web: Web, form_id: str) -> int:
    headers = {"Authorization": authorization(web.service.clock.now())}
    sent = web.client.post("/hooks/pubsub", data=message(form_id), headers=headers, content_type="application/json")
    return sent.status_code


def run_what_waits(web: Web) -> list[str]:
    """Run every slot that waits but those of publish; return what each did, by its job."""
    slots = web.service.store.ledger.ready(now=web.service.clock.now())
    done = []
    for slot in slots:
        if slot.job != "publish":
            assert run_slot(web.service, slot, by="a test") is None
            entry = web.service.store.ledger.entry(slot)
            done.append(f"{slot.job}: {entry.note if entry else 'nothing'}")
    return done


def test_an_answer_that_google_pushes_word_of_is_read_at_once(story: Story, web: Web) -> None:
    story.answer("pulse", "pushed", team="Elm", ownership="Agree")
    assert push(web, story.form("pulse")) == 202
    assert run_what_waits(web) == ["sync/form:pulse: sync: 1 new in pulse"]
    assert "pushed" in web.service.store.responses.ids("pulse")
    assert [slot.job for slot in web.service.store.ledger.ready(now=web.service.clock.now())] == ["publish"]


def test_an_answer_that_comes_while_the_form_is_read_is_read_right_after(story: Story, web: Web) -> None:
    """The form's pages have been read when it comes, so that the reading under way cannot see it."""
    told: list[int] = []

    def come() -> None:
        story.answer("pulse", "late", "2024-01-01T10:00:01Z", team="Elm", ownership="Agree")
        told.append(push(web, story.form("pulse")))

    story.answer("pulse", "early", team="Elm", ownership="Agree")
    told.append(push(web, story.form("pulse")))
    with pytest.MonkeyPatch.context() as patch:
        land = Responses.land

        def land_after_another_came(responses: Responses, *given: Any, **named: Any) -> Any:
            if len(told) == 1:
                come()
            return land(responses, *given, **named)

        patch.setattr(Responses, "land", land_after_another_came)
        assert run_what_waits(web) == ["sync/form:pulse: sync: 1 new in pulse"]
    assert told == [202, 202]
    assert "late" not in web.service.store.responses.ids("pulse")
    assert run_what_waits(web) == ["sync/form:pulse: sync: 1 new in pulse"]
    assert {"early", "late"} <= web.service.store.responses.ids("pulse")


def test_a_row_that_drive_tells_of_is_read_at_once(story: Story, web: Web) -> None:
    story.list_change(ref="told-of", team="Elm")
    headers = dict(drive_notification(new_channel_id("register")))
    told = web.client.post("/hooks/drive", headers=headers, environ_overrides={"CONTENT_LENGTH": "0"})
    assert told.status_code == 202
    assert run_what_waits(web) == ["sync/sheet:register: sync: changed: small_changes"]
