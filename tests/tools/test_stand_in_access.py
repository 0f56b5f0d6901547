"""Who is let in to the stand-in, and what Drive and Forms answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from google.auth.exceptions import RefreshError
from requests import Session

from tests.fakes.google import StandIn
from tests.fakes.google.account import EMAIL
from tests.fakes.google.clients import session
from tests.fakes.google.sample import add_sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.auth.transport.requests import AuthorizedSession

BOOK, FORM = "book-0123456789", "form-0123456789"
SAMPLE = Path(__file__).parents[2] / "config" / "sample"


def response(identity: str, last: str) -> dict[str, Any]:
    answer = {"questionId": "aa", "textAnswers": {"answers": [{"value": "Elm"}]}}
    return {
        "responseId": identity, "createTime": "2022-01-01T09:00:00.055Z", "lastSubmittedTime": last,
        "answers": {"aa": answer},
    }  # fmt: skip


RESPONSES = [
    response("a", "2022-01-01T09:00:00.055Z"),
    response("b", "2022-02-01T09:00:00.055199Z"),
    response("c", "2022-03-01T09:00:00Z"),
]


@pytest.fixture
def google() -> Iterator[StandIn]:
    with StandIn() as running:
        running.add_spreadsheet(BOOK, "Book")
        running.add_form(FORM, {"info": {"title": "Pulse", "documentTitle": "Pulse"}, "items": []}, RESPONSES)
        yield running


@pytest.fixture
def signed_in(google: StandIn, tmp_path: Path) -> Iterator[AuthorizedSession]:
    with session(google, tmp_path) as made:
        yield made


def error(found: Any) -> tuple[int, str, str]:
    body = found.json()["error"]
    reason = next((each["reason"] for each in body.get("details", []) if "reason" in each), "")
    return found.status_code, body.get("status", ""), reason


def test_without_a_good_token_nobody_is_let_in(google: StandIn, signed_in: AuthorizedSession) -> None:
    address = f"{google.url}/v4/spreadsheets/{BOOK}"
    with Session() as plain:
        assert error(plain.get(address)) == (401, "UNAUTHENTICATED", "CREDENTIALS_MISSING")
        wrong = plain.get(address, headers={"Authorization": "Bearer ya29.made-up"})
        assert error(wrong) == (401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED")
    assert signed_in.get(address).status_code == 200
    google.advance(3600)
    assert signed_in.get(address).status_code == 200, "the session fetches a new token by itself"
    assert [call.kind for call in google.calls].count("token") == 2


def test_a_token_opens_only_what_it_was_made_for(google: StandIn, tmp_path: Path) -> None:
    with session(google, tmp_path, ["spreadsheets.readonly"]) as narrow:
        assert narrow.get(f"{google.url}/v4/spreadsheets/{BOOK}").status_code == 200
        written = narrow.post(f"{google.url}/v4/spreadsheets/{BOOK}:batchUpdate", json={"requests": []})
        assert error(written) == (403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
        assert error(narrow.get(f"{google.url}/v1/forms/{FORM}"))[2] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


def test_a_deleted_key_gets_no_token(google: StandIn, signed_in: AuthorizedSession) -> None:
    google.revoke_account()
    with pytest.raises(RefreshError, match="Invalid JWT Signature"):
        signed_in.get(f"{google.url}/v4/spreadsheets/{BOOK}")


def test_an_api_can_be_switched_off(google: StandIn, signed_in: AuthorizedSession) -> None:
    google.disable_api("sheets")
    found = signed_in.get(f"{google.url}/v4/spreadsheets/{BOOK}")
    assert error(found) == (403, "PERMISSION_DENIED", "SERVICE_DISABLED")
    assert found.json()["error"]["message"].startswith("Google Sheets API has not been used in project 123456789012")


def test_other_calls_of_google_are_not_here(google: StandIn, signed_in: AuthorizedSession) -> None:
    found = signed_in.post(f"{google.url}/v4/spreadsheets/{BOOK}/values/A1:append", json={})
    assert (found.status_code, found.headers["Content-Type"]) == (404, "text/html; charset=UTF-8")


def test_drive_says_when_a_file_was_changed(google: StandIn, signed_in: AuthorizedSession) -> None:
    address = f"{google.url}/drive/v3/files/{BOOK}"
    first = signed_in.get(address, params={"fields": "id, name, modifiedTime, capabilities/canEdit"}).json()
    assert {**first, "modifiedTime": ""} == {
        "id": BOOK, "name": "Book", "modifiedTime": "", "capabilities": {"canEdit": True},
    }  # fmt: skip
    google.person.type(BOOK, "Sheet1", "A1", "x")
    second = signed_in.get(address, params={"fields": "modifiedTime"}).json()
    assert second["modifiedTime"] > first["modifiedTime"]
    assert signed_in.get(address).json() == {
        "kind": "drive#file", "id": BOOK, "name": "Book", "mimeType": "application/vnd.google-apps.spreadsheet",
    }  # fmt: skip


def test_drive_says_whom_a_file_is_shared_with(google: StandIn, signed_in: AuthorizedSession) -> None:
    address = f"{google.url}/drive/v3/files/{BOOK}/permissions"
    google.share(BOOK, "reader", "leader@example.org")
    found = signed_in.get(address, params={"fields": "permissions(emailAddress,role,type)"}).json()
    assert [(each["emailAddress"], each["role"]) for each in found["permissions"]] == [
        ("owner@example.org", "owner"), (EMAIL, "writer"), ("leader@example.org", "reader"),
    ]  # fmt: skip
    google.share(BOOK, "reader")
    assert signed_in.get(address).json()["error"]["errors"][0]["reason"] == "insufficientFilePermissions"
    google.revoke(BOOK)
    assert signed_in.get(address).json()["error"]["message"] == f"File not found: {BOOK}."


def all_pages(address: str, signed_in: AuthorizedSession) -> list[dict[str, Any]]:
    params, seen = {"pageSize": "1"}, []
    while True:
        page = signed_in.get(address, params=params).json()
        seen += page["responses"]
        if "nextPageToken" not in page:
            return seen
        params["pageToken"] = page["nextPageToken"]


def test_responses_come_by_pages_in_no_order(google: StandIn, signed_in: AuthorizedSession) -> None:
    readings = [all_pages(f"{google.url}/v1/forms/{FORM}/responses", signed_in) for _ in range(6)]
    for reading in readings:
        assert sorted(reading, key=lambda each: str(each["responseId"])) == RESPONSES
    assert len({tuple(each["responseId"] for each in reading) for reading in readings}) > 1


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("timestamp > 2022-02-01T09:00:00.055199Z", {"c"}),
        ("timestamp >= 2022-02-01T09:00:00.055199000Z", {"b", "c"}),
        ("timestamp >= 2022-02-01T09:00:00.055199001Z", {"c"}),
        ("timestamp > 2022-03-01T09:00:00Z", set()),
    ],
)
def test_responses_are_filtered_to_the_nanosecond(
    google: StandIn, signed_in: AuthorizedSession, asked: str, ids: set[str]
) -> None:
    found = signed_in.get(f"{google.url}/v1/forms/{FORM}/responses", params={"filter": asked}).json()
    assert {each["responseId"] for each in found.get("responses", [])} == ids
    assert ("responses" in found) == bool(ids)


@pytest.mark.parametrize("asked", ["timestamp >= 2022-02-01", "timestamp = 2022-02-01T00:00:00Z", "now"])
def test_another_filter_is_refused(google: StandIn, signed_in: AuthorizedSession, asked: str) -> None:
    found = signed_in.get(f"{google.url}/v1/forms/{FORM}/responses", params={"filter": asked})
    assert error(found)[:2] == (400, "INVALID_ARGUMENT")


def test_a_form_has_another_revision_once_it_was_changed(google: StandIn, signed_in: AuthorizedSession) -> None:
    address = f"{google.url}/v1/forms/{FORM}"
    first = signed_in.get(address).json()
    google.forms[FORM].form["info"]["title"] = "The pulse"
    second = signed_in.get(address).json()
    assert (first["formId"], second["info"]["title"]) == (FORM, "The pulse")
    assert first["revisionId"] != second["revisionId"]
    assert signed_in.get(f"{address}/watches").json() == {}


def test_the_sample_is_what_the_schemas_allow(google: StandIn, signed_in: AuthorizedSession) -> None:
    ids = add_sample(google, SAMPLE)
    for key, form_id in ids["forms"].items():
        form = signed_in.get(f"{google.url}/v1/forms/{form_id}").json()
        assert form["items"] == json.loads((SAMPLE / "forms" / key / "form.json").read_text())["items"]
        signed_in.get(f"{google.url}/v1/forms/{form_id}/responses")
    assert google.violations == []
