"""Alerts: the owner is notified of each condition once, whatever crashes in between, and once more when it is over."""

from __future__ import annotations

import email
import email.policy
import json
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from config.schema import Alerts, Expiry
from config.schema.base import Duration
from config.schema.packs import Person
from integration.adapters.clock import FixedClock
from integration.adapters.mail.smtp import SmtpMailer
from integration.adapters.store import open_store
from integration.alerts.kinds import ALERT_KINDS, AlertKind
from integration.model import Condition, PlannedSlot, Slot
from integration.operations.monitoring.alerts import last_notification, open_alerts, update_alerts
from integration.operations.monitoring.conditions import find_conditions
from integration.wiring import Service, build_service
from jobs.scheduling.monitoring import send_due_heartbeat
from jobs.scheduling.runs import plan_due
from tests.system.commands import run
from tests.unit.integration.adapters.mail.mail_servers import (
    MailHandler,
    free_port,
    run_mail_server,
    run_scripted_server,
)
from tests.unit.integration.adapters.test_heartbeat import monitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from config.addresses import MailServer
    from config.schema import Settings
    from integration.alerts.facts import Facts
    from integration.model import AlertMail, Mail

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OWNER = Person(name="Ana Reis", email="ana@crescendo.example")
SENTENCE = "The form “pulse”: robot@x.example may not read it; in Google, share it with that address as an editor."


TAKES_AND_HANGS_UP = (b"220 hello\r\n", b"250 fine\r\n", b"250 fine\r\n", b"250 fine\r\n", b"354 go on\r\n")


class Crash(BaseException):
    """The process is killed: nothing catches it."""


