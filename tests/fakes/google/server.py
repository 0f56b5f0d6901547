"""The HTTP server: HTTP/1.1 on 127.0.0.1, connections kept open, broken on demand."""

from __future__ import annotations

import gzip
import socket
import struct
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from tests.fakes.google.call_log import Call
from tests.fakes.google.service import Answer, answer

if TYPE_CHECKING:
    from tests.fakes.google.state import State

GZIP_LEVEL = 1
LINGER_NOT = struct.pack("ii", 1, 0)


class Server(ThreadingHTTPServer):
    """Serves one state; ends every connection when it is closed."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, state: State, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.state = state
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self._connections: set[socket.socket] = set()
        self._guard = Lock()
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def start(self) -> None:
        """Begin to serve, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """End serving; clients that are still connected find their connection closed."""
        self.shutdown()
        self.server_close()
        with self._guard:
            for connection in self._connections:
                _quietly(connection.shutdown, socket.SHUT_RDWR)
        self._thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  # the library's names
        """Overlook clients that went away; anything else fails the test."""
        error = sys.exception()
        if not isinstance(error, OSError | ValueError):
            self.state.violations.append(f"the stand-in's connection ended with {error!r}")


class Handler(BaseHTTPRequestHandler):
    """One connection; one call after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def _handle(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.partition("?")
        call = Call(self.command, path, query, reads=self.command == "GET", request_bytes=len(raw))
        found = answer(
            self.server.state, call, authorization=self.headers.get("Authorization", ""), raw=raw,
            address=self.server.url,
        )  # fmt: skip
        self._send(found, call)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815  # the library's names

    def _send(self, found: Answer, call: Call) -> None:
        if found.cut in {"reset", "lost-reply"}:
            self._hang_up(reset=found.cut == "reset")
            return
        content = found.content
        headers = [f"Content-Length: {len(content)}"]
        if found.is_json:
            headers = ["Transfer-Encoding: chunked"]
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                headers.append("Content-Encoding: gzip")
                content = gzip.compress(content, GZIP_LEVEL, mtime=0)
            content = b"%x\r\n%b\r\n0\r\n\r\n" % (len(content), content)
        call.wire_bytes = len(content)
        self.wfile.write(self._head(found, headers) + content[: len(content) // 2 if found.cut else None])
        if found.cut:
            self._hang_up(reset=False)

    def _head(self, found: Answer, headers: list[str]) -> bytes:
        kind = "application/json" if found.is_json else "text/html"
        lines = (
            f"HTTP/1.1 {found.status} {self.responses[found.status][0]}", f"Content-Type: {kind}; charset=UTF-8",
            "Vary: Origin", "Vary: X-Origin", "Vary: Referer", f"Date: {self.date_time_string()}", "Server: ESF",
            f"Cache-Control: {found.cache}", "X-Content-Type-Options: nosniff", *headers,
        )  # fmt: skip
        return "\r\n".join((*lines, "", "")).encode()

    def _hang_up(self, *, reset: bool) -> None:
        """End the connection: in order, or as if the network had broken."""
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
            self.wfile.close()
            self.rfile.close()
            self.connection.close()
        else:
            _quietly(self.connection.shutdown, socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Say nothing: the calls are written down."""


def _quietly(do: Any, *given: object) -> None:
    try:
        do(*given)
    except OSError:
        return
