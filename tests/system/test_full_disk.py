"""On a full disk the file is named that people know, never the hidden one that is written in its stead."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.system.commands import SAMPLE, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DISK_KILOBYTES = 24_000
BACKUP = "crescendo-2026-11-29T02-30-00Z.db"


@pytest.fixture
def disk(tmp_path: Path, home: Path) -> Iterator[Path]:
    """Return a home folder after a demo, on a small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    try:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_KILOBYTES}k", "none", str(place)]
        subprocess.run(mount, check=True, capture_output=True)  # noqa: S603  # our own command
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a disk of its own is needed, and mounting is not allowed here: {error}")
    try:
        on_disk = place / "home"
        shutil.copytree(home, on_disk)
        (on_disk / "backups").mkdir()
        shutil.copy(on_disk / "crescendo.db", on_disk / "backups" / BACKUP)
        yield on_disk
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)  # noqa: S603, S607  # our own command


def fill(folder: Path, *, leave_bytes: int) -> None:
    """Fill the disk of the folder but for so many bytes."""
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_bsize
    (folder.parent / "full").write_bytes(b"x" * (free - leave_bytes))


@pytest.mark.parametrize(
    ("gone", "leave_bytes", "command", "named"),
    [
        (["data.xlsx"], 120_000, ["run", "publish"], "data.xlsx"),
        (["summary-northbrook.xlsx"], 30_000, ["run", "publish"], "crescendo.db"),
        (["packs"], 200_000, ["run", "pack", "--as-of", "2022-08-02"], "packs/2022-07/northbrook/pack.html"),
        ([], 200_000, ["run", "backup"], "backups/crescendo-"),
        ([], 200_000, ["restore", f"backups/{BACKUP}"], "crescendo.db"),
        (["crescendo.db"], 20_000, ["new-store"], "crescendo.db"),
        ([], 200_000, ["run", "publish", "--dry-run"], "crescendo.db"),
        ([], 4_096, ["run", "sync", "--data", str(SAMPLE)], "crescendo.db"),
    ],
)  # fmt: skip
def test_a_full_disk_is_told_by_the_name_that_people_know(
    disk: Path, gone: list[str], leave_bytes: int, command: list[str], named: str
) -> None:
    for name in gone:
        shutil.rmtree(disk / name) if (disk / name).is_dir() else (disk / name).unlink()
    fill(disk, leave_bytes=leave_bytes)
    ran = run(*(word.replace("backups/", f"{disk}/backups/") for word in command), "--home", disk)
    assert ran.code == 1, ran.err
    said = ran.err.splitlines()[-1]
    assert f"{disk}/{named}" in said
    assert "full" in said or "No space left" in said
    hidden = [part for word in said.split() for part in word.split("/") if part.startswith(".")]
    assert not hidden, said
    assert not list(disk.rglob(".*"))
