"""keys.json, and the credentials of the webhooks: read strictly, a missing half refused, no secret shown."""

from __future__ import annotations

import json
from base64 import b64encode
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from config.environment import (
    Environment,
    read_drive_channel_key,
    read_pseudonym_key,
    read_webhook_credentials,
    read_webhook_secrets,
)
from config.errors import SecretMissing
from config.keys import (
    MAX_WEBHOOK_SECRETS,
    MIN_SECRET_BYTES,
    PubSubIdentity,
    WebhookCredentials,
    decode_webhook_secrets,
    make_keys,
    parse_drive_channel_key,
    parse_pubsub_identity,
    read_keys,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = "a long key that is random enough"


@pytest.fixture(autouse=True)
def _no_pseudonym_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PSEUDONYM_KEY", raising=False)


def write_keys(home: Path, text: str, mode: int = 0o600) -> None:
    (home / "keys.json").write_text(text, encoding="utf-8")
    (home / "keys.json").chmod(mode)


def test_the_environment_is_read_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PSEUDONYM_KEY", KEY)
    monkeypatch.setenv("CRESCENDO_HOME", "  ")
    secrets = Environment()
    assert secrets.pseudonym_key == KEY
    assert secrets.crescendo_home is None
    for text in (repr(secrets), str(secrets), f"{secrets}"):
        assert KEY not in text
        assert "pseudonym_key=***" in text
        assert "crescendo_home=None" in text


def test_the_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_keys(tmp_path)
    monkeypatch.setenv("PSEUDONYM_KEY", KEY)
    assert read_pseudonym_key(tmp_path, may_make=False) == (KEY, None)


def test_without_a_key_one_sentence_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(SecretMissing, match=r"^PSEUDONYM_KEY is not set: set it to a random text") as caught:
        read_pseudonym_key(tmp_path, may_make=False)
    assert caught.value.exit_code == 2
    assert not list(tmp_path.iterdir())


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    home = tmp_path / "var" / "demo"
    key, sentence = read_pseudonym_key(home, may_make=True)
    assert len(key) > 40
    assert sentence is not None
    assert str(home / "keys.json") in sentence
    assert key not in sentence
    assert read_pseudonym_key(home, may_make=True) == (key, None)
    assert (home / "keys.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in home.iterdir()] == ["keys.json"]


def test_keys_that_are_there_are_never_overwritten(tmp_path: Path) -> None:
    write_keys(tmp_path, json.dumps({"SESSION_KEY": "kept"}))
    make_keys(tmp_path)
    keys = read_keys(tmp_path)
    assert keys["SESSION_KEY"] == "kept"
    assert make_keys(tmp_path) == tmp_path / "keys.json"
    assert read_keys(tmp_path) == keys


def test_processes_that_make_keys_at_once_end_with_the_same(tmp_path: Path) -> None:
    made: list[str] = []
    threads = [Thread(target=lambda: made.append(read_pseudonym_key(tmp_path, may_make=True)[0])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1


@pytest.mark.parametrize("short", ["f7Qz", "123456789012345"])
def test_a_short_key_is_refused_and_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, short: str) -> None:
    write_keys(tmp_path, json.dumps({"PSEUDONYM_KEY": short}))
    with pytest.raises(SecretMissing, match=r"PSEUDONYM_KEY in .*keys\.json is shorter than 16 characters") as in_file:
        read_pseudonym_key(tmp_path, may_make=True)
    monkeypatch.setenv("PSEUDONYM_KEY", short)
    with pytest.raises(SecretMissing, match=r"variable PSEUDONYM_KEY is shorter than 16 characters") as in_environment:
        read_pseudonym_key(tmp_path, may_make=True)
    assert short not in f"{in_file.value} {in_environment.value}"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    write_keys(tmp_path, json.dumps({"PSEUDONYM_KEY": KEY}), mode)
    with pytest.raises(SecretMissing, match=r"keys\.json can be read by others on this machine: run chmod 600"):
        read_pseudonym_key(tmp_path, may_make=True)


@pytest.mark.parametrize("text", ["{", "[]", '{"PSEUDONYM_KEY": 5}', "\udcff", "[" * 100_000])
def test_a_broken_file_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    (tmp_path / "keys.json").chmod(0o600)
    with pytest.raises(SecretMissing, match=r"keys\.json is not .*: put back the file as it was, or move it away\."):
        read_keys(tmp_path)


def test_a_home_that_is_no_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SecretMissing, match=r"cannot be read"):
        read_pseudonym_key(tmp_path / "file", may_make=True)


SECRET = b"32 bytes that nobody else knows!"
WRITTEN = f"whsec_{b64encode(SECRET).decode()}"
CHANNELS = "a text that is long enough to be a key"
AUDIENCE, ACCOUNT = "https://crescendo.example/hooks/pubsub", "push@project.iam.gserviceaccount.com"
NAMES = ("WEBHOOK_SECRETS", "PUBSUB_AUDIENCE", "PUBSUB_SERVICE_ACCOUNT", "DRIVE_CHANNEL_KEY")


@pytest.fixture(autouse=True)
def _no_webhook_settings(monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_a_malformed_webhook_secret_is_refused_and_not_shown(wrong: str) -> None:
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
def test_a_malformed_service_account_is_refused(wrong: str) -> None:
    sentence = refusal(lambda: parse_pubsub_identity(AUDIENCE, wrong))
    assert sentence.startswith("PUBSUB_SERVICE_ACCOUNT is not the e-mail address of a service account: set it to")
    assert "é" not in sentence


def test_a_channel_key_is_long_enough_or_refused_and_not_shown() -> None:
    assert parse_drive_channel_key(None) is None
    assert parse_drive_channel_key(CHANNELS) == CHANNELS.encode()
    assert parse_drive_channel_key("x" * MIN_SECRET_BYTES) == b"x" * MIN_SECRET_BYTES
    short = "tooshortforakeyofours!!"
    assert len(short) == MIN_SECRET_BYTES - 1
    sentence = refusal(lambda: parse_drive_channel_key(short))
    assert sentence.startswith("DRIVE_CHANNEL_KEY is shorter than 24 bytes: set it to a random text")
    assert short not in sentence


def test_a_channel_key_that_is_not_utf8_is_accepted() -> None:
    assert parse_drive_channel_key("\udcff" * MIN_SECRET_BYTES) == b"\xff" * MIN_SECRET_BYTES


def test_the_environment_turns_each_webhook_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_without_a_webhook_secret_the_web_side_does_not_start_and_nothing_is_made(tmp_path: Path) -> None:
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


def test_credentials_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = WebhookCredentials((SECRET,), PubSubIdentity(AUDIENCE, ACCOUNT), CHANNELS.encode())
    for name, value in zip(NAMES, (WRITTEN, AUDIENCE, ACCOUNT, CHANNELS), strict=True):
        monkeypatch.setenv(name, value)
    for text in (repr(keys), str(keys), f"{keys}", repr(Environment()), str(Environment())):
        for secret in (SECRET.decode(), WRITTEN, WRITTEN[6:], CHANNELS):
            assert secret not in text
    assert (
        repr(keys) == f"WebhookCredentials(pubsub=PubSubIdentity(audience='{AUDIENCE}', service_account='{ACCOUNT}'))"
    )
