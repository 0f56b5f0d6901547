"""Expiry: what expires is found, stored, and a condition in time; what cannot be asked about stays as it was known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from integration.adapters.clock import FixedClock
from integration.errors import AccessError, CombinedError
from integration.operations.monitoring.conditions import find_conditions
from integration.operations.monitoring.expiry import check_expiry, known_expiries
from integration.wiring import Service, build_service
from tests.fakes.google import StandIn
from tests.fakes.google.account import EMAIL
from tests.fakes.google.clock import zulu

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.schema import Settings

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
FORM = "1-pulse"
KEY = f"the key of the Google account {EMAIL}"
WATCH = "the watch of the form “pulse” for new answers"


@pytest.fixture
def google() -> Iterator[StandIn]:
    with StandIn() as running:
        running.advance((NOW - running.now).total_seconds())
        running.add_form(FORM, {"info": {"title": "Pulse"}, "items": []})
        yield running


@pytest.fixture
def service(google: StandIn, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    from config.schema import Google  # noqa: PLC0415

    account = tmp_path / "account.json"
    google.account_file(account)
    for name, value in google.environment(account).items():
        monkeypatch.setenv(name, value)
    with_google = settings.model_copy(update={"google": Google(forms={"pulse": FORM})})
    made = build_service(settings=with_google, home=tmp_path, data=None, key="", clock=FixedClock(NOW))
    yield made
    made.close()


def watch(google: StandIn, until: datetime) -> None:
    google.forms[FORM].watches[:] = [
        {
            "id": "w", "target": {"topic": {"topicName": "projects/p/topics/t"}}, "eventType": "RESPONSES",
            "createTime": zulu(until - timedelta(days=7)), "expireTime": zulu(until), "state": "ACTIVE",
        }
    ]  # fmt: skip


def expiry_conditions(service: Service, at: datetime) -> dict[str, str]:
    return {
        condition.key: condition.description
        for condition in find_conditions(service, now=at)
        if condition.key.startswith("expires/")
    }


def test_a_key_without_an_end_and_no_watch_are_no_condition(service: Service, google: StandIn) -> None:
    assert check_expiry(service, now=NOW).in_words() == "nothing that expires"
    assert expiry_conditions(service, NOW) == {}
    # Asking for the certificates needs no sign-in.
    (asked,) = [call for call in google.calls if call.kind == "keys"]
    assert asked.status == 200


def test_a_key_that_ends_is_a_condition_two_weeks_before(service: Service, google: StandIn) -> None:
    until = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
    google.key_until(until)
    assert check_expiry(service, now=NOW).in_words() == f"1 thing expires: {KEY} on 01 Apr 2026 13:00"
    assert expiry_conditions(service, NOW) == {}
    assert expiry_conditions(service, until - timedelta(days=10)) == {
        f"expires/{KEY}": f"{KEY[0].upper()}{KEY[1:]} expires at 13:00 on 1 April 2026, in 10 days."
    }
    assert "expired at 13:00 on 1 April 2026" in expiry_conditions(service, until)[f"expires/{KEY}"]
    google.key_until(datetime(2027, 4, 1, tzinfo=UTC))
    check_expiry(service, now=until)
    assert expiry_conditions(service, until) == {}


def test_a_key_that_was_deleted_is_a_condition_though_the_account_cannot_sign_in(
    service: Service, google: StandIn
) -> None:
    google.revoke_account()
    with pytest.raises(AccessError, match="does not accept the sign-in"):
        check_expiry(service, now=NOW)
    assert "is not good any more" in expiry_conditions(service, NOW)[f"expires/{KEY}"]


def test_a_watch_is_a_condition_from_its_last_day_on_also_when_it_is_gone(service: Service, google: StandIn) -> None:
    until = NOW + timedelta(days=5)
    watch(google, until)
    check_expiry(service, now=NOW)
    assert expiry_conditions(service, NOW) == {}
    assert list(expiry_conditions(service, until - timedelta(hours=12))) == [f"expires/{WATCH}"]
    google.forms[FORM].watches.clear()  # Google lists no watch that has ended
    check_expiry(service, now=until + timedelta(hours=1))
    assert "expired" in expiry_conditions(service, until + timedelta(hours=1))[f"expires/{WATCH}"]
    watch(google, until + timedelta(days=7))
    check_expiry(service, now=until + timedelta(hours=2))
    assert expiry_conditions(service, until + timedelta(hours=2)) == {}


def test_a_watch_that_was_taken_away_before_its_end_is_forgotten(service: Service, google: StandIn) -> None:
    watch(google, NOW + timedelta(days=5))
    check_expiry(service, now=NOW)
    google.forms[FORM].watches.clear()
    check_expiry(service, now=NOW)
    assert expiry_conditions(service, NOW + timedelta(days=6)) == {}


def test_while_google_is_away_what_was_known_stays(service: Service, google: StandIn) -> None:
    watch(google, NOW + timedelta(days=5))
    google.key_until(NOW + timedelta(days=3))
    check_expiry(service, now=NOW)
    known = known_expiries(service.store)
    assert len(known) == 2
    google.faults.at_random(1.0, kinds=("503",), with_token=True)
    with pytest.raises(CombinedError, match="cannot be reached or is too busy") as caught:
        check_expiry(service, now=NOW)
    assert not caught.value.permanent
    assert sorted(known_expiries(service.store), key=str) == sorted(known, key=str)
