# ruff: noqa: ARG001, ARG002, N802  # aiosmtpd names the methods of a handler, and what they are given
"""Real mail servers on this machine, well behaved and badly behaved ones, for the tests of mail."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING, Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from config.addresses import MailServer, Tls

if TYPE_CHECKING:
    from collections.abc import Iterator

USER, PASSWORD = "crescendo", "a pass/word: with @ and %"


@dataclass(frozen=True, slots=True)
class Received:
    """A mail that a server took."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


@dataclass(slots=True)
class MailHandler:
    """A mail server's handler: keeps what it takes, and answers with `replies` first, by the command."""

    received: list[Received] = field(default_factory=list)
    replies: dict[str, list[str]] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    reply_delay_seconds: float = 0.0
    """So long the server takes before it answers a whole mail."""

    def _reply(self, command: str, usual: str) -> str:
        self.commands.append(command)
        waiting = self.replies.get(command, [])
        return waiting.pop(0) if waiting else usual

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._reply("MAIL", "250 OK")
        if reply.startswith("250"):
            envelope.mail_from = address
        return reply

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._reply("RCPT", "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_NOOP(self, server: SMTP, session: Session, envelope: Envelope, argument: str) -> str:
        return self._reply("NOOP", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        reply = self._reply("DATA", "250 OK")
        await asyncio.sleep(self.reply_delay_seconds)
        if reply.startswith("250"):
            content = envelope.content if isinstance(envelope.content, bytes) else b""
            self.received.append(Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        return reply


@dataclass(frozen=True, slots=True)
class Certificates:
    """A certificate authority of the tests, which no machine trusts."""

    authority: trustme.CA
    trusted: ssl.SSLContext
    server: ssl.SSLContext

    @classmethod
    def of(cls, host: str = "127.0.0.1") -> Certificates:
        authority = trustme.CA()
        trusted = ssl.create_default_context()
        authority.configure_trust(trusted)
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host).configure_cert(server)
        return cls(authority, trusted, server)


class _Encrypted(Controller):
    """Speaks TLS from the first byte."""

    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.SMTP_kwargs)


@contextmanager
def run_mail_server(
    post: MailHandler, tls: Tls = Tls.NONE, *, certificates: Certificates | None = None, **options: Any
) -> Iterator[MailServer]:
    """Run a mail server with this handler, and yield its address."""
    if tls is Tls.STARTTLS and certificates:
        options |= {"tls_context": certificates.server, "require_starttls": True}
    context = certificates.server if tls is Tls.IMPLICIT and certificates else None
    controller = _Encrypted(post, hostname="127.0.0.1", port=free_port(), ssl_context=context, **options)
    controller.start()
    try:
        yield MailServer("127.0.0.1", controller.port, tls)
    finally:
        controller.stop()


def require_password() -> dict[str, Any]:
    """Return the options of a server that accepts only a client with the password."""

    def judge(
        server: SMTP,
        session: Session,
        envelope: Envelope,
        mechanism: str,
        given: object,
    ) -> AuthResult:
        is_known = isinstance(given, LoginPassword) and (given.login, given.password) == (
            USER.encode(), PASSWORD.encode(),
        )  # fmt: skip
        return AuthResult(success=is_known, handled=is_known)

    return {"authenticator": judge, "auth_required": True}


@contextmanager
def run_scripted_server(*replies: bytes, silent: bool = False) -> Iterator[MailServer]:
    """Run a server that gives these replies, one to each line that it reads (the first unasked), and then hangs up.

    With `silent` it does not hang up, and says nothing more.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    connections: list[socket.socket] = []

    def serve() -> None:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        connections.append(connection)
        with connection.makefile("rb") as lines:
            for number, reply in enumerate(replies):
                if number and not lines.readline():
                    break
                connection.sendall(reply)
            if silent:
                lines.read()
        connection.close()

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield MailServer("127.0.0.1", listening.getsockname()[1], Tls.NONE)
    finally:
        listening.close()
        thread.join()


def free_port() -> int:
    """Return a port on which no server listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
