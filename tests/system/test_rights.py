"""A file or a folder of the home that the service may not read or write is named, and never taken for nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.skipping import skip_outside_ci
from tests.system.commands import PROJECT, SAMPLE, Ran, run
from tests.unit.integration.adapters.store.stored import dump

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOUND = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-all")
"""Runs a command as root for whom the rights of files hold, as they do for every other user."""


@pytest.fixture
def own(home: Path, tmp_path: Path) -> Iterator[Path]:
    """Return a home of the test's own, with a backup; in the end all of it may be written again."""
    copied = shutil.copytree(home, tmp_path / "home")
    (copied / "backups").mkdir()
    shutil.copy(copied / "crescendo.db", copied / "backups" / "crescendo-2026-11-29T02-30-00Z.db")
    yield copied
    copied.chmod(0o700)
    for path in copied.rglob("*"):
        path.chmod(0o700)


def jobs(home: Path, *words: object) -> Ran:
    """Run a command as a user for whom the rights of files hold."""
    as_user = BOUND if os.geteuid() == 0 else ()
    if as_user and not shutil.which("setpriv"):
        skip_outside_ci(FileNotFoundError("setpriv is needed, of Debian's util-linux"))
    command = [*as_user, sys.executable, "-m", "jobs", *map(str, words), "--home", str(home)]
    done = subprocess.run(  # noqa: S603  # our own command
        command, cwd=PROJECT, capture_output=True, text=True, check=False, env={"PATH": os.defpath, "LANG": "C.UTF-8"}
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def first_response(home: Path) -> str:
    """Return the id of an answer that is stored."""
    return next(path for path in sorted(stored_ids(home)))


def stored_ids(home: Path) -> set[str]:
    rows = dump(f"sqlite:///{home / 'crescendo.db'}")["responses"]
    return {row[2] for row in rows}


@pytest.mark.parametrize("is_a_file", [False, pytest.param(True, marks=pytest.mark.long)])
def test_receipts_that_nobody_can_look_into_are_no_sign_that_nobody_was_forgotten(
    own: Path, *, is_a_file: bool
) -> None:
    assert run("forget", "--response", first_response(own), "--yes", "--home", own).code == 0
    (backup,) = (own / "backups").iterdir()
    receipts = own / "receipts"
    if is_a_file:
        shutil.rmtree(receipts)
        receipts.write_text("no folder")
    else:
        receipts.chmod(0)
    before = stored_ids(own)
    status = jobs(own, "status")
    assert status.code == 0, status.err
    said = f"{receipts} {'is a file' if is_a_file else 'cannot be looked into'}"
    assert said in status.out
    assert "Nothing needs attention" not in status.out
    for words in (["restore", backup], ["new-store"]):
        refused = jobs(own, *words)
        assert refused.code == 1
        assert said in refused.err
    assert stored_ids(own) == before
    (own / "crescendo.db").unlink()
    lost = jobs(own, "run", "publish")
    assert lost.code == 2
    assert "is missing, but in" in lost.err


@pytest.mark.parametrize("name", ["receipts", "backups", "packs", "outbox"])
def test_a_folder_that_nobody_can_look_into_may_hold_what_a_store_in_use_has_left(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name).chmod(0)
    refused = jobs(tmp_path, "demo")
    (tmp_path / name).chmod(0o700)
    assert refused.code == 2
    assert f"({name}/)" in refused.err
    assert not (tmp_path / "crescendo.db").exists()


@pytest.mark.parametrize(
    ("name", "mode", "words", "said"),
    [
        ("", 0o400, ["status"], "home cannot be looked into (Permission denied)"),
        ("", 0o300, ["run", "sync", "--data", str(SAMPLE)], "home' is not readable"),
        ("", 0o500, ["run", "publish"], "crescendo.db cannot be written"),
        ("crescendo.lock", 0o000, ["run", "publish"], "crescendo.lock cannot be locked (Permission denied)"),
        ("data.xlsx", 0o000, ["run", "publish"], "data.xlsx cannot be read (Permission denied)"),
        ("backups", 0o500, ["run", "backup"], "backups cannot be written (Permission denied)"),
        ("backups", 0o000, ["run", "retention"], "backups cannot be looked into (Permission denied)"),
        ("crescendo.db", 0o400, ["run", "publish"], "crescendo.db cannot be opened (Permission denied)"),
    ],
)
def test_what_may_not_be_read_or_written_is_named_in_one_sentence(
    own: Path, name: str, mode: int, words: list[str], said: str
) -> None:
    place = own / name
    if name.endswith(".lock"):
        place.touch()
    place.chmod(mode)
    ran = jobs(own, *words)
    place.chmod(0o700)
    assert ran.code in {1, 2}
    assert said in ran.err.splitlines()[-1]
    assert "failed inside" not in ran.err


@pytest.mark.long
def test_what_forget_could_not_look_into_stands_in_its_receipt(own: Path) -> None:
    ours = own / "notes of our own"
    ours.mkdir()
    (ours / "list.txt").write_text("who answered")
    (own / "letter.txt").write_text("whom we wrote to")
    for path in (ours, own / "letter.txt"):
        path.chmod(0)
    ran = jobs(own, "forget", "--response", first_response(own), "--yes")
    assert ran.code == 0, ran.err
    for name in ("notes of our own", "letter.txt"):
        assert f"{name}: it cannot be read (Permission denied)." in ran.out
