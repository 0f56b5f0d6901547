"""Sends mail by SMTP: encrypted, with time-outs, one recipient a mail.

1. Connect, encrypt and sign in as SMTP_URL says.
2. Name the sender and the recipient; hand over the message up to its last dot. Until then nothing was taken.
3. Wait long for the answer to the whole message. After a lost answer it is not known whether it was taken.

Whatever smtplib and the network raise becomes one sentence: what is wrong, and whether to try later.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from config.addresses import Tls
from integration.adapters.mail.message_bytes import to_bytes
from integration.errors import CrescendoError, LostReplyError, MailDelayedError, MailError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.addresses import MailServer
    from integration.model import Mail

TIMEOUT_SECONDS = 30.0
"""The longest wait for each answer of the mail server but one, and for each part of a mail to leave."""

MESSAGE_REPLY_SECONDS = 600.0
"""The longest wait for the answer to a whole mail, because a server may look into it first (RFC 5321, 4.5.3.2.6)."""

START_MAIL_INPUT = 354
BLOCK_BYTES = 65_536
STARTS_WITH_DOT = re.compile(rb"^\.", re.MULTILINE)

HELO_NAME = "[127.0.0.1]"
"""The name that this client gives: smtplib would ask the network for this machine's name, and wait for the answer."""

PERMANENT_FROM = 500
"""From this code on a refusal is permanent; below it, temporary (RFC 5321, 4.2.1)."""

STATUS = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")
"""The enhanced status code with which a server's text begins (RFC 3463). The rest may quote a mail: not shown."""

ENCRYPTION = {Tls.STARTTLS: "encrypted by STARTTLS", Tls.IMPLICIT: "encrypted", Tls.NONE: "not encrypted"}
NO_SIGN_IN = "offers no sign-in by a password"


