"""Signatures by the Standard Webhooks scheme: exactly right, or not authentic."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from werkzeug.datastructures import Headers

from webhooks.hooks.forms import InvalidSignature, compute_signature, find_signing_secret, format_signature

PUBLISHED = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
ID, TIMESTAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
AT = datetime.fromtimestamp(1614265330, UTC)
OTHER = b"another secret of 32 bytes, yes!"


def is_authentic(headers: Headers, body: bytes, secrets: tuple[bytes, ...], *, now: datetime) -> bool:
    """Whether one of the secrets signed it."""
    try:
        return find_signing_secret(headers, body, secrets, now=now) in range(len(secrets))
    except InvalidSignature:
        return False


def check(
    signature: str = SIGNATURE, *, body: bytes = BODY, now: datetime = AT, secrets: tuple[bytes, ...] = (PUBLISHED,)
) -> bool:
    """Whether the published message is authentic, with what is given in the place of a part of it."""
    return is_authentic(_Raw(signature), body, secrets, now=now)


def test_the_published_vector_is_authentic() -> None:
    assert check()
    assert format_signature(compute_signature(PUBLISHED, ID, TIMESTAMP, BODY)) == SIGNATURE


def test_another_body_another_secret_or_another_id_is_not() -> None:
    assert not check(body=BODY + b" ")
    assert not check(secrets=(OTHER,))
    assert not check(secrets=())
    assert not is_authentic(_Raw(SIGNATURE, message_id="msg_another"), BODY, (PUBLISHED,), now=AT)


@pytest.mark.parametrize(("minutes", "is_good"), [(0, True), (5, True), (-5, True), (5.02, False), (-5.02, False)])
def test_a_message_is_good_for_five_minutes_both_ways(minutes: float, *, is_good: bool) -> None:
    assert check(now=AT + timedelta(minutes=minutes)) is is_good


def test_while_secrets_change_either_is_good_on_either_side() -> None:
    ours, others = SIGNATURE, format_signature(compute_signature(OTHER, ID, TIMESTAMP, BODY))
    assert check(secrets=(OTHER, PUBLISHED))
    assert find_signing_secret(_Raw(ours), BODY, (OTHER, PUBLISHED), now=AT) == 1, "it is known who still uses which"
    assert check(f"{others} {ours}")
    assert check(f"{others} {ours}", secrets=(OTHER,))
    assert check(f"v1a,{b64encode(b'x' * 64).decode()} {ours}")


@pytest.mark.parametrize(
    "signature",
    [
        "", " ", "v1", "v1,", "v1," + "A" * 43, SIGNATURE[3:], SIGNATURE.replace("v1,", "v1,,"),
        f"{SIGNATURE}  {SIGNATURE}",
        f"{SIGNATURE} ", f" {SIGNATURE}", SIGNATURE + "=", SIGNATURE.replace("v1", "V1"), SIGNATURE.replace("v1", "v2"),
        SIGNATURE.replace("/", "_").replace("+", "-"), SIGNATURE.replace("E=", "F="), f"{SIGNATURE}, {SIGNATURE}",
        " ".join([SIGNATURE] * 6), f"v1,é {SIGNATURE}", f"{SIGNATURE}\t{SIGNATURE}",
        SIGNATURE + "\x00", SIGNATURE + "\n",
    ],
)  # fmt: skip
def test_a_malformed_signature_is_not_authentic(signature: str) -> None:
    assert not is_authentic(_Raw(signature), BODY, (PUBLISHED,), now=AT)


@pytest.mark.parametrize(
    "timestamp",
    ["", "1614265330.0", "1.6e9", "+1614265330", " 1614265330", "1614265330 ", "01614265330", "161426533",
     "１６１４２６５３３0",
     "1_614_265_3", "-161426533", "nan", "9999999999"],
)  # fmt: skip
def test_a_malformed_time_is_not_authentic(timestamp: str) -> None:
    assert not is_authentic(_Raw(SIGNATURE, timestamp=timestamp), BODY, (PUBLISHED,), now=AT)


@pytest.mark.parametrize("message_id", ["", "a.b", "a b", "x" * 65, "msg_é", "msg\x00", "msg_1, msg_2"])
def test_a_malformed_id_is_not_authentic_though_it_was_signed(message_id: str) -> None:
    signature = format_signature(compute_signature(PUBLISHED, message_id, TIMESTAMP, BODY))
    assert not is_authentic(_Raw(signature, message_id=message_id), BODY, (PUBLISHED,), now=AT)


class _Raw(Headers):
    """Headers as a careless server might hand them on: nothing of them is checked."""

    def __init__(self, signature: str, *, message_id: str = ID, timestamp: str = TIMESTAMP) -> None:
        super().__init__()
        self._list = [
            ("webhook-id", message_id), ("webhook-timestamp", timestamp), ("webhook-signature", signature),
        ]  # fmt: skip


@given(body=st.binary(max_size=200), secret=st.binary(min_size=24, max_size=64))
def test_the_scheme_s_own_library_agrees(body: bytes, secret: bytes) -> None:
    library = Webhook(secret)
    text = body.decode("utf-8", "replace")
    assert library.sign(ID, AT, text) == format_signature(compute_signature(secret, ID, TIMESTAMP, text.encode()))


@given(st.text(max_size=80), st.text(max_size=20), st.text(max_size=30))
def test_whatever_stands_in_the_headers_it_is_read_without_an_error(signature: str, time: str, message_id: str) -> None:
    assert not is_authentic(_Raw(signature, message_id=message_id, timestamp=time), BODY, (PUBLISHED,), now=AT)


def test_the_library_would_have_raised_other_errors() -> None:
    """Why the headers are read before: what strangers send must be refused, never fail inside."""
    headers = {"webhook-id": ID, "webhook-timestamp": str(int(datetime.now(UTC).timestamp()))}  # noqa: TID251  # the library asks the machine's clock
    for signature in ("v1", "v1,a,b", "v1,é"):
        with pytest.raises(Exception) as caught:  # noqa: PT011  # whichever it is
            Webhook(PUBLISHED).verify(BODY, headers | {"webhook-signature": signature})
        assert not isinstance(caught.value, WebhookVerificationError)