@pytest.fixture
def service(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    for name in ("SMTP_URL", "MAIL_FROM", "HEARTBEAT_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    made = build_service(
        settings=settings.model_copy(update={"alerts": Alerts(owner=OWNER)}), home=tmp_path, data=None, key="",
        clock=FixedClock(NOW),
    )  # fmt: skip
    yield made
    made.close()


@pytest.fixture
def post() -> MailHandler:
    return MailHandler()


@pytest.fixture
def server(post: MailHandler, service: Service) -> Iterator[MailServer]:
    with run_mail_server(post) as running:
        service.__dict__["mailer"] = SmtpMailer(running)
        yield running


def fail(service: Service, job: str, at: datetime, *, sentence: str = SENTENCE, retryable: bool = False) -> None:
    """Let a slot of the job fail for good."""
    slot = Slot(at, job)
    service.store.ledger.plan([PlannedSlot(slot)], now=at)
    service.store.ledger.begin(slot, by="here", now=at)
    service.store.ledger.fail(slot, now=at, note=sentence, retryable=retryable, retry_at=None)


def succeed(service: Service, job: str, at: datetime) -> None:
    slot = Slot(at, job)
    service.store.ledger.plan([PlannedSlot(slot)], now=at)
    service.store.ledger.begin(slot, by="here", now=at)
    service.store.ledger.finish(slot, now=at, note="nothing new")


def mails(post: MailHandler) -> list[Any]:
    return [email.message_from_bytes(each.content, policy=email.policy.default) for each in post.received]


def subjects(post: MailHandler) -> list[str]:
    return [str(mail["Subject"]) for mail in mails(post)]


def keys(service: Service) -> list[str]:
    return [alert["key"] for alert in open_alerts(service)]


def break_before(thing: object, name: str, patch: pytest.MonkeyPatch) -> None:
    """Let the process be killed when this is to be called next."""

    def crash(*_: object, **__: object) -> None:
        raise Crash

    patch.setattr(thing if hasattr(thing, "__dict__") else type(thing), name, crash)  # a repository is frozen


# --- notified once, all clear once ------------------------------------------------------------------------


@pytest.mark.usefixtures("server")
def test_the_owner_is_notified_of_a_condition_once_and_of_its_end_once(service: Service, post: MailHandler) -> None:
    fail(service, "sync", NOW)
    for minutes in range(4):
        update_alerts(service, now=NOW + minutes * MINUTE)
    assert subjects(post) == ["Crescendo: sync has failed"]
    text = mails(post)[0].get_body(("plain",)).get_content()
    assert SENTENCE in text
    assert "python -m jobs run sync" in text
    succeed(service, "sync", NOW + HOUR)
    for minutes in range(4):
        update_alerts(service, now=NOW + HOUR + minutes * MINUTE)
    assert subjects(post) == ["Crescendo: sync has failed", "Crescendo: all clear: sync"]
    assert keys(service) == []
    fail(service, "sync", NOW + 2 * HOUR)
    update_alerts(service, now=NOW + 2 * HOUR)
    assert subjects(post)[2:] == ["Crescendo: sync has failed"]


@pytest.mark.usefixtures("server")
def test_all_that_is_new_and_all_that_is_over_is_one_mail(service: Service, post: MailHandler) -> None:
    fail(service, "sync", NOW)
    update_alerts(service, now=NOW)
    succeed(service, "sync", NOW + HOUR)
    fail(service, "publish", NOW + HOUR)
    fail(service, "backup", NOW + HOUR)
    changes = update_alerts(service, now=NOW + HOUR)
    assert changes.new == ("failed/backup", "failed/publish")
    assert changes.over == ("failed/sync",)
    assert subjects(post)[1:] == ["Crescendo: backup has failed, and 2 more"]
    html = mails(post)[1].get_body(("html",)).get_content()
    assert html.count("<h1") == 2
    assert "Sync has failed</strong>: that is over since 10:00 on 3 March 2026" in html


@pytest.mark.usefixtures("server")
def test_a_run_by_hand_that_goes_well_is_the_end_too(service: Service, post: MailHandler) -> None:
    fail(service, "sync/form:pulse", NOW)
    fail(service, "sync/form:families", NOW)
    update_alerts(service, now=NOW)
    later = NOW + 5 * MINUTE
    service.store.runs.record("sync", started_at=later, ended_at=later, outcome="failed", note="")
    update_alerts(service, now=later)
    service.store.runs.record("sync", started_at=later, ended_at=later, outcome="done", note="")
    update_alerts(service, now=later)
    assert subjects(post) == ["Crescendo: sync has failed", "Crescendo: all clear: sync"]
    assert "The job sync (form families, form pulse) has failed" in mails(post)[0].get_body(("plain",)).get_content()


# --- what breaks off ---------------------------------------------------------------------------------------


def after_a_crash(service: Service, crash: Callable[[pytest.MonkeyPatch], None], at: datetime) -> None:
    with pytest.MonkeyPatch.context() as patch:
        crash(patch)
        with pytest.raises(Crash):
            update_alerts(service, now=at)


@pytest.mark.usefixtures("server")
def test_a_crash_between_claim_and_sending_loses_nothing(service: Service, post: MailHandler) -> None:
    fail(service, "sync", NOW)
    after_a_crash(service, lambda patch: break_before(service.mailer, "send", patch), NOW)
    fail(service, "publish", NOW)
    update_alerts(service, now=NOW + 4 * MINUTE)
    assert subjects(post) == []  # the process that claimed it may be sending it still
    update_alerts(service, now=NOW + 6 * MINUTE)
    update_alerts(service, now=NOW + 7 * MINUTE)
    assert subjects(post) == ["Crescendo: sync has failed", "Crescendo: publish has failed"]


@pytest.mark.usefixtures("server")
def test_a_crash_between_sending_and_marking_repeats_the_same_mail(service: Service, post: MailHandler) -> None:
    fail(service, "sync", NOW)
    after_a_crash(service, lambda patch: break_before(service.store.alerts, "mark_notified", patch), NOW)
    fail(service, "publish", NOW)
    for minutes in range(6, 30):
        update_alerts(service, now=NOW + minutes * MINUTE)
    first, again, other = mails(post)
    assert first.as_bytes() == again.as_bytes()
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert other["Subject"] == "Crescendo: publish has failed"


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("step", ["mark_all_clear", "save_mail"])
def test_a_crash_while_marking_repeats_nothing(service: Service, post: MailHandler, step: str) -> None:
    fail(service, "publish", NOW - HOUR)
    update_alerts(service, now=NOW - HOUR)
    succeed(service, "publish", NOW)
    fail(service, "sync", NOW)
    alerts = type(service.store.alerts)

    def crash(patch: pytest.MonkeyPatch) -> None:
        true = getattr(alerts, step)

        def break_after_the_mail(*given: Any, **named: Any) -> None:
            if len(post.received) > 1:
                raise Crash
            true(*given, **named)

        patch.setattr(alerts, step, break_after_the_mail)

    after_a_crash(service, crash, NOW)
    for minutes in range(12):
        update_alerts(service, now=NOW + minutes * MINUTE)
    assert subjects(post) == ["Crescendo: publish has failed", "Crescendo: sync has failed, and 1 more"]
    assert keys(service) == ["failed/sync"]


@pytest.mark.usefixtures("server")
def test_a_crash_while_an_all_clear_is_sent_repeats_the_same_mail(service: Service, post: MailHandler) -> None:
    fail(service, "sync", NOW)
    update_alerts(service, now=NOW)
    succeed(service, "sync", NOW + HOUR)
    after_a_crash(service, lambda patch: break_before(service.store.alerts, "mark_notified", patch), NOW + HOUR)
    for minutes in range(6, 30):
        update_alerts(service, now=NOW + HOUR + minutes * MINUTE)
    _, clear, again = mails(post)
    assert clear.as_bytes() == again.as_bytes()
    assert clear["Subject"] == "Crescendo: all clear: sync"


def test_a_mail_whose_answer_was_lost_is_sent_again_as_it_was(service: Service, post: MailHandler) -> None:
    fail(service, "sync", NOW)
    with run_scripted_server(*TAKES_AND_HANGS_UP) as server:
        service.__dict__["mailer"] = SmtpMailer(server)
        assert "nobody knows whether it took it" in update_alerts(service, now=NOW).problem
    fail(service, "publish", NOW + MINUTE)
    with run_mail_server(post) as server:
        service.__dict__["mailer"] = SmtpMailer(server)
        for minutes in range(1, 12):
            update_alerts(service, now=NOW + minutes * MINUTE)
    assert subjects(post) == ["Crescendo: sync has failed", "Crescendo: publish has failed"]


def test_a_mail_whose_answer_is_always_lost_counts_as_sent_in_the_end(service: Service, post: MailHandler) -> None:
    """Its server takes it and never says so: it comes four times, then other alerts get their mail."""
    fail(service, "sync", NOW)
    problems = []
    for tries in range(4):
        with run_scripted_server(*TAKES_AND_HANGS_UP) as server:
            service.__dict__["mailer"] = SmtpMailer(server)
            problems.append(update_alerts(service, now=NOW + 5 * tries * MINUTE).problem)
    fail(service, "publish", NOW + MINUTE)
    assert "It was handed over 4 times, so it counts as sent." in problems[3]
    assert "It was handed over" not in "".join(problems[:3])
    assert "so it counts as sent" in last_notification(service).problem  # `status` says it too
    with run_mail_server(post) as server:
        service.__dict__["mailer"] = SmtpMailer(server)
        update_alerts(service, now=NOW + 16 * MINUTE)
    assert subjects(post) == ["Crescendo: publish has failed"]
    assert last_notification(service).problem == ""


@pytest.mark.usefixtures("server")
def test_a_mail_that_is_never_sent_to_its_end_does_not_keep_others_back(service: Service, post: MailHandler) -> None:
    fail(service, "sync", NOW)
    for tries in range(4):
        after_a_crash(service, lambda patch: break_before(service.mailer, "send", patch), NOW + 6 * tries * MINUTE)
    fail(service, "publish", NOW)
    update_alerts(service, now=NOW + 24 * MINUTE)
    update_alerts(service, now=NOW + 25 * MINUTE)
    assert subjects(post) == ["Crescendo: publish has failed"]


@pytest.mark.usefixtures("server")
def test_a_mail_that_is_not_taken_now_is_tried_again_but_not_at_once(service: Service, post: MailHandler) -> None:
    post.replies["DATA"] = ["451 4.3.0 later"]
    fail(service, "sync", NOW)
    assert "for now (451 4.3.0)" in update_alerts(service, now=NOW).problem
    assert "for now (451 4.3.0)" in update_alerts(service, now=NOW + 4 * MINUTE).problem
    assert post.commands.count("DATA") == 1  # no hammering
    assert update_alerts(service, now=NOW + 5 * MINUTE).notified == ("failed/sync",)
    assert subjects(post) == ["Crescendo: sync has failed"]


def test_a_mail_server_that_is_away_loses_nothing_and_breaks_nothing(service: Service, post: MailHandler) -> None:
    from config.addresses import MailServer, Tls  # noqa: PLC0415

    service.__dict__["mailer"] = SmtpMailer(MailServer("127.0.0.1", free_port(), Tls.NONE))
    fail(service, "sync", NOW)
    fail(service, "backup", NOW)
    assert "cannot be reached" in update_alerts(service, now=NOW).problem
    succeed(service, "backup", NOW + MINUTE)  # began and ended before the owner was notified
    fail(service, "publish", NOW + 2 * MINUTE)
    update_alerts(service, now=NOW + 2 * MINUTE)
    with run_mail_server(post) as server:
        service.__dict__["mailer"] = SmtpMailer(server)
        update_alerts(service, now=NOW + 10 * MINUTE)
    assert subjects(post) == ["Crescendo: sync has failed, and 1 more"]
    assert "backup" not in mails(post)[0].get_body(("plain",)).get_content()


@pytest.mark.usefixtures("server")
def test_of_what_is_over_before_the_owner_was_notified_no_mail_is_sent(service: Service, post: MailHandler) -> None:
    post.replies["RCPT"] = ["450 4.2.1 later"]
    fail(service, "sync", NOW)
    update_alerts(service, now=NOW)
    succeed(service, "sync", NOW + MINUTE)
    for minutes in range(1, 20):
        update_alerts(service, now=NOW + minutes * MINUTE)
    assert subjects(post) == []
    assert service.store.alerts.unsettled() == []


def test_two_updates_at_once_send_one_mail(service: Service, post: MailHandler, server: MailServer) -> None:
    fail(service, "sync", NOW)

    class Both(SmtpMailer):
        def send(self, mail: Mail) -> str:
            service.__dict__["mailer"] = SmtpMailer(server)
            assert update_alerts(service, now=NOW).notified == ()
            return super().send(mail)

    service.__dict__["mailer"] = Both(server)
    update_alerts(service, now=NOW)
    assert subjects(post) == ["Crescendo: sync has failed"]


def test_of_two_machines_one_updates_at_a_time(settings: Settings, postgresql_url: str, tmp_path: Path) -> None:
    """One finds a condition over while the other is mailing it: the owner is notified of it, and of its end."""
    mailed: list[str] = []
    here, there = (
        build_service(
            settings=settings.model_copy(update={"alerts": Alerts(owner=OWNER)}), home=tmp_path / name, data=None,
            key="", clock=FixedClock(NOW), database_url=postgresql_url,
        )
        for name in ("here", "there")
    )  # fmt: skip

    class Mailed:
        in_words = "somewhere"

        def send(self, mail: Mail) -> str:
            mailed.append(mail.subject)
            return self.in_words

    here.__dict__["mailer"] = there.__dict__["mailer"] = Mailed()
    with closing(here), closing(there):
        fail(here, "sync", NOW)
        found_there = find_conditions(there, now=NOW)
        here.store.alerts.add(found_there, now=NOW)
        succeed(here, "sync", NOW + MINUTE)
        with pytest.MonkeyPatch.context() as patch:

            def read_notification(service: Service) -> AlertMail:
                """Let the other machine, which found the condition before it was over, come in between."""
                patch.undo()
                notification = last_notification(service)
                patch.setattr("integration.operations.monitoring.alerts.find_conditions", lambda *_, **__: found_there)
                update_alerts(there, now=NOW + MINUTE)
                return notification

            patch.setattr("integration.operations.monitoring.alerts.last_notification", read_notification)
            update_alerts(here, now=NOW + MINUTE)
        update_alerts(there, now=NOW + 2 * MINUTE)
        assert here.store.alerts.unsettled() == []
    assert mailed in ([], ["Crescendo: sync has failed", "Crescendo: all clear: sync"])


@pytest.mark.usefixtures("server")
def test_without_an_owner_alerts_are_kept_and_not_mailed(
    service: Service, post: MailHandler, settings: Settings
) -> None:
    object.__setattr__(service, "settings", settings.model_copy(update={"alerts": Alerts()}))  # frozen elsewhere
    fail(service, "sync", NOW)
    update_alerts(service, now=NOW)
    assert keys(service) == ["failed/sync"]
    succeed(service, "sync", NOW + HOUR)
    update_alerts(service, now=NOW + HOUR)
    assert service.store.alerts.unsettled() == []
    assert not post.commands


# --- which conditions there are ----------------------------------------------------------------------------


def test_of_a_passing_failure_the_owner_is_notified_when_it_does_not_pass(service: Service) -> None:
    """Sync runs every 10 minutes, and may be late by 30."""
    for minutes in range(0, 40, 10):
        fail(service, "sync", NOW + minutes * MINUTE, retryable=True)
        changes = update_alerts(service, now=NOW + minutes * MINUTE)
        assert changes.new == ()
    slot = Slot(NOW + 40 * MINUTE, "sync")
    service.store.ledger.plan([PlannedSlot(slot)], now=slot.due_at)
    service.store.ledger.begin(slot, by="here", now=slot.due_at)
    service.store.ledger.fail(
        slot, now=slot.due_at, note="Google is away.", retryable=True, retry_at=slot.due_at + MINUTE
    )
    assert update_alerts(service, now=slot.due_at).new == ("failed/sync",)
    assert "Google is away." in open_alerts(service)[0]["says"]
    assert "sync is tried again at 09:41 on 3 March 2026" in open_alerts(service)[0]["to_do"]
    service.store.ledger.begin(slot, by="here", now=slot.due_at + MINUTE)
    assert update_alerts(service, now=slot.due_at + MINUTE).over == ()
    assert "sync is tried again now" in open_alerts(service)[0]["to_do"]  # what is open says what is so
    service.store.ledger.finish(slot, now=slot.due_at + MINUTE, note="")
    assert update_alerts(service, now=slot.due_at + MINUTE).over == ("failed/sync",)


def test_a_shard_that_is_planned_no_more_is_no_condition(service: Service) -> None:
    fail(service, "sync/form:families", NOW)
    succeed(service, "sync/form:pulse", NOW)
    assert update_alerts(service, now=NOW).new == ("failed/sync",)
    service.store.ledger.register(["sync/form:families", "sync/form:pulse"], now=NOW - HOUR)
    succeed(service, "sync/form:pulse", NOW + 10 * MINUTE)
    assert update_alerts(service, now=NOW + 10 * MINUTE).over == ("failed/sync",)


def test_a_slot_that_nobody_runs_is_late_and_one_that_nobody_plans_is_missed(service: Service) -> None:
    jobs = {"sync": service.settings.jobs["sync"]}
    service.store.ledger.register(["sync"], now=NOW - MINUTE)
    assert update_alerts(service, now=NOW + 30 * MINUTE).new == ()
    assert update_alerts(service, now=NOW + 31 * MINUTE).new == ("missed/sync",)
    (slot,) = plan_due(service.store.ledger, jobs, clock=service.clock)
    assert slot.due_at == NOW
    assert update_alerts(service, now=NOW + 29 * MINUTE).over == ("missed/sync",)
    service.store.ledger.begin(slot, by="red:4711", now=NOW + MINUTE)
    assert update_alerts(service, now=NOW + 31 * MINUTE).new == ("late/sync",)
    assert "It has been running for 30 minutes (red:4711)" in open_alerts(service)[0]["says"]


def test_what_is_made_good_after_an_outage_is_not_late_at_once(service: Service) -> None:
    slot = Slot(NOW - 48 * HOUR, "sync")
    service.store.ledger.plan([PlannedSlot(slot, covers=9)], now=NOW)
    assert update_alerts(service, now=NOW + MINUTE).new == ()
    assert update_alerts(service, now=NOW + 31 * MINUTE).new == ("late/sync",)


def test_a_form_that_fell_silent_and_what_expires(service: Service, settings: Settings) -> None:
    written = Alerts(
        owner=OWNER,
        silent_after={"pulse": Duration(21, "day")},
        expiries=(Expiry(what="Password of the mail server", on=NOW.date(), to_do="Ask for a new one."),),
    )
    object.__setattr__(service, "settings", settings.model_copy(update={"alerts": written}))  # frozen elsewhere
    update_alerts(service, now=NOW)
    assert keys(service) == ["expires/Password of the mail server"]  # the programme is over: no answer is expected
    during = datetime(2022, 3, 3, 9, 0, tzinfo=UTC)
    assert update_alerts(service, now=during).new == ("silent/pulse",)
    assert update_alerts(service, now=datetime(2021, 9, 7, tzinfo=UTC)).over == ("silent/pulse",)


def test_a_pack_that_may_not_have_been_sent_and_one_that_changed_are_held(service: Service) -> None:
    store = service.store
    for authority, digest in (("northbrook", "a"), ("southmere", "b")):
        store.packs.save(authority, "2026-02", digest, "{}", built_at=NOW)
        store.deliveries.claim(authority, "2026-02", 1, "a@x.example", f"<{authority}@x.example>")
    store.deliveries.confirm("<southmere@x.example>", sent_at=NOW)
    assert update_alerts(service, now=NOW).new == ()
    assert update_alerts(service, now=NOW + 59 * MINUTE).new == ()
    assert update_alerts(service, now=NOW + 61 * MINUTE).new == ("held/northbrook/2026-02",)
    store.deliveries.confirm("<northbrook@x.example>", sent_at=NOW)
    store.packs.save("southmere", "2026-02", "c", "{}", built_at=NOW + HOUR)
    changes = update_alerts(service, now=NOW + 2 * HOUR)
    assert (changes.new, changes.over) == (("held/southmere/2026-02",), ("held/northbrook/2026-02",))
    assert "pack show --authority southmere --month 2026-02" in open_alerts(service)[0]["to_do"]
    assert update_alerts(service, now=NOW + 70 * 24 * HOUR).over == ("held/southmere/2026-02",)


@pytest.mark.usefixtures("server")
def test_a_kind_of_alert_is_one_record(service: Service, post: MailHandler, monkeypatch: pytest.MonkeyPatch) -> None:
    def find_crowd(facts: Facts) -> Iterator[Condition]:
        if (waiting := len(list(facts.open_slots))) > 2:
            yield Condition("crowded/the queue", f"{waiting} slots wait.", "Start another worker.")

    kind = AlertKind(
        key="crowded", find=find_crowd, headline="{} is too long", name_subject=str.title, rests_on_answers=False,
        setting="", description="more slots than two that wait",
    )  # fmt: skip
    monkeypatch.setitem(ALERT_KINDS, kind.key, kind)
    slots = [Slot(NOW, job) for job in ("sync", "publish", "backup")]
    service.store.ledger.plan([PlannedSlot(slot) for slot in slots], now=NOW)
    changes = update_alerts(service, now=NOW)
    assert (changes.new, changes.in_words()) == (("crowded/the queue",), "new: The Queue is too long")
    assert [alert["headline"] for alert in open_alerts(service)] == ["The Queue is too long"]
    assert "3 slots wait.\r\nWhat to do: Start another worker." in mails(post)[0].get_body(("plain",)).get_content()
    service.store.ledger.begin(slots[0], by="here", now=NOW)
    service.store.ledger.finish(slots[0], now=NOW, note="")
    assert update_alerts(service, now=NOW + MINUTE).over == ("crowded/the queue",)
    assert subjects(post) == ["Crescendo: The Queue is too long", "Crescendo: all clear: The Queue"]
    assert keys(service) == []


# --- the heartbeat -----------------------------------------------------------------------------------------


def test_a_heartbeat_goes_once_a_minute_and_not_while_a_job_is_late(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send_due_heartbeat(service, now=NOW) is None  # no monitor, no heartbeat
    with monitor() as heard:
        monkeypatch.setenv("HEARTBEAT_URL", heard.url)
        for seconds in range(0, 121, 10):
            assert send_due_heartbeat(service, now=NOW + timedelta(seconds=seconds)) is None
        assert len(heard.heard) == 3
        fail(service, "publish", NOW)  # the owner is notified; the monitor need not ring
        assert send_due_heartbeat(service, now=NOW + 5 * MINUTE) is None
        service.store.ledger.plan([PlannedSlot(Slot(NOW, "sync"))], now=NOW)
        said = send_due_heartbeat(service, now=NOW + 31 * MINUTE)
        assert said
        assert "The job sync is late" in said
        assert len(heard.heard) == 4


def test_a_heartbeat_that_cannot_be_sent_is_a_sentence(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTBEAT_URL", f"http://127.0.0.1:{free_port()}/f3b1c2")
    assert "cannot be reached" in str(send_due_heartbeat(service, now=NOW))
    monkeypatch.setenv("HEARTBEAT_URL", "http://elsewhere.example/f3b1c2")
    assert "HEARTBEAT_URL is not an address" in str(send_due_heartbeat(service, now=NOW))


# --- status, and the command -------------------------------------------------------------------------------


def test_status_shows_open_alerts_first(home: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(home, tmp_path / "home")
    store = open_store(f"sqlite:///{copy / 'crescendo.db'}")
    store.alerts.add([Condition("failed/sync", SENTENCE, "Put it right.")], now=NOW)
    store.close()
    ran = run("status", "--home", copy)
    assert ran.code == 0, ran.err
    assert ran.out.startswith(
        f"! sync has failed, since 03 Mar 2026 09:00 (not mailed)\n  {SENTENCE}\n  What to do: Put it right.\n\nsource"
    )
    shown = json.loads(run("status", "--json", "--home", copy).out)
    assert [alert["key"] for alert in shown["alerts"]] == ["failed/sync"]


def test_lookout_is_a_command(tmp_path: Path) -> None:
    ran = run("run", "lookout", "--home", tmp_path, environment={"PSEUDONYM_KEY": "long enough for a test"})
    assert (ran.code, ran.out) == (0, "lookout: nothing that expires\n"), ran.err
