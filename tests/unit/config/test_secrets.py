"""Secrets: from the environment, else from a file that nobody else can read; never shown."""

from __future__ import annotations

import json
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from config.environment import Environment, read_pseudonym_key
from config.errors import SecretMissing
from config.keys import make_keys, read_keys

if TYPE_CHECKING:
    from pathlib import Path

KEY = "a long key that is random enough"


@pytest.fixture(autouse=True)
def _no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_two_who_make_keys_at_once_end_with_the_same(tmp_path: Path) -> None:
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