class SmtpMailer:
    """Obeys `ports.Mailer`."""

    def __init__(
        self,
        server: MailServer,
        *,
        sender: str | None = None,
        trusted: ssl.SSLContext | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        message_reply_seconds: float = MESSAGE_REPLY_SECONDS,
    ) -> None:
        """`sender`, where given, replaces the address from which a mail comes, on the envelope and in the mail.

        `trusted` says which certificates are accepted, by default those that this machine trusts.
        `message_reply_seconds` is the longest wait for the answer to a whole mail, `timeout_seconds` for every other.
        """
        self._server = server
        self._sender = sender
        self._trusted = trusted
        self._timeout_seconds = timeout_seconds
        self._message_reply_seconds = message_reply_seconds
        self._name = f"The mail server {server.host}:{server.port}"

    @property
    def description(self) -> str:
        """The mail server by host and port, and how the connection is encrypted."""
        return f"{self._server.host}:{self._server.port} ({ENCRYPTION[self._server.tls]})"

    def send(self, mail: Mail) -> str:
        """Send one mail; return where it went, in words.

        Raises MailDelayedError where it was not taken and later may be, LostReplyError where it is not known whether it
        was taken, MailError where the operator must put something right, RenderError.
        """
        mail = replace(mail, from_email=self._sender) if self._sender else mail
        content = to_bytes(mail)
        with self._connection() as connection:
            self._expect(connection.mail(mail.from_email), f"refuses the sender {mail.from_email}", "check MAIL_FROM")
            correct = "correct the address in packs.yaml or alerts.yaml"
            self._expect(connection.rcpt(mail.to_email), f"refuses the recipient {mail.to_email}", correct)
            self._hand_over(connection, content)
        return f"{mail.to_email}, by {self._server.host}"

    def check_connection(self) -> None:
        """Connect, sign in, and quit; nothing is sent. Raises MailDelayedError or MailError."""
        with self._connection() as connection:
            self._expect(connection.noop(), "does not work", "ask whoever looks after it")

    def _hand_over(self, connection: smtplib.SMTP, content: bytes) -> None:
        """Do what smtplib's `data` does, which waits for all answers alike. Until the last dot nothing was taken."""
        reply = connection.docmd("DATA")
        if reply[0] == START_MAIL_INPUT:
            data = STARTS_WITH_DOT.sub(b"..", content.removesuffix(smtplib.bCRLF)) + smtplib.bCRLF
            for start in range(0, len(data), BLOCK_BYTES):  # a time-out is for each block, however slow the line is
                connection.send(data[start : start + BLOCK_BYTES])
            try:  # the last dot, and the answer to the whole mail, which may take the server minutes
                if connection.sock:
                    connection.sock.settimeout(self._message_reply_seconds)
                connection.send(b"." + smtplib.bCRLF)
                reply = connection.getreply()
                if connection.sock:
                    connection.sock.settimeout(self._timeout_seconds)
            except (smtplib.SMTPServerDisconnected, OSError):
                raise LostReplyError(
                    f"{self._name} fell silent while it was given a mail, so nobody knows whether it took it; the same "
                    "mail can be sent again, and is recognised by its Message-ID."
                ) from None
        self._expect(reply, "refuses the mail", "ask whoever looks after it why")

    def _expect(self, reply: tuple[int, bytes], refusal: str, advice: str) -> None:
        """Raise the error of a reply that is not a success."""
        if (code := reply[0]) not in {250, 251}:
            raise self._to_error(code, reply[1], refusal, advice)

    def _to_error(self, code: int, text: bytes | str, refusal: str, advice: str) -> CrescendoError:
        status = STATUS.match(text.encode() if isinstance(text, str) else text)
        reply = f"{code} {status[0].decode()}" if status else f"{code}"
        if code >= PERMANENT_FROM:
            return MailError(f"{self._name} {refusal} ({reply}); {advice}.")
        return MailDelayedError(f"{self._name} {refusal} for now ({reply}); try again later.")

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """Yield a connection that is encrypted and signed in, as far as the settings say so."""
        connection = None
        try:
            with self._translate_errors():
                connection = self._connect()
                self._sign_in(connection)
            with self._translate_errors():
                yield connection
        finally:
            if connection:
                # What was sent before counts, whether or not the server answers the goodbye.
                try:
                    with suppress(smtplib.SMTPException, OSError):
                        connection.quit()
                finally:
                    connection.close()

    def _connect(self) -> smtplib.SMTP:
        server, timeout = self._server, self._timeout_seconds
        if server.tls is not Tls.IMPLICIT:
            return smtplib.SMTP(server.host, server.port, local_hostname=HELO_NAME, timeout=timeout)
        context = self._context()
        return smtplib.SMTP_SSL(server.host, server.port, local_hostname=HELO_NAME, timeout=timeout, context=context)

    def _sign_in(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        if self._server.tls is Tls.STARTTLS:
            self._require(connection, "starttls", "offers no encryption (STARTTLS)")
            connection.starttls(context=self._context())
            connection.ehlo_or_helo_if_needed()
        if self._server.user:
            self._require(connection, "auth", NO_SIGN_IN)
            connection.login(self._server.user, self._server.password)

    def _require(self, connection: smtplib.SMTP, extension: str, lack: str) -> None:
        if not connection.has_extn(extension):
            raise MailError(f"{self._name} {lack}; check SMTP_URL.")

    def _context(self) -> ssl.SSLContext:
        return self._trusted or ssl.create_default_context()

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Turn what smtplib and the network raise into one sentence, without the server's own text."""
        try:
            yield
        except smtplib.SMTPAuthenticationError as error:
            refusal = "does not accept the user and the password", "set SMTP_URL anew"
            raise self._to_error(error.smtp_code, error.smtp_error, *refusal) from None
        except smtplib.SMTPResponseException as error:
            refusal = "does not let this machine in", "check SMTP_URL, or ask whoever looks after it"
            raise self._to_error(error.smtp_code, error.smtp_error, *refusal) from None
        except (smtplib.SMTPServerDisconnected, ssl.SSLEOFError, ssl.SSLZeroReturnError):
            raise MailDelayedError(
                f"{self._name} hung up, or fell silent, before it took the mail; try again later."
            ) from None
        except smtplib.SMTPException:
            raise MailError(f"{self._name} {NO_SIGN_IN}; check SMTP_URL.") from None
        except ssl.SSLCertVerificationError as error:
            raise MailError(
                f"{self._name} shows a certificate that cannot be trusted ({error.verify_message}); check the host in "
                "SMTP_URL, or ask whoever looks after it."
            ) from None
        except ssl.SSLError:
            raise MailError(
                f"{self._name} does not speak TLS there; check the port in SMTP_URL, and whether it is to begin with "
                "smtp:// or smtps://."
            ) from None
        except OSError as error:
            reason = "no answer in time" if isinstance(error, TimeoutError) else error.strerror or type(error).__name__
            raise MailDelayedError(
                f"{self._name} cannot be reached ({reason}); check SMTP_URL, or try again later."
            ) from None
        except UnicodeError:
            raise MailError(f"{self._name} takes no address with such letters; write it in plain ones.") from None
