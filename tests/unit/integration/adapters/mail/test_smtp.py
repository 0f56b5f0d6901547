"""Mail by SMTP: handed over once, encrypted where that was asked for, and each refusal in one sentence."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from config.addresses import MailServer, Tls
from integration.adapters.mail.smtp import SmtpMailer
from integration.errors import CrescendoError, LostReplyError, MailDelayedError, MailError, RenderError
from integration.model import Mail
from tests.unit.integration.adapters.mail.mail_servers import (
    PASSWORD,
    USER,
    Certificates,
    MailHandler,
    free_port,
    require_password,
    run_mail_server,
    run_scripted_server,
)

MAIL = Mail(
    to_name="Ana Reis",
    to_email="ana@crescendo.example",
    from_name="Change Crescendo",
    from_email="packs@crescendo.example",
    subject="Crescendo: sync has failed",
    text="Grüße\n.\n.a line that begins with a dot\n",
    html="<p>Grüße</p>",
    message_id="<alerts.1@crescendo.example>",
    date=datetime(2022, 8, 1, 6, 0, tzinfo=UTC),
)
HELLO, FINE = b"220 hello\r\n", b"250 fine\r\n"


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    return Certificates.of()


def read(post: MailHandler) -> EmailMessage:
    (received,) = post.received
    message = email.message_from_bytes(received.content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def refusal(server: MailServer, kind: type[CrescendoError], mail: Mail = MAIL) -> str:
    """Send, which fails, and return the sentence; it never holds the password, nor what the server said."""
    with pytest.raises(CrescendoError) as caught:
        SmtpMailer(server, timeout_seconds=0.5, message_reply_seconds=0.5).send(mail)
    assert type(caught.value) is kind, repr(caught.value)
    sentence = str(caught.value)
    assert PASSWORD not in sentence
    assert "Grüße" not in sentence
    assert sentence.count("\n") == 0
    assert sentence.endswith(".")
    return sentence


def test_a_mail_arrives_as_it_was_written() -> None:
    post = MailHandler()
    with run_mail_server(post) as server:
        assert SmtpMailer(server).send(MAIL) == "ana@crescendo.example, by 127.0.0.1"
    message = read(post)
    assert post.received[0].sender == "packs@crescendo.example"
    assert post.received[0].recipients == ("ana@crescendo.example",)
    assert message["Message-ID"] == MAIL.message_id
    assert message["From"] == "Change Crescendo <packs@crescendo.example>"
    body = message.get_body(("plain",))
    assert body
    assert body.get_content().replace("\r\n", "\n") == MAIL.text


def test_mail_from_is_the_sender_on_the_envelope_and_in_the_mail() -> None:
    post = MailHandler()
    with run_mail_server(post) as server:
        SmtpMailer(server, sender="robot@crescendo.example").send(MAIL)
    assert post.received[0].sender == "robot@crescendo.example"
    assert read(post)["From"] == "Change Crescendo <robot@crescendo.example>"


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")  # aiosmtpd takes TLS from the first byte for none
@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
def test_encrypted_and_signed_in(certificates: Certificates, tls: Tls) -> None:
    post = MailHandler()
    sign_in = require_password() | {"auth_require_tls": tls is Tls.STARTTLS}
    with run_mail_server(post, tls, certificates=certificates, **sign_in) as server:
        known = replace(server, user=USER, password=PASSWORD)
        SmtpMailer(known, trusted=certificates.trusted).send(MAIL)
        SmtpMailer(known, trusted=certificates.trusted).check_connection()
        with pytest.raises(MailError, match=r"does not accept the user and the password \(535 5\.7\.8\); set SMTP_URL"):
            SmtpMailer(replace(known, password=PASSWORD[1:]), trusted=certificates.trusted).send(MAIL)
    assert len(post.received) == 1


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
def test_a_certificate_that_nobody_trusts_is_refused(certificates: Certificates, tls: Tls) -> None:
    post = MailHandler()
    with run_mail_server(post, tls, certificates=certificates) as server:
        assert "a certificate that cannot be trusted" in refusal(server, MailError)
    assert not post.received


def test_a_certificate_of_another_host_is_refused() -> None:
    other, post = Certificates.of("mail.example.org"), MailHandler()
    with (
        run_mail_server(post, Tls.STARTTLS, certificates=other) as server,
        pytest.raises(MailError, match="certificate that cannot be trusted"),
    ):
        SmtpMailer(server, trusted=other.trusted).send(MAIL)
    assert not post.received


def test_without_the_encryption_that_was_asked_for_nothing_is_sent() -> None:
    post = MailHandler()
    with run_mail_server(post) as server:
        assert "offers no encryption (STARTTLS)" in refusal(replace(server, tls=Tls.STARTTLS), MailError)
        assert "does not speak TLS there" in refusal(replace(server, tls=Tls.IMPLICIT), MailError)
        assert "offers no sign-in by a password" in refusal(replace(server, user=USER, password=PASSWORD), MailError)
    assert not post.commands


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("MAIL", "refuses the sender packs@crescendo.example"),
        ("RCPT", "refuses the recipient ana@crescendo.example"),
        ("DATA", "refuses the mail"),
    ],
)
def test_a_temporary_refusal_is_retryable(command: str, says: str) -> None:
    post = MailHandler(replies={command: ["451 4.3.0 Grüße", f"550 5.1.1 the user {PASSWORD} is unknown"]})
    with run_mail_server(post) as server:
        assert f"{says} for now (451 4.3.0); try again later." in refusal(server, MailDelayedError)
        assert f"{says} (550 5.1.1); " in refusal(server, MailError)
        SmtpMailer(server).send(MAIL)
    assert len(post.received) == 1


def test_a_server_that_is_not_there_may_come_back() -> None:
    server = MailServer("127.0.0.1", free_port(), Tls.NONE)
    assert "cannot be reached (Connection refused)" in refusal(server, MailDelayedError)


@pytest.mark.parametrize(
    ("replies", "kind", "says"),
    [
        ((), MailDelayedError, "hung up, or fell silent, before it took the mail"),
        ((HELLO,), MailDelayedError, "hung up"),
        ((HELLO, FINE, FINE), MailDelayedError, "hung up"),
        ((b"421 4.3.2 too busy\r\n",), MailDelayedError, "does not let this machine in for now (421 4.3.2)"),
        ((b"554 no\r\n",), MailError, "does not let this machine in (554)"),
        ((b"\xff\xfe?\r\n",), MailDelayedError, "for now"),
        ((HELLO, FINE, FINE, FINE, b"554 not like this\r\n"), MailError, "refuses the mail (554)"),
        ((HELLO, FINE, FINE, FINE, b"354 go on\r\n"), LostReplyError, "nobody knows whether it took it"),
    ],
)
def test_a_server_that_breaks_off(replies: tuple[bytes, ...], kind: type[CrescendoError], says: str) -> None:
    with run_scripted_server(*replies) as server:
        assert says in refusal(server, kind)


@pytest.mark.parametrize(
    ("replies", "kind", "says"),
    [
        ((), MailDelayedError, "fell silent, before it took the mail"),
        ((HELLO, FINE), MailDelayedError, "fell silent, before it took the mail"),
        ((HELLO, FINE, FINE, FINE, b"354 go on\r\n"), LostReplyError, "fell silent while it was given a mail"),
    ],
)
def test_a_server_that_falls_silent_is_not_waited_for(
    replies: tuple[bytes, ...], kind: type[CrescendoError], says: str
) -> None:
    with run_scripted_server(*replies, silent=True) as server:
        assert says in refusal(server, kind)


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_server_that_takes_long_over_a_mail_is_waited_for(is_taken: bool) -> None:  # noqa: FBT001  # a case
    post = MailHandler(reply_delay_seconds=0.7, replies={} if is_taken else {"DATA": ["550 5.7.1 no"]})
    with run_mail_server(post) as server:
        mailer = SmtpMailer(server, timeout_seconds=0.3, message_reply_seconds=30)
        if is_taken:
            mailer.send(MAIL)
        else:
            with pytest.raises(MailError, match=r"refuses the mail \(550 5\.7\.1\)"):
                mailer.send(MAIL)
    assert len(post.received) == is_taken


def test_a_server_that_is_gone_before_the_last_dot_has_not_taken_the_mail() -> None:
    large = replace(MAIL, text="a line of a mail that fills every buffer on its way\n" * 80_000)
    with run_scripted_server(HELLO, FINE, FINE, FINE, b"354 go on\r\n") as server:
        refusal(server, MailDelayedError, large)


@pytest.mark.parametrize("address", ["grüße@crescendo.example", "ana@grüße.example"])
def test_an_address_that_no_server_takes_is_refused(address: str) -> None:
    post = MailHandler()
    with run_mail_server(post) as server, pytest.raises((MailError, RenderError)):
        SmtpMailer(server).send(replace(MAIL, to_email=address))
    assert not post.received
