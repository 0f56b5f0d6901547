"""The web side as people run it, and as Google calls it."""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from integration.adapters.google.watching.channels import new_channel_id
from tests.fakes.google import StandIn
from tests.fakes.google.push_tokens import ACCOUNT, AUDIENCE, authorization, message
from tests.system.commands import VARIABLES
from tests.system.webhooks.running import Running
from tests.unit.webhooks.google_programme import CHANNEL_KEY, FORMS, drive_notification
from tests.unit.webhooks.web_app import ENCODED_SECRET
from webhooks.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http.client import HTTPConnection
    from pathlib import Path

PUSHED_TO = {"PUBSUB_AUDIENCE": AUDIENCE, "PUBSUB_SERVICE_ACCOUNT": ACCOUNT}


def post(connection: HTTPConnection, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    connection.request("POST", path, body, {**headers})
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_google_is_answered_over_the_wire(in_google: Path, tmp_path: Path) -> None:
    with StandIn() as google:
        keys = {**PUSHED_TO, "DRIVE_CHANNEL_KEY": CHANNEL_KEY.decode(), "GOOGLE_API_BASE_URL": google.url}
        with Running(tmp_path / "home", keys, ["--config", str(in_google)]) as web, closing(web.connection()) as line:
            pushed = {"Authorization": authorization(datetime.now(UTC)), "Content-Type": "application/json"}  # noqa: TID251  # the time in another process
            body = message(FORMS["pulse"])
            assert post(line, "/hooks/pubsub", body, pushed) == (202, b'{"status":"noted"}\n')
            assert post(line, "/hooks/pubsub", body, pushed | {"Authorization": "Bearer a.b.c"})[0] == 401
            headers = drive_notification(new_channel_id("register"))
            assert post(line, "/hooks/drive", b"", headers) == (202, b'{"status":"noted"}\n')
            assert post(line, "/hooks/drive", b"", {**headers, "X-Goog-Channel-Token": "0" * 64})[0] == 401
            assert post(line, "/hooks/drive", b"", {**headers, "X-Goog-Channel-ID": "\xff"})[0] == 401
        assert [call.name for call in google.calls] == ["keys"]


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"PUBSUB_AUDIENCE": AUDIENCE}, "PUBSUB_AUDIENCE is set, but PUBSUB_SERVICE_ACCOUNT is not"),
        ({"PUBSUB_SERVICE_ACCOUNT": ACCOUNT}, "PUBSUB_SERVICE_ACCOUNT is set, but PUBSUB_AUDIENCE is not"),
        ({**PUSHED_TO, "PUBSUB_SERVICE_ACCOUNT": "push"}, "PUBSUB_SERVICE_ACCOUNT is not the e-mail address"),
        ({**PUSHED_TO, "GOOGLE_API_BASE_URL": "ftp://x"}, "GOOGLE_API_BASE_URL is “ftp://x”: set it to"),
        ({"DRIVE_CHANNEL_KEY": "tooshortakey"}, "DRIVE_CHANNEL_KEY is shorter than 24 bytes"),
        ({"WEBHOOK_SECRETS": "whsec_tooshort"}, "WEBHOOK_SECRETS has a secret shorter"),
    ],
    ids=range(6),
)
def test_half_a_configuration_does_not_start(environment: dict[str, str], says: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with pytest.MonkeyPatch.context() as patch:
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        patch.setattr(logging.getLogger(), "handlers", [])
        ran = CliRunner().invoke(main, ["--home", str(home)], env={"WEBHOOK_SECRETS": ENCODED_SECRET, **environment})
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith(says)
    assert "tooshort" not in ran.stderr
    assert not home.exists()
