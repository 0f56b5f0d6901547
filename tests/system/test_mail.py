"""Where the mails of a command go, and what `check --live` says of the mail server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from config.addresses import MailServer, Tls
from integration.adapters.mail.outbox import Outbox
from integration.adapters.mail.smtp import SmtpMailer
from integration.wiring import build_service
from tests.system.commands import run
from tests.unit.integration.adapters.mail.mail_servers import (
    PASSWORD,
    USER,
    Certificates,
    MailHandler,
    require_password,
    run_mail_server,
)

if TYPE_CHECKING:
    from pathlib import Path

    from config.schema import Settings


def url_of(server: MailServer, *, user: str = "", password: str = "") -> str:
    sign_in = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    scheme, more = ("smtps", "") if server.tls is Tls.IMPLICIT else ("smtp", f"?tls={server.tls}")
    return f"{scheme}://{sign_in}{server.host}:{server.port}{more}"


def test_a_mail_server_takes_the_mails_but_for_a_demo_and_a_dry_run(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SMTP_URL", raising=False)
    named = {"settings": settings, "home": tmp_path, "data": None, "key": ""}
    assert isinstance(build_service(**named).mailer, Outbox)  # type: ignore[arg-type]  # as named above
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:1025")
    service = build_service(**named)  # type: ignore[arg-type]
    assert isinstance(service.mailer, SmtpMailer)
    assert isinstance(build_service(**named, is_demo=True).mailer, Outbox)  # type: ignore[arg-type]


def test_the_demo_mails_no_leader_though_a_mail_server_is_set(home: Path) -> None:
    assert len(list((home / "outbox").glob("*.eml"))) == 4


def test_check_live_signs_in_and_sends_nothing(tmp_path: Path) -> None:
    certificates, post = Certificates.of(), MailHandler()
    trusted = tmp_path / "authority.pem"
    certificates.authority.cert_pem.write_to_path(trusted)
    with run_mail_server(post, Tls.STARTTLS, certificates=certificates, **require_password()) as server:
        environment = {"SMTP_URL": url_of(server, user=USER, password=PASSWORD), "SSL_CERT_FILE": str(trusted)}
        ran = run("check", "--live", "--home", tmp_path, environment=environment)
        report = json.loads(run("check", "--live", "--json", "--home", tmp_path, environment=environment).out)
        distrusted = run("check", "--live", "--home", tmp_path, environment=environment | {"SSL_CERT_FILE": ""})
    assert ran.code == 0, ran.out + ran.err
    assert f"Mail\n  127.0.0.1:{server.port} (encrypted by STARTTLS) lets us in; nothing was sent." in ran.out
    assert report["mail"] == {"server": f"127.0.0.1:{server.port} (encrypted by STARTTLS)", "ok": True}
    assert post.commands == ["NOOP", "NOOP"]
    assert distrusted.code == 2
    assert "To put right: The mail server 127.0.0.1" in distrusted.out
    assert PASSWORD not in ran.out + ran.err + distrusted.out + distrusted.err


@pytest.mark.parametrize(
    ("url", "code", "says"),
    [
        ("", 0, "No mail server is set (SMTP_URL): mails are put into the folder outbox/ in the home folder."),
        ("mail.example.org", 2, "To put right: SMTP_URL is not the address of a mail server"),
        ("smtp://127.0.0.1:1", 75, "cannot be reached (Connection refused)"),
    ],
)
def test_check_live_says_what_to_put_right(tmp_path: Path, url: str, code: int, says: str) -> None:
    ran = run("check", "--live", "--home", tmp_path, environment={"SMTP_URL": url})
    assert ran.code == code, ran.out + ran.err
    assert says in ran.out
