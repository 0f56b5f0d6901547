"""A copy of the shipped configuration in which a test makes mistakes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.errors import ConfigError, Problem
from config.loading.load import load_settings

if TYPE_CHECKING:
    from config.schema import Settings

SHIPPED = Path(__file__).parents[3] / "config" / "crescendo"


class Folder:
    """A folder of YAML files; a text that is to be replaced must stand there."""

    def __init__(self, path: Path) -> None:
        shutil.copytree(SHIPPED, path)
        self.path = path

    def change(self, file: str, old: str, new: str) -> Folder:
        """Replace the first occurrence of a text in one file."""
        text = (self.path / file).read_text(encoding="utf-8")
        assert old in text
        (self.path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return self

    def write(self, file: str, content: str | bytes) -> Folder:
        """Write a whole file."""
        path = self.path / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def load(self) -> Settings:
        """Read the folder."""
        return load_settings(self.path)

    def problems(self) -> list[Problem]:
        """Read the folder, which has mistakes; files are named as within the folder."""
        with pytest.raises(ConfigError) as caught:
            load_settings(self.path)
        return list(caught.value.problems)

    def lines(self) -> list[str]:
        """Return the problems as lines, with the files named as within the folder."""
        return [str(problem).removeprefix(f"{self.path.as_posix()}/") for problem in self.problems()]

    def only_line(self) -> str:
        """Return the one problem that there is."""
        lines = self.lines()
        assert len(lines) == 1, lines
        return lines[0]
