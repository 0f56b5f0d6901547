"""A webhook that fell silent while its form did not: shown in the status, mailed once, and once when it is over."""

from __future__ import annotations

import email
import email.policy
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from config.schema import Alerts
from config.schema.packs import Person
from integration.adapters.clock import write_moment
from integration.model import Arrival, RawResponse
from integration.operations.job_runs import name_form_shard
from integration.operations.monitoring.alerts import update_alerts
from integration.operations.monitoring.status import describe_status, status
from tests.unit.webhooks.web_app import HINT, Web, envelope, response

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEARD = datetime(2026, 11, 28, 9, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEY = "unheard/pulse"


@dataclass
class Clock:
    """Shows the time that a test sets."""

    at: datetime = HEARD

    def now(self) -> datetime:
        """Return it."""
        return self.at


class Form:
    """The form "pulse": answers come by its webhook, or by reading; alerts are updated from time to time."""

    def __init__(self, home: Path) -> None:
        self.clock = Clock()
        self.web = Web(home, clock=self.clock)
        self.service, self.home = self.web.service, home
        owner = Person(name="Ana Reis", email="ana@crescendo.example")
        settings = self.service.settings.model_copy(update={"alerts": Alerts(owner=owner)})
        object.__setattr__(self.service, "settings", settings)  # frozen elsewhere

    def hook_brings(self, response_id: str, *, minutes: int) -> None:
        """Let the webhook bring an answer that was sent just now."""
        self.clock.at = HEARD + minutes * MINUTE
        body = envelope(response(response_id, submitted=f"{self.clock.at:%Y-%m-%dT%H:%M:%SZ}"))
        assert self.web.post(body).status_code // 100 == 2

    def sync_reads(self, *response_ids: str, submitted: int, minutes: int) -> None:
        """Let a sync read answers that were sent so many minutes after the first one."""
        moment = write_moment(HEARD + submitted * MINUTE)
        answers = [RawResponse(each, moment, moment, "{}") for each in response_ids]
        self.service.store.responses.land("pulse", answers, received_at=HEARD + minutes * MINUTE)

    def in_status(self, *, minutes: int) -> dict[str, Any]:
        """Return what the status says of it."""
        self.clock.at = HEARD + minutes * MINUTE
        shown = status(self.service)
        json.dumps(shown)
        self.lines = describe_status(shown).splitlines()
        return dict(shown["webhooks"]["pulse"])

    def watch(self, *, minutes: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return which conditions are new, and which are over; what the answers made due was done."""
        ledger = self.service.store.ledger
        for entry in ledger.open_entries():
            attempt = ledger.begin(entry.slot, by="a test", now=entry.slot.due_at)
            ledger.finish(entry.slot, now=entry.slot.due_at, note="", attempt=attempt)
        changes = update_alerts(self.service, now=HEARD + minutes * MINUTE)
        assert changes.problem == ""
        return changes.new, changes.over

    @property
    def mails(self) -> dict[str, str]:
        """The mails to the owner by their subjects."""
        found = [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in sorted((self.home / "outbox").glob("*.eml"))
        ]
        bodies = [mail.get_body(("plain",)) for mail in found]
        return {
            str(mail["Subject"]): body.get_content() if body else "" for mail, body in zip(found, bodies, strict=True)
        }


@pytest.fixture
def form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Form]:
    for name in ("SMTP_URL", "MAIL_FROM", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    made = Form(tmp_path)
    with made.web:
        yield made


def test_a_silent_webhook_stands_in_the_status_and_is_mailed_until_it_speaks_again(form: Form) -> None:
    form.hook_brings("r-1", minutes=0)
    form.sync_reads("r-1", submitted=0, minutes=8)
    form.sync_reads("r-2", "r-3", "r-4", submitted=20, minutes=28)
    form.sync_reads("r-3", submitted=30, minutes=38)  # edited
    form.sync_reads("r-5", submitted=40, minutes=48)
    assert form.watch(minutes=87) == ((), ())
    assert form.in_status(minutes=87)["silent_since"] is None
    assert "pulse: last told at once 28 Nov 2026 09:12" in form.lines

    shown = form.in_status(minutes=120)
    assert (shown["heard_at"], shown["silent_since"], shown["only_by_reading"]) == (HEARD.isoformat(),) * 2 + (4,)
    line = "pulse: its webhook has been silent since 28 Nov 2026 09:12; 4 answers came only by reading"
    assert form.lines[form.lines.index(line) + 1].endswith("python -m jobs check --live)")
    assert "told at once" not in "".join(form.lines)
    assert form.watch(minutes=120) == ((KEY,), ())
    assert form.watch(minutes=121) == ((), ())

    form.hook_brings("r-5", minutes=130)  # what the script still had
    assert form.watch(minutes=131) == ((), (KEY,))
    assert form.in_status(minutes=9999)["silent_since"] is None
    assert line not in form.lines
    assert set(form.mails) == {
        "Crescendo: the webhook of pulse is silent",
        "Crescendo: all clear: the webhook of pulse",
    }
    assert "run connect again" in form.mails["Crescendo: the webhook of pulse is silent"]


def test_a_form_without_a_webhook_is_never_called_silent(form: Form) -> None:
    form.sync_reads("r-1", "r-2", submitted=20, minutes=28)
    assert form.watch(minutes=9999) == ((), ())
    assert form.in_status(minutes=9999) == {
        "heard_at": None, "silent_since": None, "only_by_reading": 0, "to_do": None,
    }  # fmt: skip
    assert "told at once" not in "".join(form.lines)


def test_a_hint_is_a_sign_of_life_too(form: Form) -> None:
    form.hook_brings("r-1", minutes=0)
    form.sync_reads("r-2", submitted=20, minutes=28)
    assert form.watch(minutes=100) == ((KEY,), ())
    form.clock.at = HEARD + 101 * MINUTE
    assert form.web.post(HINT).status_code // 100 == 2
    assert form.watch(minutes=102) == ((), (KEY,))
    form.service.store.responses.receive(
        [Arrival("families", job=name_form_shard("families"))], received_at=HEARD + 102 * MINUTE
    )
    form.sync_reads("r-3", submitted=105, minutes=106)  # another form's webhook is not this one's
    assert form.watch(minutes=170) == ((KEY,), ())
