"""renew-watches: Google's notifications stay alive, one of each; what was missed in between is read again."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from config.schema import Google, Watch
from integration.adapters.google.watching.channels import is_authentic, spreadsheet_of_channel
from integration.errors import AccessError, CallError, CombinedError, ExternalServiceError
from integration.operations.dispatch import run_job
from integration.operations.subscriptions import load_channels, renew_watches
from integration.wiring import Service, build_service
from tests.fakes.google import StandIn
from tests.fakes.google.account import EMAIL
from tests.fakes.google.programme import KEY as PSEUDONYM_KEY
from tests.fakes.google.programme import set_up
from tests.system.commands import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.schema import Settings
    from tests.fakes.google.call_log import Call
    from tests.fakes.google.channels import Channel

FORM, FAMILIES, REGISTER = "1-pulse", "1-families", "1-register"
TOPIC = "projects/stand-in/topics/forms"
ADDRESS = "https://crescendo.example.org"
CHANNEL_KEY = "the-key-of-the-channels-0123456789"
HOUR, DAY = 3600.0, 86400.0


@dataclass(frozen=True, slots=True)
class GoogleTime:
    """A clock that shows Google's time, which a test puts forward."""

    google: StandIn

    def now(self) -> datetime:
        """Return the time."""
        return self.google.now.astimezone(UTC)


@pytest.fixture
def google() -> Iterator[StandIn]:
    with StandIn() as running:
        running.add_form(FORM, {"info": {"title": "Pulse"}, "items": []})
        running.add_form(FAMILIES, {"info": {"title": "Families"}, "items": []})
        running.add_spreadsheet(REGISTER, "Register", share="reader")
        running.add_topic(TOPIC)
        yield running


