"""The findings about every form and spreadsheet of google.yaml: all at once, whatever is wrong with one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from config.schema import Google, Publish, Watch
from integration.adapters.clock import FixedClock, SystemClock
from integration.adapters.google.api.client import MAX_ATTEMPTS, GoogleClient
from integration.adapters.google.api.resources import resources_by_id
from integration.adapters.google.api.sign_in import load_credentials
from integration.adapters.google.checks.account import check_google
from integration.adapters.google.checks.files import Share
from integration.adapters.google.checks.probe import TabFindings
from integration.adapters.google.publishing.batch_update import set_tab_key
from integration.errors import AccessError, ExternalServiceError
from tests.fakes.google import StandIn
from tests.fakes.google.account import EMAIL
from tests.fakes.google.clock import zulu

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from integration.adapters.google.checks.probe import GoogleFindings, ResourceFindings
    from integration.ports import Clock

PULSE, FAMILIES = "form-pulse-0123456789", "form-families-0123456789"
REGISTER, DATA, SUMMARY = "sheet-register-0123456789", "data-0123456789", "summary-0123456789"
GOOGLE = Google(
    forms={"pulse": PULSE, "families": FAMILIES},
    sheets={"register": REGISTER},
    publish=Publish(data=DATA, summary={"northbrook": SUMMARY}),
)
NAMES = tuple(thing.name for thing in resources_by_id(GOOGLE).values())
READS = {"register": {"Teams": "sheets/teams.yaml:3", "Small changes": "sheets/small_changes.yaml:4"}}
WRITES = ("pulse", "families", "measures")
SAID = "a word that somebody answered"


@pytest.fixture
def google() -> Iterator[StandIn]:
    answer = {"questionId": "aa", "textAnswers": {"answers": [{"value": SAID}]}}
    response = {"responseId": "r1", "createTime": "2022-01-01T09:00:00Z", "lastSubmittedTime": "2022-01-01T09:00:00Z"}
    with StandIn() as running:
        for form_id, title in ((PULSE, "Pulse"), (FAMILIES, "Families")):
            running.add_form(form_id, {"info": {"title": title}, "items": []}, [response | {"answers": {"aa": answer}}])
        running.add_spreadsheet(REGISTER, "Register", {"teams": [["Team"]], "Small changes": [["Change"]]})
        running.add_spreadsheet(DATA, "Data")
        running.add_spreadsheet(SUMMARY, "Summary")
        yield running


@pytest.fixture
def client(google: StandIn, tmp_path: Path) -> Iterator[GoogleClient]:
    google.account_file(tmp_path / "account.json")
    made = GoogleClient(
        load_credentials(tmp_path / "account.json", GOOGLE),
        base_url=google.url,
        first_wait_seconds=0.0005,
        resources=resources_by_id(GOOGLE),
    )
    with made.session:
        yield made


def check(client: GoogleClient, *, clock: Clock | None = None, watch: Watch | None = None) -> GoogleFindings:
    asked: list[str] = []
    named = GOOGLE.model_copy(update={"watch": watch})
    findings = check_google(
        client, named, clock=clock or SystemClock(), reads=READS, writes=WRITES, on_step=asked.append
    )  # fmt: skip
    assert tuple(asked) == NAMES
    assert tuple(each.resource.name for each in findings.resources) == NAMES, "nothing stops the checks of the others"
    return findings


def about(findings: GoogleFindings, resource_id: str) -> ResourceFindings:
    return next(each for each in findings.resources if each.resource_id == resource_id)


def sentences(findings: GoogleFindings) -> list[str]:
    return [str(each) for each in (*findings.problems, *(each for one in findings.resources for each in one.problems))]


def test_all_right(google: StandIn, client: GoogleClient) -> None:
    findings = check(client)
    assert sentences(findings) == []
    assert not findings.warnings
    account = findings.account
    assert (account.email, account.project, account.is_signed_in) == (EMAIL, "stand-in", True)
    assert account.clock_ahead is not None
    assert abs(account.clock_ahead) < timedelta(seconds=10)
    assert (account.reads_left, account.writes_left) == (57, 60), "three spreadsheets were asked for"
    pulse = about(findings, PULSE)
    assert (pulse.title, pulse.is_readable, pulse.are_responses_readable, pulse.watches) == ("Pulse", True, True, ())
    assert pulse.shares == (Share("user", "owner@example.org", "owner"),), "the account itself is left out"
    register = about(findings, REGISTER)
    assert register.tabs == TabFindings(are_ours=False, present=("Teams", "Small changes"), missing=())
    assert not [call for call in google.calls if not call.reads and call.kind != "token"], "nothing is changed"


def test_no_answer_of_a_person_is_fetched(google: StandIn, client: GoogleClient) -> None:
    answers: list[bytes] = []
    client.session.hooks["response"].append(lambda response, **_: answers.append(response.content))
    check(client)
    assert b'{"responses":[{"responseId":"r1"}]}' in answers
    assert SAID.encode() not in b"".join(answers)
    assert "forms.forms.responses.list" in {call.name for call in google.calls}


def test_one_missing_share_is_one_sentence(google: StandIn, client: GoogleClient) -> None:
    google.revoke(PULSE)
    google.revoke(SUMMARY)
    findings = check(client)
    rest = f"{EMAIL} may not read it; in Google, share it with that address as an editor."
    assert sentences(findings) == [
        f"The form “pulse”: {rest}",
        f"The summary spreadsheet of “northbrook”: {rest}",
    ]
    assert {each.exit_code for one in findings.resources for each in one.problems} == {2}
    assert about(findings, PULSE).is_readable is False
    assert about(findings, FAMILIES).is_readable is True


def test_a_wrong_id_is_named_with_its_place(google: StandIn, client: GoogleClient) -> None:
    google.remove(REGISTER)
    (sentence,) = sentences(check(client))
    assert sentence.startswith("The spreadsheet “register”: Google knows nothing under its id")
    assert "google.yaml (sheets: register)" in sentence


def test_a_viewer_can_be_read_from_but_not_published_to(google: StandIn, client: GoogleClient) -> None:
    for identity in (DATA, REGISTER):
        google.share(identity, "reader")
    findings = check(client)
    (sentence,) = sentences(findings)
    assert sentence.startswith(f"The data spreadsheet: {EMAIL} may read it, but not write to it; in Google, share it")
    assert about(findings, REGISTER).is_writable is False
    assert about(findings, REGISTER).shares is None, "whom it is shared with is not for a viewer to see"


@pytest.mark.parametrize("api", ["forms", "drive", "sheets"])
def test_an_api_that_is_off_is_reported_once(google: StandIn, client: GoogleClient, api: str) -> None:
    google.disable_api(api)
    findings = check(client)
    (sentence,) = sentences(findings)
    assert sentence.startswith(f"The Google {api.title()} API is switched off")
    assert len([call for call in google.calls if call.kind == api]) == 1, "it is not asked again"
    unknown = [each.is_readable for each in findings.resources if each.is_readable is None]
    assert len(unknown) == {"forms": 2, "drive": 0, "sheets": 3}[api]


def test_a_deleted_key_ends_the_questions(google: StandIn, client: GoogleClient) -> None:
    google.revoke_account()
    findings = check(client)
    (problem,) = findings.problems
    assert isinstance(problem, AccessError)
    assert not findings.account.is_signed_in
    assert {call.kind for call in google.calls} == {"token"}
    assert len(google.calls) == 1


def test_google_out_of_reach_ends_the_questions(google: StandIn, client: GoogleClient) -> None:
    google.faults.script(["reset"] * MAX_ATTEMPTS)
    findings = check(client)
    (problem,) = findings.problems
    assert isinstance(problem, ExternalServiceError)
    assert "cannot be reached" in str(problem)
    assert findings.account.clock_ahead is None
    assert len({(call.api, call.resource) for call in client.request_log}) == 1


def test_a_busy_api_is_left_alone_and_the_others_answer(google: StandIn, client: GoogleClient) -> None:
    google.faults.script(["503"] * MAX_ATTEMPTS, on=lambda call: call.kind == "forms")
    findings = check(client)
    assert [str(each) for each in findings.problems] == [
        "The Google Forms API is too busy to answer (tried 4 times: 503); try again later."
    ]
    assert about(findings, DATA).is_readable is True
    assert about(findings, PULSE).title == "Pulse", "Drive knows what it is called"


def test_a_form_may_be_seen_while_its_answers_may_not(google: StandIn, client: GoogleClient) -> None:
    google.meanwhile(lambda: google.revoke(PULSE), on=lambda call: call.name == "forms.forms.responses.list")
    google.meanwhile(lambda: google.share(PULSE, "reader"), on=lambda call: call.name == "forms.forms.watches.list")
    findings = check(client)
    (sentence,) = sentences(findings)
    assert "may see the form, but not its answers" in sentence
    assert about(findings, PULSE).is_readable is True
    assert about(findings, PULSE).are_responses_readable is False


def watch(google: StandIn, *, ends_in: timedelta, **more: str) -> dict[str, Any]:
    return {"id": "abcd", "eventType": "RESPONSES", "state": "ACTIVE", "expireTime": zulu(google.now + ends_in), **more}


def test_watches_are_reported_with_their_end(google: StandIn, client: GoogleClient) -> None:
    google.forms[PULSE].watches.append(watch(google, ends_in=timedelta(days=4)))
    google.forms[FAMILIES].watches.append(
        watch(google, ends_in=timedelta(days=5), state="SUSPENDED", errorType="NO_USER_ACCESS")
    )
    findings = check(client)
    (active,), (suspended,) = about(findings, PULSE).watches or (), about(findings, FAMILIES).watches or ()
    assert active.is_active
    assert active.expires_at - google.now > timedelta(days=3, hours=23)
    assert not suspended.is_active
    assert about(findings, PULSE).warnings == ()
    assert "its watch is suspended (NO_USER_ACCESS)" in about(findings, FAMILIES).warnings[0]
    assert sentences(findings) == [], "a form that is not watched is read at its times all the same"


def test_a_watch_that_ends_within_a_day_is_worth_a_look(google: StandIn, client: GoogleClient) -> None:
    google.forms[PULSE].watches.append(watch(google, ends_in=timedelta(hours=20)))
    assert "ends within a day" in about(check(client), PULSE).warnings[0]


def test_a_form_that_ought_to_be_watched_and_is_not_is_worth_a_look(google: StandIn, client: GoogleClient) -> None:
    topic = {"topic": {"topicName": "projects/stand-in/topics/forms"}}
    google.forms[PULSE].watches.append(watch(google, ends_in=timedelta(days=5)) | {"target": topic})
    findings = check(client, watch=Watch(topic="projects/stand-in/topics/forms"))
    assert about(findings, PULSE).warnings == (
        (
            "The form “pulse”: it is not watched for changes of the form, though google.yaml names a topic; run "
            "renew-watches."
        ),
    )
    assert "is not watched for new answers and changes of the form" in about(findings, FAMILIES).warnings[0]
    findings = check(client, watch=Watch(topic="projects/stand-in/topics/other"))
    assert "is not watched for new answers and changes of the form" in about(findings, PULSE).warnings[0]


def test_a_form_that_is_closed_says_so(google: StandIn, client: GoogleClient) -> None:
    google.forms[PULSE].form["publishSettings"] = {"publishState": {"isPublished": True}}
    google.forms[FAMILIES].form["publishSettings"] = {"publishState": {"isAcceptingResponses": True}}
    findings = check(client)
    assert [about(findings, each).is_accepting_responses for each in (PULSE, FAMILIES)] == [False, True]


def test_a_file_in_the_bin_is_to_be_taken_out(google: StandIn, client: GoogleClient) -> None:
    google.file(DATA).is_trashed = True
    (sentence,) = sentences(check(client))
    assert sentence.startswith("The data spreadsheet lies in the bin")


def test_a_tab_that_is_not_there_is_named_with_its_line(google: StandIn, client: GoogleClient) -> None:
    google.person.rename_tab(REGISTER, "teams", "Our teams")
    (sentence,) = sentences(check(client))
    assert sentence == (
        "The spreadsheet “register”: none of its tabs is called “Teams” (they are “Our teams”, “Small changes”); "
        "rename the tab, or write the name that it has in sheets/teams.yaml:3."
    )


def test_tabs_of_ours_are_known_by_their_key(google: StandIn, client: GoogleClient) -> None:
    google.person.rename_tab(DATA, "Sheet1", "What was measured")
    google.person.add_tab(DATA, "pulse", [["mine"]])
    client.batch_update(DATA, {"requests": [set_tab_key("measures", 0)]})
    findings = check(client)
    assert about(findings, DATA).tabs == TabFindings(
        are_ours=True, present=("What was measured",), missing=("pulse", "families")
    )  # fmt: skip
    (warning,) = about(findings, DATA).warnings
    assert "has a tab “pulse” that the service did not make" in warning
    assert sentences(findings) == [], "publish makes what is missing"


@pytest.mark.parametrize(("seconds", "side"), [(300, "ahead of"), (-300, "behind")])
def test_a_clock_that_is_wrong_is_worth_a_look(google: StandIn, client: GoogleClient, seconds: int, side: str) -> None:
    findings = check(client, clock=FixedClock(google.now + timedelta(seconds=seconds)))
    (warning,) = findings.warnings
    assert f"seconds {side} Google's" in warning


def test_a_clock_that_is_nearly_right_is_right(google: StandIn, client: GoogleClient) -> None:
    assert check(client, clock=FixedClock(google.now + timedelta(seconds=30))).warnings == ()


def test_a_fault_of_the_moment_is_overcome(google: StandIn, client: GoogleClient) -> None:
    google.faults.script(["429", "502-html", "half-body"])
    assert sentences(check(client)) == []
