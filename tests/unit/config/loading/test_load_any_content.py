"""Whatever stands in the files: settings, or problems with their positions, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import ConfigError, Problem
from config.loading.load import load_settings
from config.schema import Settings
from tests.example_counts import example_count
from tests.unit.config.folder import SHIPPED, Folder

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted(path.relative_to(SHIPPED).as_posix() for path in SHIPPED.rglob("*.yaml"))
SIGNS = [
    ": ",
    "- ",
    "\n",
    "  ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "!t ",
    "'",
    '"',
    "#",
    "---\n",
    "\t",
    "|\n",
    "? ",
    "é",
    "~",
]
JUNK = st.sampled_from(
    [
        None,
        "",
        "x",
        "3",
        "-1",
        [],
        {},
        ["x"],
        {"x": "1"},
        {"name": "x"},
        {"type": "team"},
        "team",
        "pulse",
        "share",
        "[",
    ]
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("anything") / "programme")


def load_or_problems(folder: Path) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        assert isinstance(load_settings(folder), Settings)
    except ConfigError as error:
        problems = error.problems or (Problem("", 0, 0, "", "", ""),)
    for problem in problems:
        assert problem.line > 0
        assert problem.column > 0
        assert "\n" not in str(problem)


def read_with(folder: Folder, file: str, content: bytes) -> None:
    valid = (folder.path / file).read_bytes()
    try:
        load_or_problems(folder.write(file, content).path)
    finally:
        folder.write(file, valid)


@settings(max_examples=example_count(12), deadline=None)
@given(file=st.sampled_from(FILES), content=st.binary(max_size=200) | st.lists(st.sampled_from(SIGNS)).map("".join))
def test_any_bytes_give_settings_or_problems(shared: Folder, file: str, content: bytes | str) -> None:
    read_with(shared, file, content.encode() if isinstance(content, str) else content)


@settings(max_examples=example_count(12), deadline=None)
@given(file=st.sampled_from(FILES), data=st.data())
def test_any_damage_to_the_text_gives_settings_or_problems(shared: Folder, file: str, data: st.DataObject) -> None:
    text = (SHIPPED / file).read_bytes()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    piece = data.draw(st.binary(max_size=4) | st.sampled_from(SIGNS).map(str.encode))
    read_with(shared, file, text[:start] + piece + text[end:])


@settings(max_examples=example_count(12), deadline=None)
@given(file=st.sampled_from(FILES), data=st.data())
def test_any_wrong_value_gives_settings_or_problems(shared: Folder, file: str, data: st.DataObject) -> None:
    tree = yaml.load((SHIPPED / file).read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  # makes texts only
    parts = data.draw(st.lists(st.sampled_from(list(parts_of(tree))), min_size=1, max_size=3))
    for holder, step in parts:
        if isinstance(holder, dict) or step < len(holder):
            holder[step] = data.draw(JUNK)
    read_with(shared, file, yaml.safe_dump(tree, allow_unicode=True).encode())


def parts_of(tree: Any) -> list[tuple[Any, Any]]:
    """Return every value of the tree as what holds it, and where."""
    steps = list(tree.items()) if isinstance(tree, dict) else list(enumerate(tree)) if isinstance(tree, list) else []
    return [part for step, child in steps for part in [(tree, step), *parts_of(child)]]