@pytest.fixture
def service(google: StandIn, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    account = tmp_path / "account.json"
    google.account_file(account)
    for name, value in {**google.environment(account), "DRIVE_CHANNEL_KEY": CHANNEL_KEY}.items():
        monkeypatch.setenv(name, value)
    made = service_of(settings, google, tmp_path)
    yield made
    made.close()


def service_of(
    settings: Settings, google: StandIn, home: Path, *, topic: str | None = TOPIC, address: str | None = ADDRESS
) -> Service:
    named = Google(
        forms={"pulse": FORM, "families": FAMILIES},
        sheets={"register": REGISTER},
        watch=Watch(topic=topic, address=address),
    )
    with_google = settings.model_copy(update={"google": named})
    return build_service(settings=with_google, home=home, data=None, key="", clock=GoogleTime(google))


def renewed(service: Service) -> str:
    return renew_watches(service, now=service.clock.now()).in_words()


def asked(service: Service) -> list[str]:
    """Return what is to be read, and let it be done."""
    ledger, now = service.store.ledger, service.clock.now()
    slots = ledger.ready(now=now + timedelta(hours=1))
    for slot in slots:
        attempt = ledger.begin(slot, by="a test", now=now)
        ledger.finish(slot, now=now, note="", attempt=attempt)
    return sorted(slot.job for slot in slots)


def watches(google: StandIn, form: str = FORM) -> dict[str, str]:
    """Return the id of each of a form's watches by what it reports."""
    assert len({each["eventType"] for each in google.forms[form].watches}) == len(google.forms[form].watches)
    return {each["eventType"]: each["id"] for each in google.forms[form].watches}


def until(google: StandIn, form: str = FORM) -> list[timedelta]:
    """Return how long from now on each of a form's watches lasts, to the minute."""
    lasts = (datetime.fromisoformat(each["expireTime"]) - google.now for each in google.forms[form].watches)
    return [timedelta(minutes=round(each.total_seconds() / 60)) for each in lasts]


def open_channels(google: StandIn) -> list[Channel]:
    return [each for each in google.channels.values() if each.until > google.now]


def making(call: Call) -> bool:
    return call.name == "forms.forms.watches.create"


def renewing(call: Call) -> bool:
    return call.name == "forms.forms.watches.renew"


def opening(call: Call) -> bool:
    return call.name == "drive.files.watch"


def stopping(call: Call) -> bool:
    return call.name == "drive.channels.stop"


def test_the_first_run_watches_everything_and_has_all_of_it_read(service: Service, google: StandIn) -> None:
    assert renewed(service) == (
        "4 watches made; 1 channel made; to be read, for something may have been missed: pulse, families, register"
    )
    assert sorted(watches(google)) == sorted(watches(google, FAMILIES)) == ["RESPONSES", "SCHEMA"]
    assert asked(service) == ["sync/form:families", "sync/form:pulse", "sync/sheet:register"]
    (channel,) = open_channels(google)
    assert (channel.file, channel.address) == (REGISTER, f"{ADDRESS}/hooks/drive")
    assert spreadsheet_of_channel(channel.id, ["register"]) == "register"
    assert is_authentic(CHANNEL_KEY.encode(), channel.id, channel.token)


def test_the_next_day_every_watch_is_renewed_and_nothing_is_read_again(service: Service, google: StandIn) -> None:
    renewed(service)
    before, _ = watches(google), asked(service)
    google.advance(6 * HOUR)
    assert renewed(service) == "4 watches renewed; 1 channel kept"
    assert watches(google) == before
    assert until(google) == [timedelta(days=7), timedelta(days=7)]
    assert asked(service) == []


def test_after_eight_days_of_silence_everything_is_made_anew_and_read_again(service: Service, google: StandIn) -> None:
    renewed(service)
    before, _ = watches(google), asked(service)
    google.advance(8 * DAY)
    assert "4 watches made; 1 channel made" in renewed(service)
    assert set(before.values()).isdisjoint(watches(google).values())
    assert asked(service) == ["sync/form:families", "sync/form:pulse", "sync/sheet:register"]


def test_a_watch_that_ends_while_we_look_is_made_anew(service: Service, google: StandIn) -> None:
    renewed(service)
    before, _ = watches(google), asked(service)
    google.meanwhile(google.forms[FORM].watches.clear, on=renewing)
    renewed(service)
    assert sorted(watches(google)) == sorted(before)
    assert asked(service) == ["sync/form:pulse"]


def test_one_form_that_lost_its_watch_is_read_and_no_other(service: Service, google: StandIn) -> None:
    renewed(service)
    asked(service)
    del google.forms[FAMILIES].watches[0]
    assert renewed(service).startswith("1 watch made, 3 renewed")
    assert asked(service) == ["sync/form:families"]


def test_a_suspended_watch_is_taken_up_again_and_its_form_read(service: Service, google: StandIn) -> None:
    renewed(service)
    before, _ = watches(google), asked(service)
    google.suspend(FORM, "RESPONSES")
    assert renewed(service).startswith("4 watches renewed")
    assert watches(google) == before
    assert {each["state"] for each in google.forms[FORM].watches} == {"ACTIVE"}
    assert asked(service) == ["sync/form:pulse"]


@pytest.mark.parametrize(
    ("why", "mend"),
    [
        ("OTHER_ERRORS", f"the topic {TOPIC} is there"),
        ("NO_USER_ACCESS", "share the form with crescendo@stand-in"),
    ],
)
def test_what_suspends_a_watch_for_good_is_said_and_keeps_no_other_back(
    service: Service, google: StandIn, why: str, mend: str
) -> None:
    renewed(service)
    asked(service)
    google.suspend(FORM, "RESPONSES", why, for_good=True)
    google.advance(DAY)
    with pytest.raises(AccessError, match="The form “pulse”: Google has suspended its watch for new answers") as caught:
        renewed(service)
    assert mend in str(caught.value)
    assert until(google, FAMILIES) == [timedelta(days=7), timedelta(days=7)]
    assert asked(service) == ["sync/sheet:register"]  # whose channel had ended
    google.mend(FORM)
    renewed(service)
    assert asked(service) == ["sync/form:pulse"]


def test_a_lost_reply_makes_no_second_watch(service: Service, google: StandIn) -> None:
    google.faults.script(["lost-reply", "half-body", "500-applied"], on=making)
    assert renewed(service).startswith("4 watches made")
    assert (len(watches(google)), len(watches(google, FAMILIES))) == (2, 2)
    assert len([call for call in google.calls if making(call)]) == 4
    assert asked(service) == ["sync/form:families", "sync/form:pulse", "sync/sheet:register"]


def test_a_bad_moment_of_google_keeps_no_watch_from_being_renewed(service: Service, google: StandIn) -> None:
    renewed(service)
    asked(service)
    google.advance(DAY / 4)
    google.faults.script(["429", "503", "reset", "lost-reply", None, "502-html", "half-json"], on=renewing)
    assert renewed(service) == "4 watches renewed; 1 channel kept"
    assert until(google) == until(google, FAMILIES) == [timedelta(days=7), timedelta(days=7)]
    assert asked(service) == []


@pytest.mark.parametrize(
    ("dies_over", "is_read"),
    [
        (2, ["sync/form:families", "sync/form:pulse", "sync/sheet:register"]),  # over the form's second watch
        (5, ["sync/sheet:register"]),  # over the channel
    ],
)
def test_a_run_that_breaks_off_has_the_next_one_read_what_was_missed(
    service: Service, google: StandIn, monkeypatch: pytest.MonkeyPatch, dies_over: int, is_read: list[str]
) -> None:
    ledger = type(service.store.ledger)
    request, times = ledger.request, count(1)

    def dies(self: Any, job: str, *, now: datetime) -> None:
        if next(times) == dies_over:
            raise KeyboardInterrupt
        request(self, job, now=now)

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "request", dies)
        with pytest.raises(KeyboardInterrupt):
            renewed(service)
    asked(service)
    renewed(service)
    assert asked(service) == is_read
    assert (len(watches(google)), len(open_channels(google))) == (2, 1)


