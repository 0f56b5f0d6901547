"""The token of a push message: a valid one is authentic; with anything wrong in it, it is not."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from google.auth import crypt, jwt
from hypothesis import given, settings
from hypothesis import strategies as st

from integration.adapters.google.watching.push_tokens import MAX_TOKEN_LENGTH, Certificates, GooglePushTokens
from tests.example_counts import example_count
from tests.fakes.google import StandIn
from tests.fakes.google.push_tokens import (
    ACCOUNT,
    AUDIENCE,
    HOUR,
    PUSHER,
    authorization,
    certificate,
    claims,
    key,
    name_of,
    token,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2022, 3, 28, 10, tzinfo=UTC)
ISSUED = int(NOW.timestamp())
FORGED = 3
"""The number of a key that Google does not publish."""


@pytest.fixture(scope="module")
def google() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture(scope="module")
def tokens(google: StandIn) -> GooglePushTokens:
    return GooglePushTokens(Certificates(google.url), PUSHER)


def with_public_key(signed: bytes) -> bytes:
    """Sign as somebody would who hopes that the certificate is taken for a shared secret."""
    return hmac.digest(certificate(1).encode(), signed, hashlib.sha256)


def unsigned(_: bytes) -> bytes:
    return b""


def forged(signed: bytes) -> bytes:
    return key(FORGED).sign(signed, PKCS1v15(), SHA256())


RIGHT = claims(NOW)
WRONG = {
    "audience": token(claims(NOW, aud="https://other.example/hooks/pubsub")),
    "audience in a list": token(claims(NOW, aud=[AUDIENCE])),
    "no audience": token(claims(NOW, aud=None)),
    "longer audience": token(claims(NOW, aud=AUDIENCE + "/")),
    "account": token(claims(NOW, email="other@stand-in.iam.gserviceaccount.com")),
    "account in capitals": token(claims(NOW, email=ACCOUNT.upper())),
    "no account": token(claims(NOW, email=None)),
    "e-mail not verified": token(claims(NOW, email_verified=False)),
    "e-mail verified in words": token(claims(NOW, email_verified="true")),
    "e-mail verified in numbers": token(claims(NOW, email_verified=1)),
    "nothing about verified": token(claims(NOW, email_verified=None)),
    "expired": token(claims(NOW - timedelta(seconds=HOUR))),
    "long expired": token(claims(NOW - timedelta(days=30))),
    "from the future": token(claims(NOW + timedelta(minutes=5))),
    "no end": token(claims(NOW, exp=None)),
    "an end in words": token(claims(NOW, exp=str(ISSUED + HOUR))),
    "an end beyond all numbers": token(claims(NOW, exp=10**400)),
    "a begin beyond all numbers": token(claims(NOW, iat=-(10**400))),
    "no begin": token(claims(NOW, iat=None)),
    "issuer": token(claims(NOW, iss="https://accounts.example.com")),
    "no issuer": token(claims(NOW, iss=None)),
    "alg none": token(RIGHT, header={"alg": "none"}, sign=unsigned),
    "alg none, signed": token(RIGHT, header={"alg": "none"}),
    "alg HS256 by the certificate": token(RIGHT, header={"alg": "HS256"}, sign=with_public_key),
    "alg RS512": token(
        RIGHT, header={"alg": "RS512"}, sign=lambda signed: key(1).sign(signed, PKCS1v15(), SHA512())
    ),
    "alg in a list": token(RIGHT, header={"alg": ["RS256"]}),
    "unknown key": token(RIGHT, by=FORGED),
    "forged key": token(RIGHT, sign=forged),
    "the other key": token(RIGHT, by=2, header={"kid": name_of(1)}),
    "no key": token(RIGHT, header={"kid": None}),
    "an extension that we do not know": token(RIGHT, header={"crit": ["exp"]}),
    "not signed": token(RIGHT, sign=unsigned),
    "signature of half a length": token(RIGHT, sign=lambda signed: forged(signed)[:128]),
    "claims that are a list": token(b"[]"),
    "claims that are no JSON": token(b"{"),
    "claims that are no text": token(b'{"iss":"\xff"}'),
    "claims with half of a pair": token(json.dumps(RIGHT | {"sub": "\ud800"}).encode()[:-1]),
    "claims nested very deeply": token(b"[" * 2500),
}  # fmt: skip


def is_authentic(tokens: GooglePushTokens, text: str, *, now: datetime = NOW) -> bool:
    return tokens.is_authentic(f"Bearer {text}", now=now)


def test_a_token_of_the_pusher_is_known_for_an_hour(tokens: GooglePushTokens) -> None:
    for by in (1, 2):
        assert is_authentic(tokens, token(RIGHT, by=by))
    assert is_authentic(tokens, token(claims(NOW, iss="accounts.google.com")))
    assert is_authentic(tokens, token(RIGHT), now=NOW + timedelta(seconds=HOUR - 1))
    assert not is_authentic(tokens, token(RIGHT), now=NOW + timedelta(seconds=HOUR))


def test_googles_clock_may_be_a_minute_ahead(tokens: GooglePushTokens) -> None:
    assert is_authentic(tokens, token(claims(NOW + timedelta(seconds=60))))
    assert not is_authentic(tokens, token(claims(NOW + timedelta(seconds=61))))


def test_googles_own_library_makes_the_same_tokens(tokens: GooglePushTokens) -> None:
    signer: Any = crypt.RSASigner(key(1), name_of(1))  # type: ignore[no-untyped-call]  # the library has no types here
    made: bytes = jwt.encode(signer, RIGHT)  # type: ignore[no-untyped-call]
    assert is_authentic(tokens, made.decode())


@pytest.mark.parametrize("wrong", WRONG)
def test_a_token_that_is_wrong_is_not_known(tokens: GooglePushTokens, wrong: str) -> None:
    assert len(WRONG[wrong]) < MAX_TOKEN_LENGTH
    assert not is_authentic(tokens, WRONG[wrong])


@pytest.mark.parametrize(
    "header",
    [
        "", "Bearer", "Bearer ", "Bearer  ", "Basic dXNlcjpwYXNz", "Bearer a.b", "Bearer a.b.c", "Bearer ...",
        "Bearer a.b.c.d", "Bearer é.é.é", "Bearer \x00.\x00.\x00", "Bearer \ud800", "Bearer ١.١.١",
        "Bearer " + "a" * 100_000, "Bearer " + "a." * 50_000,
    ],
    ids=range(15),
)  # fmt: skip
def test_a_header_that_holds_no_token_is_refused(tokens: GooglePushTokens, header: str) -> None:
    assert not tokens.is_authentic(header, now=NOW)


def test_a_right_token_in_a_header_that_is_not_right_is_refused(tokens: GooglePushTokens) -> None:
    right = authorization(NOW)
    assert tokens.is_authentic(right, now=NOW)
    assert tokens.is_authentic(right.replace("Bearer", "bearer"), now=NOW)
    for wrong in (f"{right} ", f"{right}\n", f" {right}", right.replace(" ", "  "), f"{right}, {right}", f"{right}=="):
        assert not tokens.is_authentic(wrong, now=NOW)
    long = f"Bearer {token(claims(NOW, more='x' * 100_000))}"
    assert not tokens.is_authentic(long, now=NOW)


def test_wrong_claims_fetch_no_certificates() -> None:
    with StandIn() as google:
        tokens = GooglePushTokens(Certificates(google.url), PUSHER)
        for wrong in ("audience", "account", "expired", "alg none", "issuer", "claims that are a list"):
            assert not is_authentic(tokens, WRONG[wrong])
        assert google.calls == []


PARTS = st.text(st.sampled_from("abcABC019-_=."), max_size=30)
HEADERS = st.one_of(
    st.text(max_size=200),
    st.text(max_size=200).map("Bearer {}".format),
    st.tuples(PARTS, PARTS, PARTS).map(lambda parts: f"Bearer {'.'.join(parts)}"),
)


@settings(deadline=None, max_examples=example_count(30))
@given(header=HEADERS)
def test_any_text_is_refused(tokens: GooglePushTokens, header: str) -> None:
    assert not tokens.is_authentic(header, now=NOW)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.text(max_size=5), max_size=2),
)
CHANGED = ("iss", "aud", "email", "email_verified", "alg", "kid")


@settings(deadline=None, max_examples=example_count(30))
@given(name=st.sampled_from(CHANGED), value=VALUES)
def test_with_one_thing_said_otherwise_it_is_not_known(tokens: GooglePushTokens, name: str, value: object) -> None:
    changed = token(RIGHT, header={name: value}) if name in {"alg", "kid"} else token(RIGHT | {name: value})
    assert is_authentic(tokens, changed) is (name == "email_verified" and value is True)


@settings(deadline=None, max_examples=example_count(30))
@given(place=st.integers(0, 2), at=st.integers(0, 10_000), with_=st.sampled_from("AZaz09-_.=é "))
def test_with_one_character_changed_it_is_not_known(tokens: GooglePushTokens, place: int, at: int, with_: str) -> None:
    parts = token(RIGHT).split(".")
    at %= max(len(parts[place]) - 1, 1)  # the last character of a part has bits that say nothing
    if parts[place][at] != with_:
        parts[place] = parts[place][:at] + with_ + parts[place][at + 1 :]
        assert not is_authentic(tokens, ".".join(parts))
