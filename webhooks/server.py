"""The web server: waitress, which reads whole requests in one thread before any of its workers sees them.

That is why slow callers keep no other caller waiting. Three things are added here: a request must be whole within so
many seconds of its first byte, however slowly it comes; what the application is to refuse (a chunked body, one that is
too large) reaches it without being kept; and what waitress refuses itself has the same shape as every other refusal.
"""

from __future__ import annotations

import logging
import re
import resource
import time
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import waitress
from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented
from waitress.receiver import FixedStreamReceiver
from waitress.task import ErrorTask

from webhooks.app import SECURITY_HEADERS
from webhooks.refusals import error_body
from webhooks.request_checks import MAX_BODY_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

MAX_CONNECTIONS = 3000
REQUEST_SECONDS, CLEANUP_SECONDS = 8.0, 1
MAX_HEADER_BYTES = 16 * 1024
BUFFER_BYTES = 64 * 1024
THREADS = 64
"""So many requests share one sync of the disk at most; a thread that waits for it costs next to nothing."""
MAX_DISCARDED_BYTES = 2 * 1024 * 1024
"""A body that is too large is read up to here, so that its sender sees why it is refused; then it is cut off."""
SETTINGS: Mapping[str, Any] = {
    "ident": None, "threads": THREADS, "connection_limit": MAX_CONNECTIONS, "backlog": MAX_CONNECTIONS,
    "cleanup_interval": CLEANUP_SECONDS, "asyncore_use_poll": True,
    "max_request_body_size": MAX_DISCARDED_BYTES + 1, "max_request_header_size": MAX_HEADER_BYTES,
    "inbuf_overflow": BUFFER_BYTES, "clear_untrusted_proxy_headers": True,
}  # fmt: skip
HTTP_VERSIONS = {"1.0", "1.1"}
_TRANSFER_ENCODING = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)


class _DiscardingBuffer(OverflowableBuffer):  # type: ignore[misc]  # the library has no types
    """Takes the place of the buffer of a body that is read and not kept."""

    def append(self, data: bytes) -> None:
        """Let it go."""


class Parser(HTTPRequestParser):  # type: ignore[misc]  # the library has no types
    """Reads one request. One whose body is chunked or too large is passed on without it: the application refuses it."""

    body_rcv: Any
    error: Any
    headers: dict[str, str]
    content_length: int
    chunked: bool
    path: str
    expect_continue: bool

    def received(self, data: bytes) -> int:
        """Take in some bytes of the request; return how many were its own."""
        taken: int = super().received(data)
        if self.chunked and (self.error is not None or self.body_bytes_received > MAX_BODY_BYTES):
            self._pass_on_without_body()  # whatever else is wrong with it: chunked bodies are not taken
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers."""
        try:
            super().parse_header(header_plus)
        except TransferEncodingNotImplemented:
            self._mark_as_chunked()
            self._pass_on_without_body()
            return
        except ValueError as error:  # an address, or a length, that Python cannot read
            raise ParsingError(type(error).__name__) from None
        if self.version not in HTTP_VERSIONS:  # of others it is not known how long a body is
            raise ParsingError("HTTP version")
        self.path = self.path or "/"  # http://host is http://host/, and not sent there
        if _TRANSFER_ENCODING.search(header_plus):  # also one that says nothing, or one of HTTP/1.0
            self._mark_as_chunked()
        if self.content_length > MAX_DISCARDED_BYTES:
            self._pass_on_without_body()
        elif self.content_length > MAX_BODY_BYTES:
            self.body_rcv = FixedStreamReceiver(self.content_length, _DiscardingBuffer(BUFFER_BYTES))
        if self.expect_continue and (self.chunked or self.content_length > MAX_BODY_BYTES):
            self.expect_continue = False  # refused before the body is sent
            self._pass_on_without_body()

    def _mark_as_chunked(self) -> None:
        """Let the application see it, and close after the answer: a proxy may read what follows differently."""
        self.headers["TRANSFER_ENCODING"] = "chunked"
        self._close_after_answer()

    def _pass_on_without_body(self) -> None:
        """Pass on what there is, without a body, and close after the answer, for the body is still on the line."""
        self.error, self.body_rcv, self.content_length, self.chunked = None, None, 0, False
        self.completed = True
        self._close_after_answer()

    def _close_after_answer(self) -> None:
        self.connection_close = True
        self.headers["CONNECTION"] = "close"


class ErrorResponse(ErrorTask):  # type: ignore[misc]  # the library has no types
    """Answers what cannot be read as a request, in the shape of every refusal."""

    def execute(self) -> None:
        """Write the answer."""
        has_failed_inside = self.request.error.code == HTTPStatus.INTERNAL_SERVER_ERROR
        status = HTTPStatus.SERVICE_UNAVAILABLE if has_failed_inside else HTTPStatus.BAD_REQUEST
        body = error_body(status)
        self.status = f"{status.value} {status.phrase}"
        self.response_headers.extend([("Content-Type", "application/json"), *SECURITY_HEADERS.items()])
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]  # the library has no types
    """One connection. A request counts as idle from its first byte: single bytes do not keep it open."""

    parser_class = Parser
    error_task_class = ErrorResponse
    last_activity: float

    def __init__(self, server: Any, *parts: Any, **named: Any) -> None:
        super().__init__(server, *parts, **named)
        # By the machine's clock: where that was set back, no connection would be checked until it has caught up.
        server.next_channel_cleanup = min(server.next_channel_cleanup, time.time() + CLEANUP_SECONDS)

    def handle_read(self) -> None:
        """Read what has come."""
        partial, since = self.request, self.last_activity
        super().handle_read()
        if partial is not None and self.request is partial:
            self.last_activity = since


def serve(
    app: Flask, *, host: str, port: int, trusted_proxy: str | None = None, request_seconds: float = REQUEST_SECONDS
) -> None:
    """Serve until told to stop (SIGINT, SIGTERM); what is being worked on then has five seconds.

    A request that is not whole within `request_seconds` of its first byte is cut off. Raises OSError.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + 200
    if soft < wanted:  # as many connections as it takes, as far as the machine lets this process
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard) if hard > 0 else wanted, hard))
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it says of each request that others came before it
    proxy = {"trusted_proxy": trusted_proxy, "trusted_proxy_headers": {"x-forwarded-for"}} if trusted_proxy else {}
    settings = {**SETTINGS, "channel_timeout": request_seconds, **proxy}
    server: Any = waitress.create_server(app, host=host, port=port, **settings)
    server.channel_class = Channel
    logging.getLogger("crescendo.web").info("listening", extra={"at": f"http://{host}:{port}"})
    try:
        server.run()
    finally:
        server.close()
