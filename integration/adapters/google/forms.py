"""A form and its responses by the Forms API: two calls, however many answers are known already."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from integration.adapters.form_questions import questions_of
from integration.adapters.form_response import read_response
from integration.adapters.json_text import decode
from integration.adapters.moment import as_datetime, write_moment
from integration.errors import SourceError
from integration.model import FormReading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from integration.adapters.google.client import GoogleClient
    from integration.model import Question, RawResponse

FORM = "https://forms.googleapis.com/v1/forms/{}"
RESPONSES = FORM + "/responses"

OVERLAP = timedelta(days=60)
"""So far before the newest answer known a reading begins: Google promises no order in which answers appear."""

WHOLE_EVERY = timedelta(days=1)
"""So often everything is read: Google does not say whether its filter knows when an old answer was edited."""

PAGES_AT_MOST = 1000


class _Page(msgspec.Struct, rename="camel"):
    responses: list[msgspec.Raw] = []
    next_page_token: str = ""


class _Bookmark(msgspec.Struct):
    """How far we have read: of which form, the newest answer's moment, and when everything was read last."""

    form: str
    newest: str
    whole_at: str


def fetch_form(client: GoogleClient, form_id: str) -> bytes:
    """Return the form as forms.get gives it."""
    content: bytes = client.request("get", FORM.format(form_id)).content
    return content


def read_form(client: GoogleClient, form_id: str, where: str, *, bookmark: str, now: datetime) -> FormReading:
    """Read the form and its responses, all or with the bookmark those since; `where` names it in sentences.

    Raises SourceError, and what the client raises.
    """
    questions = questions_of(fetch_form(client, form_id), where)
    before = _understand(bookmark, form_id)
    whole = before is None or not before.newest or not now - WHOLE_EVERY < as_datetime(before.whole_at) <= now
    if before is None or whole:
        return _whole(questions, _in_order(_responses(client, form_id, where, "")), form_id, now)
    since = write_moment(as_datetime(before.newest) - OVERLAP)
    responses = _in_order(_responses(client, form_id, where, since))
    newest = max((response.last_submitted_at for response in responses), default="")
    after = _Bookmark(form_id, max(newest, before.newest), before.whole_at)
    return FormReading(questions, responses, whole=False, since=since, bookmark=msgspec.json.encode(after).decode())


def _whole(
    questions: tuple[Question, ...], responses: tuple[RawResponse, ...], form: str, now: datetime
) -> FormReading:
    newest = max((response.last_submitted_at for response in responses), default="")
    bookmark = msgspec.json.encode(_Bookmark(form, newest, write_moment(now))).decode()
    return FormReading(questions, responses, bookmark=bookmark)


def _understand(bookmark: str, form_id: str) -> _Bookmark | None:
    """Return the bookmark if it is one of this form: another form is read from its beginning."""
    try:
        before = msgspec.json.decode(bookmark, type=_Bookmark)
    except msgspec.DecodeError:
        return None
    return before if before.form == form_id else None


def _in_order(responses: Iterator[RawResponse]) -> tuple[RawResponse, ...]:
    """Return the responses as they were first given; Google promises no order, and tabs keep the one of arrival."""
    return tuple(sorted(responses, key=lambda response: (response.created_at, response.response_id)))


def _responses(client: GoogleClient, form_id: str, where: str, since: str) -> Iterator[RawResponse]:
    """Give the responses of every page; a response may stand on two pages when one arrives in between."""
    token = ""
    for _ in range(PAGES_AT_MOST):
        params = {"filter": f"timestamp >= {since}"} if since else {}
        answer = client.request(
            "get", RESPONSES.format(form_id), params=params | ({"pageToken": token} if token else {})
        )
        page = decode(answer.content, _Page, where=where, what="a list of responses")
        for number, text in enumerate(page.responses, start=1):
            try:
                yield read_response(text)
            except ValueError as error:
                raise SourceError(
                    f"{where}: response {number} of a page {error}; nothing of it was taken, tell the service's owner."
                ) from None
        if not page.next_page_token:
            return
        token = page.next_page_token
    raise SourceError(f"{where}: Google gives ever more pages of responses; nothing of it was taken, try again later.")