@pytest.mark.parametrize("lets_publish", [False, None])
def test_a_topic_that_is_gone_or_closed_is_said(service: Service, google: StandIn, lets_publish: bool | None) -> None:  # noqa: FBT001  # a case
    google.topics.clear()
    if lets_publish is not None:
        google.add_topic(TOPIC, lets_publish=lets_publish)
    with pytest.raises(CombinedError) as caught:
        renewed(service)
    assert caught.value.exit_code == 2
    assert (
        f"The form “pulse”: Google does not watch it for new answers; in Google Cloud see that the topic {TOPIC} is "
        "there, in the account's own project, and lets forms-notifications@system.gserviceaccount.com publish (Pub/Sub "
        f"Publisher), and that {EMAIL} is an editor of the form, then run renew-watches.\n"
    ) in str(caught.value)
    assert open_channels(google)
    google.add_topic(TOPIC)
    renewed(service)
    assert sorted(watches(google)) == ["RESPONSES", "SCHEMA"]


def test_a_form_that_cannot_be_asked_about_keeps_no_other_back(service: Service, google: StandIn) -> None:
    google.revoke(FORM)
    with pytest.raises(AccessError, match="The form “pulse”: crescendo@stand-in"):
        renewed(service)
    assert (watches(google), len(watches(google, FAMILIES))) == ({}, 2)


def test_with_another_topic_the_watches_notify_that_one(
    service: Service, google: StandIn, settings: Settings, tmp_path: Path
) -> None:
    renewed(service)
    asked(service)
    google.add_topic(f"{TOPIC}-2")
    other = service_of(settings, google, tmp_path, topic=f"{TOPIC}-2")
    assert renewed(other).startswith("4 watches made")
    assert {each["target"]["topic"]["topicName"] for each in google.forms[FORM].watches} == {f"{TOPIC}-2"}
    assert asked(other) == ["sync/form:families", "sync/form:pulse"]
    other.close()


def test_two_at_once_that_want_different_topics_come_to_an_end(
    service: Service, google: StandIn, settings: Settings, tmp_path: Path
) -> None:
    google.add_topic(f"{TOPIC}-2")
    other = service_of(settings, google, tmp_path / "other", topic=f"{TOPIC}-2")
    google.meanwhile(lambda: renewed(other), on=making)
    renewed(service)
    assert {each["target"]["topic"]["topicName"] for each in google.forms[FORM].watches} == {TOPIC}
    assert len(watches(google)) == 2
    other.close()


