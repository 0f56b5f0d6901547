"""The edge of the web side, byte by byte on a socket: every request is answered as promised, or not at all."""

from __future__ import annotations

import socket
import time
from itertools import combinations, count
from typing import TYPE_CHECKING

import pytest

from tests.system.webhooks.running import Running
from tests.system.webhooks.sockets import exchange, receive, request, signed_post
from tests.unit.webhooks.web_app import envelope, response, signed
from webhooks.app import SECURITY_HEADERS
from webhooks.refusals import ERRORS
from webhooks.request_checks import MAX_BODY_BYTES
from webhooks.server import MAX_DISCARDED_BYTES, MAX_HEADER_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOOK = "/hooks/forms/pulse HTTP/1.1"
JSON = {"Content-Type": "application/json"}
LAST = {"Connection": "close"}
_numbers = count()


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Running(tmp_path_factory.mktemp("edge") / "home") as running:
        yield running
        log = running.log_path.read_text(encoding="utf-8", errors="replace")
        assert "Traceback" not in log, "something was an error inside"
        assert "uncaptured" not in log, "something was an error inside"


@pytest.fixture
def hidden(web: Running) -> Iterator[bytes]:
    """Give a whole request that would be taken in, for a place where only a body may be; it must not be taken in."""
    body = envelope(response(f"hidden-{next(_numbers)}"))
    yield signed_post(body, **LAST)
    assert exchange(web, signed_post(body, **LAST)).answers[0].body == b'{"status":"stored"}\n'


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)


def post(headers: Mapping[str, str], body: bytes = b"") -> bytes:
    return request(f"POST {HOOK}", headers, body)


