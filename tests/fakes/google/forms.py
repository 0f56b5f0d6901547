"""Forms: the form itself, and its responses by pages."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.fakes.google.errors import invalid

if TYPE_CHECKING:
    from random import Random

MOST = 5000
FILTER = re.compile(r"timestamp (>=?) (\S+)")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")
INVALID = "Request contains an invalid argument."


@dataclass(slots=True)
class Form:
    """A form with its responses, both as the Forms API gives them; a test may append responses and change the form.

    `causes` are the event types whose watch stays suspended, because what suspended it is still so.
    """

    id: str
    form: dict[str, Any]
    responses: list[dict[str, Any]] = field(default_factory=list)
    watches: list[dict[str, Any]] = field(default_factory=list)
    causes: set[str] = field(default_factory=set)


def form(found: Form) -> dict[str, Any]:
    """Return the `Form`; its revisionId changes whenever anything of it does."""
    text = json.dumps(found.form, sort_keys=True)
    revision = hashlib.sha256(text.encode()).hexdigest()[:8]
    return {**found.form, "formId": found.id, "revisionId": revision}


def nanoseconds(text: str) -> int:
    """Return a moment of Google's as nanoseconds since 1970. Raises ValueError."""
    found = MOMENT.fullmatch(text)
    if not found:
        raise ValueError(text)
    whole = int(datetime.fromisoformat(found[1] + "+00:00").timestamp())
    return whole * 10**9 + int((found[2] or "").ljust(9, "0"))


class Pages:
    """Hands responses out page by page, in no order that means anything."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._open: dict[str, tuple[str, str, list[str]]] = {}
        self.most = MOST

    def page(self, found: Form, query: dict[str, Any]) -> dict[str, Any]:
        """Return a `ListFormResponsesResponse`. A token goes on with the responses there were at the first page."""
        asked = query.get("filter") or ""
        if token := query.get("pageToken"):
            form_id, of, ids = self._open.get(token, ("", "", []))
            if (form_id, of) != (found.id, asked):
                raise invalid(INVALID)
        else:
            ids = [each["responseId"] for each in found.responses if _passes(each, asked)]
            self._chance.shuffle(ids)
        size = query.get("pageSize") or 0
        if size < 0:
            raise invalid(INVALID)
        size = min(size or MOST, self.most)
        known = {each["responseId"]: each for each in found.responses}
        there = [known[each] for each in ids[:size] if each in known]
        page: dict[str, Any] = {"responses": [_item(each) for each in there]} if there else {}
        if ids[size:]:
            page["nextPageToken"] = self._token(found.id, asked, ids[size:])
        return page

    def _token(self, form_id: str, asked: str, ids: list[str]) -> str:
        token = f"{self._chance.getrandbits(96):024x}"
        self._open[token] = form_id, asked, ids
        return token


def _passes(response: dict[str, Any], asked: str) -> bool:
    if not asked:
        return True
    found = FILTER.fullmatch(asked)
    try:
        limit = nanoseconds(found[2] if found else "")
    except ValueError:
        raise invalid(INVALID) from None
    moment = nanoseconds(response["lastSubmittedTime"])
    return moment >= limit if found and found[1] == ">=" else moment > limit


def _item(response: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in response.items() if name != "formId"}
