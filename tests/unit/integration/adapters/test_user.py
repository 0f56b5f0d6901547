"""Whose name stands in the audit trail, and where root may not write."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from integration.adapters.home import who, why_not_root

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SOMEBODY = 12345


def test_who_became_another_by_sudo_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)
    name, at, machine = who().partition("@")
    monkeypatch.setenv("SUDO_USER", "ada")
    assert who() == f"ada (as {name}){at}{machine}"
    monkeypatch.setenv("SUDO_USER", name)
    assert who() == f"{name}@{machine}"


def test_root_writes_into_nobody_elses_folder(tmp_path: Path) -> None:
    if os.getuid() == 0:
        os.chown(tmp_path, SOMEBODY, -1)
    assert "belongs to" in why_not_root(tmp_path, uid=0)
    assert why_not_root(tmp_path, uid=SOMEBODY) == ""
    assert why_not_root(tmp_path / "not there", uid=0) == ""


def test_root_may_write_into_its_own(tmp_path: Path) -> None:
    if os.getuid() == 0:
        assert why_not_root(tmp_path, uid=0) == ""