def test_two_at_once_leave_one_watch(service: Service, google: StandIn, settings: Settings, tmp_path: Path) -> None:
    # Two installations with one account: neither knows of the other's store, nor waits for it.
    other = service_of(settings, google, tmp_path / "other")
    google.meanwhile(lambda: renewed(other), on=making)
    assert "2 watches made, 2 renewed" in renewed(service)
    assert (len(watches(google)), len(watches(google, FAMILIES))) == (2, 2)
    assert asked(service) == ["sync/form:families", "sync/form:pulse", "sync/sheet:register"]
    other.close()


def test_a_channel_is_replaced_before_it_ends_and_the_old_one_stopped(service: Service, google: StandIn) -> None:
    renewed(service)
    (first,), _ = open_channels(google), asked(service)
    beside: list[int] = []
    google.meanwhile(lambda: beside.append(len(open_channels(google)) - 1), on=stopping)
    for _ in range(5):
        google.advance(6 * HOUR)
        renewed(service)
        assert len(open_channels(google)) == 1
    assert beside == [1]  # what came when the old one was stopped came by the new one
    assert len([call for call in google.calls if stopping(call)]) == 2
    assert first.id not in google.channels
    assert asked(service) == []
    (last,) = open_channels(google)
    assert last.until - google.now > timedelta(hours=11)


def test_a_channel_that_ended_before_it_was_replaced_has_its_spreadsheet_read(
    service: Service, google: StandIn
) -> None:
    renewed(service)
    asked(service)
    google.advance(25 * HOUR)
    renewed(service)
    assert (len(open_channels(google)), asked(service)) == (1, ["sync/sheet:register"])


def test_a_channel_whose_reply_was_lost_is_stopped_by_its_id(service: Service, google: StandIn) -> None:
    google.faults.script(["lost-reply", "half-json", "503-applied"], on=opening)
    renewed(service)
    assert len([call for call in google.calls if opening(call)]) == 4
    assert len(open_channels(google)) == 1
    assert [each.identity for each in load_channels(service.store, now=service.clock.now())] == list(google.channels)


def test_a_channel_is_stopped_though_google_has_a_bad_moment(service: Service, google: StandIn) -> None:
    renewed(service)
    google.advance(13 * HOUR)
    google.faults.script(["429", "reset", "503", "lost-reply"], on=stopping)
    renewed(service)
    assert len(open_channels(google)) == 1


def test_what_could_not_be_stopped_is_stopped_by_the_next_run(service: Service, google: StandIn) -> None:
    renewed(service)
    google.advance(13 * HOUR)
    google.faults.script(["503"] * 8, on=stopping)
    with pytest.raises(ExternalServiceError, match="A channel of Google Drive: Google's answer to a change was lost"):
        renewed(service)
    assert len(open_channels(google)) == 2
    renewed(service)
    assert len(open_channels(google)) == 1


