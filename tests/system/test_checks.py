"""check --live, as a person of the project team reads it, and as scripts do."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from integration.adapters.google.checks.files import Share
from integration.adapters.store.health import sqlite_warnings
from integration.operations.monitoring.check_report import shares_in_words
from integration.operations.monitoring.setting_checks import NO_SECRET
from tests.fakes.google import StandIn
from tests.fakes.google.account import EMAIL
from tests.fakes.google.clock import zulu
from tests.system.commands import SAMPLE, Ran
from tests.system.google.story import Story, begin
from tests.unit.webhooks.web_app import ENCODED_SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PUSHED = {
    "PUBSUB_AUDIENCE": "https://crescendo.example.org/hooks/pubsub",
    "PUBSUB_SERVICE_ACCOUNT": "push@stand-in.iam.gserviceaccount.com",
}
CHANNELS = {"DRIVE_CHANNEL_KEY": "the-key-of-the-channels-0123456789"}
WATCH = {"topic": "projects/stand-in/topics/forms", "address": "https://crescendo.example.org"}


@pytest.fixture
def google() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture
def story(google: StandIn, tmp_path: Path) -> Story:
    """Return a programme with the sample in the stand-in, of which nothing was read yet."""
    return begin(google, tmp_path, data=SAMPLE, as_of="2022-07-31")


def check(story: Story, *words: str, code: int = 0, **environment: str) -> Ran:
    ran = story.run("check", "--live", *words, days_later=0, **environment)
    assert ran.code == code, ran.out + ran.err
    assert "Traceback" not in ran.err
    for secret in ("PRIVATE KEY", "ya29", "Bearer"):
        assert secret not in ran.out + ran.err
    return ran


def blocks(ran: Ran) -> dict[str, str]:
    """Return the blocks by their headings."""
    parts = (block.partition("\n") for block in ran.out.split("\n\n"))
    return {heading: body for heading, _, body in parts}


def as_data(story: Story, *, code: int = 0) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(check(story, "--json", code=code).out)
    assert shown["ok"] == (code == 0)
    return shown


def test_all_right_is_a_block_for_each_thing(story: Story) -> None:
    ran = check(story)
    shown = blocks(ran)
    assert "Nothing to put right" in ran.out.splitlines()[-1]
    assert {f"The form “{key}”" for key in story.facts["forms"]} < set(shown)
    assert {"The store", "Google", "The spreadsheet “register”", "The data spreadsheet"} < set(shown)
    assert f"account  {EMAIL}, in the Google Cloud project stand-in" in shown["Google"]
    assert "this check leaves 56 and 60" in shown["Google"]
    assert "not watched, read every 10 minutes" in shown["The form “pulse”"]
    assert "shared with  1 person (editor: owner@example.org)" in shown["The form “pulse”"]
    assert "none of ours yet; publish makes them" in shown["The data spreadsheet"]


def test_nothing_is_made_by_asking(story: Story) -> None:
    before = sorted(story.home.rglob("*"))
    assert "is not there yet; the first run makes it" in blocks(check(story))["The store"]
    assert sorted(story.home.rglob("*")) == before
    assert {call.kind for call in story.google.calls if not call.reads} == {"token"}


def test_every_problem_at_once_and_the_rest_goes_on(story: Story) -> None:
    story.google.revoke(story.form("pulse"))
    story.google.share(story.data, "reader")
    story.google.person.rename_tab(story.register, "Teams", "Our teams")
    shown = blocks(check(story, code=2))
    assert "may not read it; in Google, share it with that address as an editor" in shown["The form “pulse”"]
    assert "may read it, but not write to it" in shown["The data spreadsheet"]
    assert "sheets/teams.yaml:" in shown["The spreadsheet “register”"]
    assert "readable     yes" in shown["The form “families”"]
    assert any(heading.startswith("3 to put right") for heading in shown)


def test_the_data_for_scripts_say_the_same(story: Story) -> None:
    shown = as_data(story)
    about_sqlite = list(sqlite_warnings(sqlite3.sqlite_version_info))
    assert (shown["problems"], shown["warnings"], shown["store"]["ok"]) == ([], [*about_sqlite, NO_SECRET], True)
    assert shown["web"]["forms' scripts"] == "none can sign yet"
    assert shown["account"]["email"] == EMAIL
    assert [each["kind"] for each in shown["google"]] == ["form"] * 4 + ["spreadsheet"] * 4
    pulse = next(each for each in shown["google"] if each["id"] == story.form("pulse"))
    assert (pulse["readable"], pulse["answers_readable"], pulse["watches"]) == (True, True, [])
    story.google.revoke(story.form("pulse"))
    shown = as_data(story, code=2)
    assert [each["exit_code"] for each in shown["problems"]] == [2]
    assert [each["readable"] for each in shown["google"]].count(False) == 1


def test_a_watch_is_shown_in_london_time(story: Story) -> None:
    ends = datetime(2126, 7, 1, 12, 30, tzinfo=UTC)
    watch = {"id": "abcd", "eventType": "RESPONSES", "state": "ACTIVE", "expireTime": zulu(ends)}
    story.google.forms[story.form("pulse")].watches.append(watch)
    assert "watched for new answers, until 01 Jul 2126 13:30 (" in blocks(check(story))["The form “pulse”"]


def test_an_api_that_is_off_is_named_once(story: Story) -> None:
    story.google.disable_api("forms")
    story.google.disable_api("drive")
    ran = check(story, code=2)
    assert ran.out.count("The Google Forms API is switched off") == 1
    assert "could not be asked about" in blocks(ran)["The form “pulse”"]
    assert "shared with  not known" in blocks(ran)["The data spreadsheet"]


def test_google_out_of_reach_is_for_later(story: Story, google: StandIn, tmp_path: Path) -> None:
    with StandIn() as gone:
        gone.account_file(tmp_path / "account.json")
        address = gone.url
    ran = check(story, code=75, GOOGLE_API_BASE_URL=address)
    assert "Google cannot be reached from here" in ran.out
    assert "try again later" in ran.out
    assert "The form “pulse”" not in blocks(ran)
    assert not google.calls


def test_what_an_operator_must_put_right_counts_more_than_what_passes(story: Story) -> None:
    story.google.share(story.data, "reader")
    story.google.faults.script(["503"] * 8, on=lambda call: call.kind == "forms")
    ran = check(story, code=2)
    assert "The Google Forms API is too busy to answer" in ran.out


@pytest.mark.parametrize(("content", "said"), [(None, "which is no file"), ("{}", "is not the key of a service")])
def test_a_key_file_that_is_wrong_is_shown_with_the_store(story: Story, content: str | None, said: str) -> None:
    story.account.unlink()
    if content is not None:
        story.account.write_text(content)
    shown = blocks(check(story, code=2))
    assert said in shown["Google"]
    assert "The store" in shown


def test_a_deleted_key_is_one_sentence(story: Story) -> None:
    story.google.revoke_account()
    ran = check(story, code=2)
    assert "sign-in  does not work" in ran.out
    assert "\n1 to put right" in ran.out


def test_a_store_that_is_damaged_is_shown_with_google(story: Story) -> None:
    (story.home / "crescendo.db").write_bytes(b"no database " * 100)
    shown = blocks(check(story, code=1))
    assert "To put right: The store" in shown["The store"]
    assert "sign-in  works" in shown["Google"]


def test_without_google_yaml_google_is_off(story: Story) -> None:
    (story.config / "google.yaml").unlink()
    data = str(SAMPLE)
    assert "Google is off" in check(story, "--data", data, GOOGLE_APPLICATION_CREDENTIALS="").out
    shown: dict[str, Any] = json.loads(check(story, "--json", "--data", data).out)
    assert (shown["google"], shown["account"]) == ([], None)
    assert not story.google.calls


def test_a_wrong_configuration_is_shown_before_anything_is_asked(story: Story) -> None:
    (story.config / "google.yaml").write_text(yaml.safe_dump({"forms": {"pulse": "no id!"}}), encoding="utf-8")
    ran = story.run("check", "--live")
    assert ran.code == 2
    assert "google.yaml:1" in ran.err
    assert not story.google.calls


def test_people_are_named_by_what_they_may_do() -> None:
    many = [Share("user", f"leader{number}@example.org", "reader") for number in range(10)]
    shares = [Share("user", "a@example.org", "owner"), Share("user", "b@example.org", "writer"), *many]
    shares += [Share("group", "team@example.org", "commenter"), Share("domain", "example.org", "reader")]
    shown = shares_in_words([*shares, Share("anyone", "", "writer")])
    assert shown.startswith("12 people (editors: a@example.org, b@example.org; viewers: leader0@example.org, ")
    assert shown.endswith(
        "leader7@example.org and 2 more), the group team@example.org (commenter), everyone at example.org (viewer), "
        "anyone with the link (editor)!"
    )
    assert shares_in_words([]) == "nobody but this account"
    assert shares_in_words(None) == "not visible to this account"


def test_what_the_service_cannot_run_without_is_shown(story: Story, tmp_path: Path) -> None:
    shown = blocks(check(story))["The service"]
    assert "answers from  Google" in shown
    assert "alerts to     change.crescendo@example.org" in shown
    (story.config / "alerts.yaml").unlink()
    shown = blocks(check(story))["The service"]
    assert "alerts to     nobody" in shown
    assert "Worth a look: alerts.yaml names no owner" in shown
    shown = blocks(check(story, code=2, PSEUDONYM_KEY="", HEARTBEAT_URL="no address"))["The service"]
    assert "Worth a look: PSEUDONYM_KEY is not set" in shown
    assert "To put right: HEARTBEAT_URL is not an address" in shown
    (story.config / "google.yaml").unlink()
    assert "Worth a look: Neither Google nor a folder of forms and sheets is named" in check(story).out
    assert f"{tmp_path / 'nowhere'} is not there" in check(story, "--data", str(tmp_path / "nowhere"), code=2).out
    assert not (story.home / "keys.json").exists()


def web(story: Story, environment: Mapping[str, str] = {}, *, code: int = 0) -> str:  # not changed
    """Return what is said of the web side."""
    return blocks(check(story, code=code, **environment))["The web side"]


def watch(story: Story, **named: str) -> None:
    """Write into google.yaml whom Google tells."""
    facts = {**json.loads(json.dumps(dict(story.facts))), "watch": named}
    (story.config / "google.yaml").write_text(yaml.safe_dump(facts), encoding="utf-8")


def test_a_web_side_that_has_all_it_needs_is_shown(story: Story) -> None:
    watch(story, **WATCH)
    shown = web(story, {"WEBHOOK_SECRETS": f"{ENCODED_SECRET} {ENCODED_SECRET}", **PUSHED, **CHANNELS})
    assert "forms' scripts  sign with 2 secrets" in shown
    assert f"Pub/Sub         is pushed to {PUSHED['PUBSUB_AUDIENCE']} by {PUSHED['PUBSUB_SERVICE_ACCOUNT']}" in shown
    assert "Drive           tells https://crescendo.example.org of changed spreadsheets" in shown
    assert "To put right" not in shown
    assert "Worth a look" not in shown


def test_without_a_web_side_the_service_works(story: Story) -> None:
    shown = web(story)
    assert "Worth a look: WEBHOOK_SECRETS is not set, so no form can tell us" in shown
    assert shown.count("off: Google tells us of no") == 2
    assert "Worth a look" in web(story, PUSHED)
    (story.home / "keys.json").touch(0o600)
    (story.home / "keys.json").write_text(json.dumps({"WEBHOOK_SECRETS": ENCODED_SECRET}))
    assert "sign with 1 secret" in web(story)
    (story.home / "keys.json").write_text(json.dumps({"WEBHOOK_SECRETS": "whsec_c2hvcnQ="}))
    assert f"To put right: WEBHOOK_SECRETS in {story.home / 'keys.json'} has a secret shorter" in web(story, code=2)


@pytest.mark.parametrize(
    ("named", "environment", "said"),
    [
        ({}, {"WEBHOOK_SECRETS": "whsec_c2hvcnQ="}, "WEBHOOK_SECRETS has a secret shorter than 24 bytes"),
        ({}, {"WEBHOOK_SECRETS": "a password"}, "WEBHOOK_SECRETS is no secret of a webhook"),
        ({}, {"PUBSUB_AUDIENCE": "https://crescendo.example.org"}, "but PUBSUB_SERVICE_ACCOUNT is not"),
        ({}, PUSHED | {"PUBSUB_SERVICE_ACCOUNT": "nobody"}, "is not the e-mail address of a service account"),
        ({"topic": WATCH["topic"]}, {}, "google.yaml names a topic, but PUBSUB_AUDIENCE and PUBSUB_SERVICE_ACCOUNT"),
        (WATCH, PUSHED | {"DRIVE_CHANNEL_KEY": "short"}, "DRIVE_CHANNEL_KEY is shorter than 24 bytes"),
        ({"topic": WATCH["topic"]}, PUSHED | CHANNELS, "DRIVE_CHANNEL_KEY is set, but google.yaml names no address"),
    ],
)
def test_what_would_stop_the_web_side_is_to_put_right(
    story: Story, named: dict[str, str], environment: dict[str, str], said: str
) -> None:
    watch(story, **named)
    shown = web(story, environment, code=2)
    assert said in shown.partition("To put right: ")[2]
    assert "cannot be used" in shown
    assert "c2hvcnQ" not in shown
    assert "a password" not in shown


def test_where_several_machines_share_a_store_another_may_be_the_one_that_google_notifies(story: Story) -> None:
    watch(story, topic=WATCH["topic"])
    shown = web(story, {"DATABASE_URL": "postgresql+psycopg://crescendo@127.0.0.1:1/crescendo"}, code=75)
    assert "Worth a look: google.yaml names a topic, but PUBSUB_AUDIENCE" in shown
