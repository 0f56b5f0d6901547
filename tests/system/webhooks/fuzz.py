"""`python -m tests.system.webhooks.fuzz [-runs=N] [-seed=N]`: a coverage-guided fuzzer for the hook and its parsers.

libFuzzer changes what it sends by what of the code it reached. The first byte says where the others go: raw to the web
server, as a body that is signed, or as the headers of a signature. Whatever they are, each answer must be one that is
promised, nothing may be an error inside, and nothing unsigned may be taken in. The other options are libFuzzer's.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import atheris
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from tests.system.webhooks.sockets import Answer

with atheris.instrument_imports(include=["webhooks", "waitress", "integration.adapters.sources.forms_json"]):
    from tests.system.webhooks.sockets import read, request, signed_post
    from tests.unit.webhooks.in_memory_server import Errors, InMemory, app_of, forgetful_service
    from tests.unit.webhooks.web_app import HINT, SECRET, envelope, response, signed
    from webhooks.hooks.forms import InvalidSignature, find_signing_secret
    from webhooks.refusals import ERRORS

RAW, SIGNED, HEADERS = range(3)
PROMISED = {100, 200, 202} | (set(ERRORS) - {429, 503})
HOOK = "POST /hooks/forms/pulse HTTP"
SEEDS = [
    b"%c%b" % (RAW, request("GET / HTTP/1.1")),
    b"%c%b" % (RAW, request(f"{HOOK}/1.1", {"Content-Length": "2", "Expect": "100-continue"}, b"{}")),
    b"%c%b" % (RAW, request(f"{HOOK}/1.0", {"Transfer-Encoding": "chunked"}, b"2\r\n{}\r\n0\r\n\r\n")),
    b"%c%b" % (RAW, request(f"{HOOK}/1.1", signed(HINT, at=1_650_000_000), HINT) * 2),
    b"%c%b" % (SIGNED, HINT),
    b"%c%b" % (SIGNED, envelope(response("r-1", a="text"))),
    b"%cmsg_1\0001650000000\0v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= v1a,AAAA" % HEADERS,
]
WORDS = [
    "Content-Length: ", "Transfer-Encoding: ", "chunked", "Expect: 100-continue", "Connection: keep-alive", "HTTP/1.0",
    "HTTP/1.1", "\\x0d\\x0a", "\\x0d\\x0a\\x0d\\x0a", "\\x0d\\x0a ", "POST ", "/hooks/forms/pulse", "application/json",
    "webhook-id: ", "webhook-timestamp: ", "webhook-signature: ", "v1,", "form.response", "form.changed", "responseId",
    "createTime", "lastSubmittedTime", "answers", "textAnswers", "value", "NaN", "1e999", "\\\\ud800",
]  # fmt: skip


class Target:
    """What is sent to, again and again."""

    def __init__(self, home: Path) -> None:
        self._service, self._intake = forgetful_service(home)
        self._web = InMemory(app_of(self._service))
        self._errors = Errors()
        logging.getLogger().addHandler(self._errors)

    def __call__(self, data: bytes) -> None:
        """Send the bytes where the first of them says, and look at what comes."""
        where, rest = data[:1], data[1:]
        if where == b"%c" % HEADERS:
            _is_not_authentic(rest)
            return
        is_signed = where == b"%c" % SIGNED
        came, is_cut = self._web.talk(signed_post(rest) if is_signed else rest)
        statuses = [self._as_promised(answer) for answer in read(came)]
        assert not self._errors.messages, self._errors.messages
        if is_signed:
            assert len(statuses) == 1
            assert statuses[0] in {202, 400, 411, 413}
            assert (statuses[0] == 202) == bool(self._intake.taken)
            self._intake.taken.clear()
        assert not self._intake.taken, "what nobody had signed was taken in"
        assert not is_cut or statuses

    @staticmethod
    def _as_promised(answer: Answer) -> int:
        assert answer.status in PROMISED, answer
        if answer.status >= 400 and answer.body:
            assert answer.code == ERRORS[answer.status][0]
        return answer.status


def _is_not_authentic(data: bytes) -> None:
    message_id, timestamp, signature, *_ = (*_no_lines(data).split("\0"), "", "", "")
    headers = Headers({"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signature})
    at = datetime.fromtimestamp(1_650_000_000, UTC)
    with suppress(InvalidSignature):
        raise AssertionError(find_signing_secret(headers, b"{}", [SECRET], now=at))


def _no_lines(data: bytes) -> str:
    return data.decode("latin-1").translate({10: None, 13: None})


def main() -> None:
    """Fuzz until told to stop, or for so many runs."""
    with tempfile.TemporaryDirectory(prefix="crescendo-fuzz-") as name:
        folder = Path(name)
        seeds = folder / "seeds"
        seeds.mkdir()
        for number, seed in enumerate(SEEDS):
            (seeds / str(number)).write_bytes(seed)
        (folder / "words").write_text("".join(f'"{word}"\n' for word in WORDS))
        options = [
            f"-dict={folder / 'words'}",
            f"-artifact_prefix={folder}/",
            "-max_len=4096",
            "-rss_limit_mb=0",
            str(seeds),
        ]
        atheris.Setup([*sys.argv, *options], Target(folder / "home"))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
