"""Lets schemathesis sign what it sends, as a form's script does, over the very bytes that go out."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import schemathesis
from requests.auth import AuthBase

from tests.unit.webhooks.web_app import signed
from webhooks.request_checks import NotStrictJson, parse_strict_json

if TYPE_CHECKING:
    from requests import PreparedRequest


class Signature(AuthBase):
    """Signs a request that is ready to be sent."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign it now."""
        body = request.body or b""
        headers = signed(body if isinstance(body, bytes) else str(body).encode(), at=time.time())
        request.headers.update({name: value for name, value in headers.items() if name.startswith("webhook-")})
        return request


schemathesis.auth.set_from_requests(Signature()).apply_to(path="/hooks/forms/{key}")  # type: ignore[attr-defined]


@schemathesis.hook
def filter_body(_: object, body: Any) -> bool:
    """Leave out what is refused though no schema can say so: vast numbers, and ids that cannot be printed."""
    data = body.get("data") if isinstance(body, dict) else None
    response_id = data.get("responseId") if isinstance(data, dict) else None
    try:
        parse_strict_json(json.dumps(body, default=str).encode())
    except NotStrictJson:
        return False
    return not isinstance(response_id, str) or response_id.isprintable()
