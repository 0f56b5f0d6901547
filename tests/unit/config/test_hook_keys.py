"""What the web side knows its callers by: read strictly, half of it is refused, and nothing secret is ever shown."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from config.environment import Environment, read_drive_channel_key, read_webhook_credentials, read_webhook_secrets
from config.errors import SecretMissing
from config.keys import (
    MAX_WEBHOOK_SECRETS,
    MIN_SECRET_BYTES,
    PubSubIdentity,
    WebhookCredentials,
    decode_webhook_secrets,
    parse_drive_channel_key,
    parse_pubsub_identity,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = b"32 bytes that nobody else knows!"
WRITTEN = f"whsec_{b64encode(SECRET).decode()}"
CHANNELS = "a text that is long enough to be a key"
AUDIENCE, ACCOUNT = "https://crescendo.example/hooks/pubsub", "push@project.iam.gserviceaccount.com"
NAMES = ("WEBHOOK_SECRETS", "PUBSUB_AUDIENCE", "PUBSUB_SERVICE_ACCOUNT", "DRIVE_CHANNEL_KEY")


@pytest.fixture(autouse=True)
def _nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def refusal(read: Callable[[], object]) -> str:
    """Return the sentence with which something is refused, which ends a command with 2."""
    with pytest.raises(SecretMissing) as caught:
        read()
    assert caught.value.exit_code == 2
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_secrets_are_read_in_their_order_with_and_without_their_padding() -> None:
    other = b"another secret, also of 32 bytes"
    text = f" {WRITTEN}\t{f'whsec_{b64encode(other).decode()}'.rstrip('=')}\n"
    assert decode_webhook_secrets(text, "here") == (SECRET, other)
    assert decode_webhook_secrets("", "here") == ()


@pytest.mark.parametrize(
    "wrong",
    [
        "whsec_", WRITTEN.removeprefix("whsec_"), WRITTEN.replace("whsec_", "WHSEC_"), f"{WRITTEN}é", f"{WRITTEN}!",
        WRITTEN[:-3], "whsec_=", f"{WRITTEN},{WRITTEN}", f"whsec_{b64encode(SECRET[: MIN_SECRET_BYTES - 1]).decode()}",
        "whsec_not!base64", f"whsec_{WRITTEN}", f"{WRITTEN} plain",
    ],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_secret_of_a_webhook_is_refused_and_not_shown(wrong: str) -> None:
    sentence = refusal(lambda: decode_webhook_secrets(wrong, "WEBHOOK_SECRETS"))
    assert sentence.startswith("WEBHOOK_SECRETS ")
    assert sentence.count("openssl rand") == 1
    for part in wrong.split():
        assert len(part) < 10 or part.removeprefix("whsec_")[:10] not in sentence


def test_one_short_secret_among_good_ones_is_refused() -> None:
    short = f"whsec_{b64encode(SECRET[: MIN_SECRET_BYTES - 1]).decode()}"
    assert "a secret shorter than 24 bytes" in refusal(lambda: decode_webhook_secrets(f"{WRITTEN} {short}", "It"))
    enough = f"whsec_{b64encode(SECRET[:MIN_SECRET_BYTES]).decode()}"
    assert decode_webhook_secrets(enough, "It") == (SECRET[:MIN_SECRET_BYTES],)


def test_more_secrets_than_a_change_needs_are_refused() -> None:
    assert len(decode_webhook_secrets(f"{WRITTEN} " * MAX_WEBHOOK_SECRETS, "It")) == MAX_WEBHOOK_SECRETS
    sentence = refusal(lambda: decode_webhook_secrets(f"{WRITTEN} " * (MAX_WEBHOOK_SECRETS + 1), "It"))
    assert sentence == "It holds 6 secrets, and 5 at most may be good at one time."


def test_pubsub_is_off_or_whole() -> None:
    assert parse_pubsub_identity(None, None) is None
    assert parse_pubsub_identity(AUDIENCE, ACCOUNT) == PubSubIdentity(AUDIENCE, ACCOUNT)
    for given, sentence in (
        ((AUDIENCE, None), "PUBSUB_AUDIENCE is set, but PUBSUB_SERVICE_ACCOUNT is not"),
        ((None, ACCOUNT), "PUBSUB_SERVICE_ACCOUNT is set, but PUBSUB_AUDIENCE is not"),
    ):
        said = refusal(lambda given=given: parse_pubsub_identity(*given))  # type: ignore[misc]  # bound now, not later
        assert said == f"{sentence}: Pub/Sub needs both, or set neither to keep it off."


@pytest.mark.parametrize(
    "wrong",
    [
        "push", "push@", "@project.iam.gserviceaccount.com", "push@project", "Push@project.iam.gserviceaccount.com",
        f"{ACCOUNT} {ACCOUNT}", f"<{ACCOUNT}>", f"{ACCOUNT}\n", "pushé@project.iam.gserviceaccount.com", "*", ".*@.*",
        "serviceAccount:push@project.iam.gserviceaccount.com",
    ],
)  # fmt: skip
def test_an_account_that_is_none_is_refused(wrong: str) -> None:
    sentence = refusal(lambda: parse_pubsub_identity(AUDIENCE, wrong))
    assert sentence.startswith("PUBSUB_SERVICE_ACCOUNT is not the e-mail address of a service account: set it to")
    assert "é" not in sentence


def test_a_key_of_channels_is_long_enough_or_refused_and_not_shown() -> None:
    assert parse_drive_channel_key(None) is None
    assert parse_drive_channel_key(CHANNELS) == CHANNELS.encode()
    assert parse_drive_channel_key("x" * MIN_SECRET_BYTES) == b"x" * MIN_SECRET_BYTES
    short = "tooshortforakeyofours!!"
    assert len(short) == MIN_SECRET_BYTES - 1
    sentence = refusal(lambda: parse_drive_channel_key(short))
    assert sentence.startswith("DRIVE_CHANNEL_KEY is shorter than 24 bytes: set it to a random text")
    assert short not in sentence


def test_a_key_that_is_no_text_is_a_key_all_the_same() -> None:
    assert parse_drive_channel_key("\udcff" * MIN_SECRET_BYTES) == b"\xff" * MIN_SECRET_BYTES


def test_the_environment_turns_each_hook_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRETS", WRITTEN)
    assert read_webhook_credentials(tmp_path) == WebhookCredentials(form_secrets=(SECRET,))
    monkeypatch.setenv("PUBSUB_AUDIENCE", AUDIENCE)
    assert "PUBSUB_SERVICE_ACCOUNT is not" in refusal(lambda: read_webhook_credentials(tmp_path))
    monkeypatch.setenv("PUBSUB_SERVICE_ACCOUNT", ACCOUNT)
    monkeypatch.setenv("DRIVE_CHANNEL_KEY", CHANNELS)
    assert read_webhook_credentials(tmp_path) == WebhookCredentials(
        (SECRET,), PubSubIdentity(AUDIENCE, ACCOUNT), CHANNELS.encode()
    )
    monkeypatch.setenv("DRIVE_CHANNEL_KEY", "short")
    assert "DRIVE_CHANNEL_KEY is shorter" in refusal(lambda: read_webhook_credentials(tmp_path))
    assert "DRIVE_CHANNEL_KEY is shorter" in refusal(read_drive_channel_key)
    monkeypatch.setenv("DRIVE_CHANNEL_KEY", "  ")
    assert read_webhook_credentials(tmp_path).drive_channel_key is None


def test_without_a_secret_no_web_side_starts_and_nothing_is_made(tmp_path: Path) -> None:
    sentence = refusal(lambda: read_webhook_credentials(tmp_path))
    assert sentence.startswith("WEBHOOK_SECRETS is not set: set it to whsec_ and the Base64 of 32 random bytes")
    assert list(tmp_path.iterdir()) == []


def test_a_secret_is_made_once_where_it_may_be_and_a_broken_one_is_never_replaced(tmp_path: Path) -> None:
    (made,) = read_webhook_secrets(tmp_path, may_make=True)
    assert read_webhook_secrets(tmp_path, may_make=True) == (made,)
    assert len(read_webhook_credentials(tmp_path).form_secrets[0]) >= MIN_SECRET_BYTES
    broken = '{"WEBHOOK_SECRETS": "whsec_broken!"}'
    (tmp_path / "keys.json").write_text(broken)
    sentence = refusal(lambda: read_webhook_secrets(tmp_path, may_make=True))
    assert sentence.startswith(f"WEBHOOK_SECRETS in {tmp_path / 'keys.json'} is no secret of a webhook")
    assert "broken" not in sentence
    assert (tmp_path / "keys.json").read_text() == broken


def test_no_secret_is_shown_by_what_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = WebhookCredentials((SECRET,), PubSubIdentity(AUDIENCE, ACCOUNT), CHANNELS.encode())
    for name, value in zip(NAMES, (WRITTEN, AUDIENCE, ACCOUNT, CHANNELS), strict=True):
        monkeypatch.setenv(name, value)
    for text in (repr(keys), str(keys), f"{keys}", repr(Environment()), str(Environment())):
        for secret in (SECRET.decode(), WRITTEN, WRITTEN[6:], CHANNELS):
            assert secret not in text
    assert (
        repr(keys) == f"WebhookCredentials(pubsub=PubSubIdentity(audience='{AUDIENCE}', service_account='{ACCOUNT}'))"
    )
