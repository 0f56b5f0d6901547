"""The web side behind nginx, by the configuration that the documents give: each refusal has the promised shape."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.debian import NotThereError, find_or_install
from tests.skipping import skip_outside_ci
from tests.system.commands import PROJECT
from tests.system.webhooks.running import PATIENCE_SECONDS, Running, free_port
from tests.unit.webhooks.web_app import envelope, response, signed
from webhooks.refusals import ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

CONFIGURATION = PROJECT / "docs" / "operations" / "nginx.conf"
TOO_LARGE = 256 * 1024 + 1


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[tuple[Running, int]]:
    """Give the web side, and the port of the nginx before it; both end afterwards."""
    try:
        nginx = find_or_install("nginx-light", lambda: shutil.which("nginx", path="/usr/sbin:/usr/bin"))
        openssl = find_or_install("openssl", lambda: shutil.which("openssl"))
    except NotThereError as error:
        skip_outside_ci(error)
    port, folder = free_port(), tmp_path / "nginx"
    folder.mkdir()
    key, chain = folder / "key.pem", folder / "chain.pem"
    subprocess.run(  # noqa: S603  # our own command
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
         "-keyout", str(key), "-out", str(chain)], check=True, capture_output=True,
    )  # fmt: skip
    with Running(tmp_path / "home", options=["--per-client", "100000", "--per-form", "100000"]) as web:
        site = CONFIGURATION.read_text(encoding="utf-8")
        for old, new in (
            (r"listen (\[::\]:)?80;", ""),
            (r"listen \[::\]:443 ssl;", ""),
            (r"listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
            (r"server \{\s*server_name [^}]*\}", ""),  # the one that sends people from http to https
            ("/etc/ssl/crescendo/fullchain.pem", str(chain)),
            ("/etc/ssl/crescendo/privkey.pem", str(key)),
            ("/var/log/nginx/crescendo.log", f"{folder}/access.log"),
            (r"127\.0\.0\.1:8080", f"127.0.0.1:{web.port}"),
        ):
            site, count = re.subn(old, new, site)
            assert count, old
        whole = folder / "nginx.conf"
        temporary = "".join(
            f"{each}_temp_path {folder}/{each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        whole.write_text(
            f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;"
            f"events {{}} http {{ {temporary} {site} }}"
        )
        process = subprocess.Popen([nginx, "-e", f"{folder}/error.log", "-c", str(whole)])  # noqa: S603  # our own
        try:
            wait_for(port)
            yield web, port
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.02)
    raise AssertionError("nginx did not start")


def ask(
    port: int, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> tuple[int, bytes, Mapping[str, str]]:
    """Return the status, the body and the headers of the answer."""
    trusting = ssl._create_unverified_context()  # noqa: S323, SLF001  # the certificate is this test's own
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=trusting, timeout=PATIENCE_SECONDS)
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before all of it was sent
            connection.request(method, path, body or None, dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())
    finally:
        connection.close()


def assert_promised(status: int, body: bytes, headers: Mapping[str, str]) -> None:
    """See that a refusal has the shape that the interfaces promise."""
    code, _ = ERRORS[status]
    assert headers["Content-Type"].partition(";")[0] == "application/json", body
    assert json.loads(body)["error"]["code"] == code
    assert json.loads(body)["error"]["message"]
    assert ("Retry-After" in headers) is (status in {429, 503})
    assert headers["Strict-Transport-Security"]


def test_every_refusal_behind_nginx_has_the_promised_shape(proxy: tuple[Running, int]) -> None:
    web, port = proxy
    hook, body = "/hooks/forms/pulse", envelope(response("r-1"))

    def send(number: int) -> int:
        content = envelope(response(f"r-{number}"))
        status, answer, headers = ask(port, "POST", hook, content, signed(content, at=time.time()))
        if status == 202:  # taken in
            assert json.loads(answer) == {"status": "stored"}
        else:
            assert_promised(status, answer, headers)
        return status

    assert send(1) == 202  # taken in
    for method, path, content, expected in (
        ("POST", hook, b"x" * TOO_LARGE, 413),
        ("POST", hook, b"x" * 20_000_000, 413),
        ("POST", hook, body, 401),
        ("TRACE", hook, b"", 405),
        ("GET", f"/{'x' * 20_000}", b"", 400),
        ("GET", "/nowhere", b"", 404),
    ):
        headers = {"Content-Type": "application/json"}
        found = ask(port, method, path, content, headers)
        assert found[0] == expected, (method, path[:30], found)
        assert_promised(*found)
    many = [send(number) for number in range(2, 300)]
    assert set(many) == {202, 429}, "too many at once are refused by nginx"
    web.stop()
    time.sleep(1)  # so that nginx lets some pass again
    found = ask(port, "GET", "/healthz")
    assert found[0] == 503  # nobody is behind nginx
    assert_promised(*found)


def test_the_sentences_of_nginx_are_those_of_the_web_side() -> None:
    said = re.findall(r"return (\d+) \'(.*)\\n\';", CONFIGURATION.read_text(encoding="utf-8"))
    assert {int(status) for status, _ in said} == {400, 404, 405, 413, 429, 503}
    for status, body in said:
        code, sentence = ERRORS[int(status)]
        error = json.loads(body)["error"]
        assert error["code"] == code
        assert sentence.startswith(error["message"].rstrip("."))
