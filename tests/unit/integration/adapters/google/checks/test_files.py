"""What Drive says of a file: of which kind it is, and with whom it is shared."""

from __future__ import annotations

from typing import Any

import msgspec

from integration.adapters.google.api.resources import Resource
from integration.adapters.google.checks.files import (
    FORM,
    MIME_TYPES,
    SPREADSHEET,
    DriveFile,
    FileFindings,
    Permission,
    Share,
    fetch_shares,
    other_kind,
    to_shares,
    warn_of_open_sharing,
)
from integration.adapters.google.checks.probe import Probe, Reply
from integration.errors import AccessError, PublishError
from tests.fakes.google.account import EMAIL

DATA = "data-0123456789"
RESOURCE = Resource("the data spreadsheet", "google.yaml (publish: data)", "an editor")


def test_an_uploaded_workbook_is_no_spreadsheet_of_google() -> None:
    uploaded = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    sentence = str(other_kind(RESOURCE, uploaded, kind=SPREADSHEET))
    assert "File → Save as Google Sheets" in sentence
    assert "google.yaml (publish: data)" in sentence
    assert str(other_kind(RESOURCE, MIME_TYPES[FORM], kind=SPREADSHEET)) == (
        "The data spreadsheet is a form, not a spreadsheet; put the link of the right one into google.yaml (publish: "
        "data)."
    )
    assert other_kind(RESOURCE, MIME_TYPES[SPREADSHEET], kind=SPREADSHEET) is None


def test_a_file_of_another_kind_explains_what_its_api_refused() -> None:
    uploaded = DriveFile(name="register.xlsx", mime_type="text/csv")
    kind = other_kind(RESOURCE, uploaded.mime_type, kind=SPREADSHEET)
    refused = PublishError("The data spreadsheet: Google refuses the call (400: FAILED_PRECONDITION).")
    assert FileFindings(uploaded, None, kind, ()).problems_with([refused]) == (kind,)
    assert FileFindings(uploaded, None, None, ()).problems_with([refused, None]) == (refused,)
    unseen = AccessError("The data spreadsheet: Google knows nothing under its id.")
    assert FileFindings(None, None, None, (unseen,)).problems_with([refused]) == (refused,), "said once is enough"
    assert FileFindings(None, None, None, (unseen,)).problems_with([None]) == (unseen,)


class Scripted(Probe):
    """Gives Drive's answers as they stand in a script, one after the other; None is a refusal."""

    def __init__(self, *answers: dict[str, Any] | None) -> None:
        self.account = EMAIL
        self.asked: list[dict[str, str]] = []
        self._answers = list(answers)

    def ask(self, resource: Resource, url: str, shape: type[Any], **params: str) -> Reply[Any]:
        assert (resource, url) == (RESOURCE, f"https://www.googleapis.com/drive/v3/files/{DATA}/permissions")
        self.asked.append(params)
        answer = self._answers.pop(0)
        return Reply(error=AccessError("no")) if answer is None else Reply(msgspec.convert(answer, shape))


def test_shares_are_read_to_the_last_page() -> None:
    first = {"type": "user", "role": "writer", "emailAddress": "a@example.org"}
    second = {"type": "anyone", "role": "reader", "id": "anyoneWithLink"}
    probe = Scripted({"permissions": [first], "nextPageToken": "more"}, {"permissions": [second]})
    assert fetch_shares(probe, RESOURCE, DATA) == (
        Share("user", "a@example.org", "writer"),
        Share("anyone", "", "reader"),
    )
    assert [params.get("pageToken") for params in probe.asked] == [None, "more"]


def test_shares_that_may_not_be_seen_are_not_known() -> None:
    assert fetch_shares(Scripted(None), RESOURCE, DATA) is None


def test_who_may_only_answer_a_form_does_not_share_it() -> None:
    permissions = [
        Permission(type="anyone", role="reader", view="published"),
        Permission(type="user", role="writer", email_address="gone@example.org", deleted=True),
        Permission(type="user", role="writer", email_address=EMAIL),
        Permission(type="domain", role="commenter", domain="example.org"),
    ]
    assert to_shares(permissions, account=EMAIL) == (Share("domain", "example.org", "commenter"),)


def test_personal_data_that_is_open_to_anyone_is_worth_a_look() -> None:
    shares = (
        Share("anyone", "", "reader"),
        Share("domain", "example.org", "writer"),
        Share("user", "a@b.org", "owner"),
    )
    anyone, domain = warn_of_open_sharing(
        RESOURCE, shares, holds="what each person answered", to=frozenset({"anyone", "domain"})
    )
    assert anyone.startswith(
        "The data spreadsheet: anyone who has the link may view it, and it holds what each person answered; in Google, "
        "choose Share → General access → Restricted"
    )
    assert "everyone at example.org may edit it" in domain
    assert len(warn_of_open_sharing(RESOURCE, shares, holds="", to=frozenset({"anyone"}))) == 1