def test_with_another_key_or_address_the_channel_is_another(
    service: Service, google: StandIn, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed(service)
    asked(service)
    monkeypatch.setenv("DRIVE_CHANNEL_KEY", f"{CHANNEL_KEY}-2")
    renewed(service)
    (channel,) = open_channels(google)
    assert is_authentic(f"{CHANNEL_KEY}-2".encode(), channel.id, channel.token)
    assert asked(service) == ["sync/sheet:register"]
    other = service_of(settings, google, tmp_path, address="https://other.example.org")
    renewed(other)
    assert [each.address for each in open_channels(google)] == ["https://other.example.org/hooks/drive"]
    other.close()


def test_without_the_key_nothing_is_left_open(
    service: Service, google: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed(service)
    monkeypatch.delenv("DRIVE_CHANNEL_KEY")
    assert renewed(service) == ("4 watches renewed; the spreadsheets are not watched, for DRIVE_CHANNEL_KEY is not set")
    assert open_channels(google) == []


@pytest.mark.usefixtures("service")
def test_a_key_without_an_address_is_said_when_the_forms_are_watched(
    google: StandIn, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = service_of(settings, google, tmp_path, address=None)
    with pytest.raises(CallError, match=r"DRIVE_CHANNEL_KEY is set, but google\.yaml names no address") as caught:
        renewed(without)
    assert caught.value.exit_code == 2
    assert len(watches(google)) == 2
    monkeypatch.setenv("DRIVE_CHANNEL_KEY", "short")
    with pytest.raises(CallError, match="DRIVE_CHANNEL_KEY"):
        renewed(without)
    without.close()


def test_while_google_is_away_nothing_is_changed_and_later_is_worth_a_try(service: Service, google: StandIn) -> None:
    google.faults.at_random(1.0, kinds=("503",))
    with pytest.raises(CombinedError) as caught:
        renewed(service)
    assert (caught.value.permanent, caught.value.exit_code) == (False, 75)
    assert str(caught.value).endswith("could be renewed or made; what was there before stays until its time is over.")
    google.faults.clear()
    renewed(service)
    assert (len(watches(google)), len(open_channels(google))) == (2, 1)


def test_what_was_done_beside_an_error_is_said(service: Service, google: StandIn) -> None:
    renewed(service)
    google.revoke(FORM)
    google.revoke(FAMILIES)
    with pytest.raises(CombinedError) as caught:
        renewed(service)
    assert str(caught.value).endswith("\nDone all the same: 1 channel kept.")


def test_bad_days_leave_one_of_each(service: Service, google: StandIn) -> None:
    for seed in range(6):
        google.faults.at_random(0.3, seed=seed)
        with suppress(ExternalServiceError, CombinedError):
            renewed(service)
        google.advance(6 * HOUR)
    google.faults.clear()
    renewed(service)
    assert (len(watches(google)), len(watches(google, FAMILIES)), len(open_channels(google))) == (2, 2, 1)


@pytest.mark.usefixtures("service")
def test_without_google_or_a_topic_it_says_so(
    google: StandIn, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRIVE_CHANNEL_KEY")
    without = service_of(settings, google, tmp_path, topic=None, address=None)
    assert renewed(without) == (
        "the forms are not watched, for google.yaml names no topic; the spreadsheets are not watched, "
        "for google.yaml names no address, and DRIVE_CHANNEL_KEY is not set"
    )
    assert google.calls == []
    folder = build_service(settings=settings, home=tmp_path, data=None, key="", clock=GoogleTime(google))
    told = "nothing is watched, for forms and sheets do not come from Google"
    assert run_job(folder, "renew-watches") == f"renew-watches: {told}"
    folder.close()
    without.close()


def test_the_command_keeps_the_watches_of_a_whole_programme(tmp_path: Path) -> None:
    with StandIn() as google:
        programme = set_up(google, tmp_path)
        facts = dict(programme.facts) | {"watch": {"topic": TOPIC, "address": ADDRESS}}
        (programme.config / "google.yaml").write_text(yaml.safe_dump(json.loads(json.dumps(facts))), encoding="utf-8")
        google.add_topic(TOPIC)
        given = ("--config", programme.config, "--home", tmp_path / "home")
        environment = programme.environment | {"DRIVE_CHANNEL_KEY": CHANNEL_KEY, "PSEUDONYM_KEY": PSEUDONYM_KEY}
        tried = run("run", "renew-watches", "--dry-run", *given, environment=environment)
        assert tried.out == (
            "Dry run, nothing was written. Would be: renew-watches: 8 watches made; 1 channel made\n"
        ), tried.err
        assert not [call for call in google.calls if call.method != "GET" and call.kind != "token"]
        ran = run("run", "renew-watches", *given, environment=environment)
        assert ran.out.startswith("renew-watches: 8 watches made; 1 channel made; to be read"), ran.err
        again = run("run", "renew-watches", *given, environment=environment)
        assert (again.code, again.out) == (0, "renew-watches: 8 watches renewed; 1 channel kept\n")
        google.topics.clear()
        for form in google.forms.values():
            form.watches.clear()
        refused = run("run", "renew-watches", *given, environment=environment)
        assert refused.code == 2
        assert f"see that the topic {TOPIC} is there" in refused.err
