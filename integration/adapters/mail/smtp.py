"""Hands mail over to a mail server: encrypted, with time-outs, one recipient a mail."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from config.mail_server import Tls
from integration.adapters.mail.message_bytes import to_bytes
from integration.errors import CrescendoError, LostReplyError, MailDelayedError, MailError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.mail_server import MailServer
    from integration.model import Mail

TIMEOUT_SECONDS = 30.0
"""The longest wait for each answer of the mail server but one, and for each part of a mail to leave."""

TAKEN_SECONDS = 600.0
"""The longest wait for the answer to a whole mail, because a server may look into it first (RFC 5321, 4.5.3.2.6)."""

GO_ON = 354
BLOCK_BYTES = 65_536
STARTS_WITH_DOT = re.compile(rb"^\.", re.MULTILINE)

NAME = "[127.0.0.1]"
"""How we introduce ourselves: smtplib would ask the network for this machine's name, and wait for the answer."""

REFUSED_FOR_GOOD = 500
"""From this code on a server says no for good; below it, not now (RFC 5321, 4.2.1)."""

REASON = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")
"""The enhanced status code with which a server's text begins (RFC 3463). The rest may quote a mail: never told."""

SPOKEN = {Tls.STARTTLS: "encrypted by STARTTLS", Tls.IMPLICIT: "encrypted", Tls.NONE: "not encrypted"}
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
        taken_seconds: float = TAKEN_SECONDS,
    ) -> None:
        """`sender`, where given, replaces the address from which a mail comes, on the envelope and in the mail.

        `trusted` says whose certificates are believed, else those whom this machine trusts. `taken_seconds` is the
        longest wait for the answer to a whole mail, `timeout_seconds` for every other.
        """
        self._server = server
        self._sender = sender
        self._trusted = trusted
        self._timeout_seconds = timeout_seconds
        self._taken_seconds = taken_seconds
        self._name = f"The mail server {server.host}:{server.port}"

    @property
    def in_words(self) -> str:
        """The mail server as people know it, and how it is spoken to."""
        return f"{self._server.host}:{self._server.port} ({SPOKEN[self._server.tls]})"

    def send(self, mail: Mail) -> str:
        """Hand one mail over; return where it went, in words.

        Raises MailDelayed where it was not taken and later may be, LostReply where nobody knows whether it was
        taken, MailError where a person must put something right, RenderError.
        """
        mail = replace(mail, from_email=self._sender) if self._sender else mail
        content = to_bytes(mail)
        with self._connection() as connection:
            self._expect(connection.mail(mail.from_email), f"refuses the sender {mail.from_email}", "check MAIL_FROM")
            where = "correct the address in packs.yaml or alerts.yaml"
            self._expect(connection.rcpt(mail.to_email), f"refuses the recipient {mail.to_email}", where)
            self._hand_over(connection, content)
        return f"{mail.to_email}, by {self._server.host}"

    def look(self) -> None:
        """Connect, sign in, and say goodbye; nothing is sent. Raises MailDelayed or MailError."""
        with self._connection() as connection:
            self._expect(connection.noop(), "does not work", "ask whoever looks after it")

    def _hand_over(self, connection: smtplib.SMTP, content: bytes) -> None:
        """Do what smtplib's `data` does, which waits for all answers alike. Until the last dot nothing was taken."""
        reply = connection.docmd("DATA")
        if reply[0] == GO_ON:
            said = STARTS_WITH_DOT.sub(b"..", content.removesuffix(smtplib.bCRLF)) + smtplib.bCRLF
            for start in range(0, len(said), BLOCK_BYTES):  # a time-out is for each block, however slow the line is
                connection.send(said[start : start + BLOCK_BYTES])
            reply = self._end(connection)
        self._expect(reply, "refuses the mail", "ask whoever looks after it why")

    def _end(self, connection: smtplib.SMTP) -> tuple[int, bytes]:
        """Say that the mail is whole, and return the answer, for which a server may take its time."""
        try:
            if connection.sock:
                connection.sock.settimeout(self._taken_seconds)
            connection.send(b"." + smtplib.bCRLF)
            reply = connection.getreply()
            if connection.sock:
                connection.sock.settimeout(self._timeout_seconds)
        except (smtplib.SMTPServerDisconnected, OSError):
            raise LostReplyError(
                f"{self._name} fell silent while it was given a mail, so nobody knows whether it took it; the same "
                "mail can be sent again, and is recognised by its Message-ID."
            ) from None
        return reply

    def _expect(self, reply: tuple[int, bytes], refusal: str, to_do: str) -> None:
        """Raise what a reply means that is no success."""
        if (code := reply[0]) not in {250, 251}:
            raise self._refused(code, reply[1], refusal, to_do)

    def _refused(self, code: int, text: bytes, refusal: str, to_do: str) -> CrescendoError:
        reason = REASON.match(text)
        said = f"{code} {reason[0].decode()}" if reason else f"{code}"
        if code >= REFUSED_FOR_GOOD:
            return MailError(f"{self._name} {refusal} ({said}); {to_do}.")
        return MailDelayedError(f"{self._name} {refusal} for now ({said}); try again later.")

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """Give a connection that is encrypted and signed in, as far as the settings say so."""
        connection = None
        try:
            with self._explained():
                connection = self._connected()
                self._begin(connection)
            with self._explained():
                yield connection
        finally:
            if connection:
                _leave(connection)

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.tls is Tls.IMPLICIT:
            return smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=NAME, timeout=self._timeout_seconds, context=self._context()
            )
        return smtplib.SMTP(server.host, server.port, local_hostname=NAME, timeout=self._timeout_seconds)

    def _begin(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        if self._server.tls is Tls.STARTTLS:
            self._demand(connection, "starttls", "offers no encryption (STARTTLS)")
            connection.starttls(context=self._context())
            connection.ehlo_or_helo_if_needed()
        if self._server.user:
            self._demand(connection, "auth", NO_SIGN_IN)
            connection.login(self._server.user, self._server.password)

    def _demand(self, connection: smtplib.SMTP, extension: str, lacks: str) -> None:
        if not connection.has_extn(extension):
            raise MailError(f"{self._name} {lacks}; check SMTP_URL.")

    def _context(self) -> ssl.SSLContext:
        return self._trusted or ssl.create_default_context()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn whatever smtplib and the network raise into one sentence, without what the server said."""
        try:
            yield
        except smtplib.SMTPAuthenticationError as error:
            sign_in = "does not accept the user and the password", "set SMTP_URL anew"
            raise self._refused(error.smtp_code, _as_bytes(error.smtp_error), *sign_in) from None
        except smtplib.SMTPResponseException as error:
            refusal = "does not let this machine in", "check SMTP_URL, or ask whoever looks after it"
            raise self._refused(error.smtp_code, _as_bytes(error.smtp_error), *refusal) from None
        except smtplib.SMTPServerDisconnected:
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
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            raise MailDelayedError(
                f"{self._name} hung up, or fell silent, before it took the mail; try again later."
            ) from None
        except ssl.SSLError:
            raise MailError(
                f"{self._name} does not speak TLS there; check the port in SMTP_URL, and whether it is to begin with "
                "smtp:// or smtps://."
            ) from None
        except OSError as error:
            raise MailDelayedError(
                f"{self._name} cannot be reached ({_in_a_word(error)}); check SMTP_URL, or try again later."
            ) from None
        except UnicodeError:
            raise MailError(f"{self._name} takes no address with such letters; write it in plain ones.") from None


def _leave(connection: smtplib.SMTP) -> None:
    """Say goodbye; what was said before counts, whether or not that is answered."""
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        pass
    finally:
        connection.close()


def _as_bytes(said: bytes | str) -> bytes:
    return said.encode() if isinstance(said, str) else said


def _in_a_word(error: OSError) -> str:
    return "no answer in time" if isinstance(error, TimeoutError) else error.strerror or type(error).__name__
