"""The web side in this process, and a script that signs what it sends to it."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any, Self

from config.keys import WebhookCredentials
from config.loading.load import load_settings
from integration.wiring import build_service
from tests.system.commands import PROJECT
from webhooks.app import create_app
from webhooks.hooks.forms import compute_signature, format_signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from werkzeug.test import TestResponse

    from config.keys import PubSubIdentity
    from integration.ports import Clock
    from webhooks.request_checks import RateLimits

SECRET = b"a secret of the tests, 32 bytes!"
ENCODED_SECRET = f"whsec_{b64encode(SECRET).decode()}"
CONFIG = PROJECT / "config" / "crescendo"
_numbers = count(1)
read_config = cache(load_settings)
"""Reads a folder of YAML files once for all tests."""


def response(response_id: str = "r-1", submitted: str = "2022-03-28T10:00:00Z", **answers: str) -> dict[str, Any]:
    """Return a FormResponse of the Forms API; `answers` are texts by question id."""
    given = {
        question: {"questionId": question, "textAnswers": {"answers": [{"value": text}]}}
        for question, text in answers.items()
    }
    times = {"createTime": submitted, "lastSubmittedTime": submitted}
    return {"responseId": response_id, **times, **({"answers": given} if given else {})}


def envelope(data: dict[str, Any]) -> bytes:
    """Return the body that brings a response."""
    return json.dumps({"type": "form.response", "timestamp": "2022-03-28T10:00:00Z", "data": data}).encode()


HINT = b'{"type":"form.changed","timestamp":"2022-03-28T10:00:00Z"}'


def signed(body: bytes, *, at: float, secret: bytes = SECRET, message_id: str = "") -> dict[str, str]:
    """Return the headers that sign a body at a time (Unix seconds)."""
    message_id = message_id or f"msg_{next(_numbers)}"
    timestamp = str(int(at))
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": format_signature(compute_signature(secret, message_id, timestamp, body)),
    }


@dataclass
class Web:
    """The application on a home folder, without a web server."""

    home: Path
    database_url: str | None = None
    clock: Clock | None = None
    limits: RateLimits | None = None
    pusher: PubSubIdentity | None = None
    channels: bytes | None = None
    secrets: tuple[bytes, ...] = field(default=(SECRET,), repr=False)
    config: Path = CONFIG

    def __post_init__(self) -> None:
        self.service = build_service(
            settings=read_config(self.config), home=self.home, data=None, key="", clock=self.clock,
            database_url=self.database_url,
        )  # fmt: skip
        keys = WebhookCredentials(form_secrets=self.secrets, pubsub=self.pusher, drive_channel_key=self.channels)
        self.app = create_app(self.service, keys, limits=self.limits)
        self.client = self.app.test_client()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.service.close()

    def post(
        self, body: bytes, changed: Mapping[str, str] | None = None, *, form: str = "pulse", secret: bytes = SECRET
    ) -> TestResponse:
        """Post a body to a form's hook, signed now, and then with the `changed` headers."""
        sent = signed(body, at=self.service.clock.now().timestamp(), secret=secret) | dict(changed or {})
        return self.client.post(f"/hooks/forms/{form}", data=body, headers=sent)

    def stored(self, form: str = "pulse") -> Iterator[tuple[str, str]]:
        """Give (response id, last submitted) of every version that is stored, in order."""
        for version in self.service.store.responses.versions_after(form, 0):
            yield version.response_id, version.last_submitted_at