# --- how long a body is -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding",
    ["chunked", "Chunked", "gzip, chunked", "identity", "chunked, chunked", "xchunked", "", ",", "\tchunked"],
)
@pytest.mark.parametrize("length", [None, "0", "1", "5"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_body_in_chunks_is_refused_and_what_it_hides_is_never_done(
    web: Running, hidden: bytes, encoding: str, length: str | None, version: str
) -> None:
    headers = JSON | {"Connection": "keep-alive", "Transfer-Encoding": encoding}
    headers |= {} if length is None else {"Content-Length": length}
    talk = exchange(web, request(f"POST /hooks/forms/pulse HTTP/{version}", headers, chunked(hidden) + hidden))
    assert [answer.code for answer in talk.answers] == ["length_required"]
    assert talk.is_cut


def test_a_folded_or_disguised_encoding_hides_nothing_either(web: Running, hidden: bytes) -> None:
    for disguise in (b"Transfer-Encoding:\r\n chunked", b"X: y\r\nTransfer-Encoding: \r\n\tchunked"):
        sent = b"POST %b\r\nContent-Length: 0\r\n%b\r\n\r\n" % (HOOK.encode(), disguise)
        talk = exchange(web, sent + chunked(hidden))
        assert (talk.statuses, talk.is_cut) == ([411], True)
    for disguise in (
        b"Transfer-Encoding : chunked",
        b"Transfer-Encoding\t: chunked",
        b"Transfer-Encoding\x0b: chunked",
    ):
        sent = b"POST %b\r\nContent-Length: 0\r\n%b\r\n\r\n" % (HOOK.encode(), disguise)
        talk = exchange(web, sent + chunked(hidden))
        assert (talk.statuses, talk.is_cut) == ([400], True)


def test_the_length_must_be_said(web: Running) -> None:
    assert [answer.code for answer in exchange(web, post(JSON)).answers] == ["length_required"]


@pytest.mark.parametrize("length", ["-1", "+2", "2, 2", "two", "0x2", "2.0", "٢", "9" * 5000])
def test_a_length_that_is_none_is_malformed(web: Running, hidden: bytes, length: str) -> None:
    sent = b"POST %b\r\nContent-Length: %b\r\n\r\n{}" % (HOOK.encode(), length.encode())
    talk = exchange(web, sent + hidden)
    assert [answer.code for answer in talk.answers] == ["malformed"]
    assert talk.is_cut


def test_two_lengths_are_malformed(web: Running, hidden: bytes) -> None:
    sent = b"POST %b\r\nContent-Length: 2\r\nContent-Length: %d\r\n\r\n{}" % (HOOK.encode(), len(hidden) + 2)
    talk = exchange(web, sent + hidden)
    assert (talk.statuses, talk.is_cut) == ([400], True)


def test_a_body_may_have_256_kib_and_no_byte_more(web: Running) -> None:
    whole = b"{" + b" " * (MAX_BODY_BYTES - 2) + b"}"
    assert exchange(web, signed_post(whole)).answers[0].code == "malformed"
    assert exchange(web, post(JSON | {"Content-Length": str(len(whole))}, whole)).answers[0].code == "unauthorized"
    assert exchange(web, signed_post(whole + b" ")).answers[0].code == "too_large"


@pytest.mark.parametrize("length", [MAX_BODY_BYTES + 1, 1_000_000, MAX_DISCARDED_BYTES])
def test_a_caller_that_sends_too_much_before_reading_is_answered_why_and_may_go_on(web: Running, length: int) -> None:
    too_large = post(JSON | {"Content-Length": str(length)}, b"x" * length)
    talk = exchange(web, too_large + request("GET /healthz HTTP/1.1"), answers=2)
    assert [answer.code for answer in talk.answers] == ["too_large", ""]


@pytest.mark.parametrize("length", [MAX_DISCARDED_BYTES + 1, 10**9, 10**20])
def test_a_caller_that_announces_far_too_much_is_answered_at_once_and_cut_off(web: Running, length: int) -> None:
    talk = exchange(web, post(JSON | {"Content-Length": str(length)}, b"x" * 1000))
    assert [answer.code for answer in talk.answers] == ["too_large"]
    assert talk.is_cut


def test_a_body_that_is_cut_short_is_never_taken_in(web: Running) -> None:
    body = envelope(response("half"))
    whole = signed_post(body)
    with socket.create_connection(("127.0.0.1", web.port)) as line:
        line.sendall(whole[:-5])
        line.shutdown(socket.SHUT_WR)
        assert receive(line, answers=0).statuses == []
    assert exchange(web, whole).answers[0].body == b'{"status":"stored"}\n'


# --- the order in which faults are told -------------------------------------------------------------------

FAULTS: dict[int, Mapping[str, str]] = {
    405: {"method": "PUT"},
    411: {"Transfer-Encoding": "chunked"},
    413: {"Content-Length": str(MAX_BODY_BYTES + 1)},
    415: {"Content-Type": "text/plain"},
    401: {"webhook-signature": "v1,AAAA"},
    404: {"form": "nobodys"},
    400: {"body": "{}"},
}
"""In the promised order; what is wrong with a request, beside what is right."""


def faulty(*statuses: int) -> bytes:
    parts = {"method": "POST", "form": "pulse", "body": envelope(response("faulty")).decode()}
    wrong = {name: value for status in statuses for name, value in FAULTS[status].items()}
    parts |= {name: value for name, value in wrong.items() if name in parts}
    body = parts["body"].encode()
    headers = {**signed(body, at=time.time()), "Content-Length": str(len(body)), **LAST}
    headers |= {name: value for name, value in wrong.items() if name not in parts}
    if 411 in statuses:
        body = chunked(body)
    elif 413 in statuses:
        body = b"x" * (MAX_BODY_BYTES + 1)
    return request(f"{parts['method']} /hooks/forms/{parts['form']} HTTP/1.1", headers, body)


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_alone_has_its_status(web: Running, fault: int) -> None:
    (answer,) = exchange(web, faulty(fault)).answers
    assert (answer.status, answer.code) == (fault, ERRORS[fault][0])


@pytest.mark.parametrize(("first", "second"), [*combinations(FAULTS, 2)])
def test_of_two_faults_the_earlier_one_is_answered(web: Running, first: int, second: int) -> None:
    assert exchange(web, faulty(first, second)).statuses == [first]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_another_method_is_answered_with_the_one_allowed(web: Running, method: str) -> None:
    (answer,) = exchange(web, request(f"{method} {HOOK}", {"Content-Length": "0", **LAST})).answers
    assert (answer.code, answer.headers["allow"]) == ("method_not_allowed", "POST")


# --- what is no request -----------------------------------------------------------------------------------

NO_REQUESTS = {
    "no version": b"GET /\r\n\r\n",
    "HTTP/0.9": b"GET / HTTP/0.9\r\n\r\n",
    "HTTP/2.0": b"GET / HTTP/2.0\r\nConnection: keep-alive\r\n\r\n",
    "HTTP/1.2": b"GET / HTTP/1.2\r\nConnection: keep-alive\r\n\r\n",
    "one word": b"GARBAGE\r\n\r\n",
    "small letters": b"get / HTTP/1.1\r\n\r\n",
    "two spaces": b"GET  / HTTP/1.1\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "broken address": b"GET http://[::1 HTTP/1.1\r\n\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\nX: a\0b\r\n\r\n",
    "NUL in a name": b"GET / HTTP/1.1\r\nX\0: a\r\n\r\n",
    "no name": b"GET / HTTP/1.1\r\n: a\r\n\r\n",
    "no colon": b"GET / HTTP/1.1\r\nX\r\n\r\n",
    "folded first": b"GET / HTTP/1.1\r\n X: a\r\n\r\n",
    "bare LF": b"GET / HTTP/1.1\r\nX: a\nTransfer-Encoding: chunked\r\n\r\n",
    "bare CR": b"GET / HTTP/1.1\r\nX: a\rTransfer-Encoding: chunked\r\n\r\n",
    "long headers": b"GET / HTTP/1.1\r\nX: " + b"a" * MAX_HEADER_BYTES + b"\r\n\r\n",
    "endless headers": b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * MAX_HEADER_BYTES,
}


@pytest.mark.parametrize("name", NO_REQUESTS)
def test_what_is_no_request_is_malformed_and_the_line_is_cut(web: Running, hidden: bytes, name: str) -> None:
    talk = exchange(web, NO_REQUESTS[name] + hidden)
    assert [answer.code for answer in talk.answers] == ["malformed"]
    assert talk.is_cut


@pytest.mark.parametrize("path", ["/\0", "/%00", "/%ff%fe", "/" + "a" * 10_000, "*", "/../etc/passwd", "/hooks/forms/"])
def test_a_path_that_leads_nowhere_is_not_found(web: Running, path: str) -> None:
    assert [answer.code for answer in exchange(web, request(f"GET {path} HTTP/1.1", LAST)).answers] == ["not_found"]


@pytest.mark.parametrize("address", ["http://crescendo", "http://crescendo/", "x:", "?a", "//"])
def test_no_address_is_sent_to_another(web: Running, address: str) -> None:
    assert exchange(web, request(f"GET {address} HTTP/1.1", LAST)).statuses == [200]


@pytest.mark.parametrize("form", ["%00", "%ff", "pulse%0d%0aX:y", "..", "PULSE", "pulse%20", "a" * 5000])
def test_a_form_that_is_none_is_not_found(web: Running, form: str) -> None:
    assert [answer.code for answer in exchange(web, signed_post(b"{}", form=form, **LAST)).answers] == ["not_found"]


# --- several on one line ----------------------------------------------------------------------------------


def test_several_on_one_line_are_answered_in_order(web: Running) -> None:
    bodies = [envelope(response(f"in-line-{place}")) for place in range(20)]
    talk = exchange(web, b"".join(map(signed_post, bodies)) + request("GET /nowhere HTTP/1.1"), answers=21)
    assert talk.statuses == [202] * 20 + [404]
    assert not talk.is_cut


def test_two_posts_one_after_the_other_on_one_line(web: Running) -> None:
    body = envelope(response("twice"))
    with socket.create_connection(("127.0.0.1", web.port)) as line:
        for status in ("stored", "duplicate"):
            line.sendall(signed_post(body))
            (answer,) = receive(line).answers
            assert answer.body == b'{"status":"%b"}\n' % status.encode()


def test_a_caller_that_expects_100_continue_is_given_it(web: Running) -> None:
    whole = signed_post(envelope(response("patient")), Expect="100-continue")
    head, body = whole.split(b"\r\n\r\n", 1)
    with socket.create_connection(("127.0.0.1", web.port)) as line:
        line.sendall(head + b"\r\n\r\n")
        assert receive(line).statuses == [100]
        line.sendall(body)
        assert receive(line).statuses == [202]


@pytest.mark.parametrize(
    ("header", "status"), [({"Content-Length": "1000000"}, 413), ({"Transfer-Encoding": "chunked"}, 411)]
)
def test_a_caller_that_expects_100_continue_for_what_is_refused_is_refused(
    web: Running, header: Mapping[str, str], status: int
) -> None:
    talk = exchange(web, post({**JSON, "Expect": "100-continue", **header}))
    assert (talk.statuses, talk.is_cut) == ([status], True)


# --- what is true of every answer -------------------------------------------------------------------------


PATHS = ("/", "/healthz", "/readyz", "/metrics", "/nowhere")


@pytest.mark.parametrize("what", [*NO_REQUESTS, *FAULTS, *PATHS, "taken in"])
def test_every_answer_has_the_security_headers_and_names_no_software(web: Running, what: str | int) -> None:
    if isinstance(what, int):
        sent = faulty(what)
    elif what in PATHS:
        sent = request(f"GET {what} HTTP/1.1", LAST)
    else:
        sent = NO_REQUESTS.get(what) or signed_post(envelope(response("safe")), **LAST)
    (answer,) = exchange(web, sent).answers
    assert answer.status in {200, 202, *ERRORS}
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name.lower()] == value
    assert not {"server", "via", "x-powered-by", "set-cookie"} & set(answer.headers)
    assert b"waitress" not in answer.body.lower()
