"""Which YAML files a folder of configuration has, which it lacks, and which do not belong there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.errors import Problem
from config.nearest import listed, nearest, quoted
from config.schema import KEY_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST_BYTES = 1024 * 1024
WHOLE = ("programme", "measures", "packs", "jobs")
"""The files of which there is one each."""
OPTIONAL = ("google", "alerts", "retention")
"""The files of which there may be one each: what they turn on is off without them."""
GROUPS = ("forms", "sheets")
"""The folders that hold one file for each form or sheet."""


@dataclass(frozen=True, slots=True)
class Found:
    """The files by what they are: `whole` by name, forms and sheets by key; `names` in the order of reading."""

    whole: dict[str, Path]
    forms: dict[str, Path]
    sheets: dict[str, Path]
    problems: tuple[Problem, ...]

    @property
    def names(self) -> list[str]:
        """Every file as it is shown, in the order in which problems are listed."""
        whole = [self.whole[name] for name in (*WHOLE, *OPTIONAL) if name in self.whole]
        return [path.as_posix() for path in (*whole[:1], *self.forms.values(), *self.sheets.values(), *whole[1:])]


def find_files(folder: Path) -> Found:
    """Return what is there. A folder that cannot be read is one problem."""
    try:
        there = sorted(_yaml_files(folder))
    except OSError as error:
        allowed = "the folder that holds programme.yaml; name it with --config or CRESCENDO_CONFIG"
        problem = Problem(folder.as_posix(), 1, 1, "", f"no folder that can be read ({error.strerror})", allowed)
        return Found({}, {}, {}, (problem,))
    whole = {name: folder / f"{name}.yaml" for name in (*WHOLE, *OPTIONAL) if folder / f"{name}.yaml" in there}
    groups = {
        group: {path.stem: path for path in there if path.parent == folder / group and _is_key_file(path)}
        for group in GROUPS
    }
    taken = {*whole.values(), *groups["forms"].values(), *groups["sheets"].values()}
    missing = [_missing(folder, name) for name in WHOLE if name not in whole]
    strange = [_strange(folder, path) for path in there if path not in taken]
    return Found(whole, groups["forms"], groups["sheets"], (*missing, *strange))


def read_bytes(path: Path) -> bytes | Problem:
    """Return the file's content, or why it cannot be had."""
    name = path.as_posix()
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        return Problem(name, 1, 1, "", f"a file that cannot be read ({error.strerror})", "a file that you may read")
    if len(content) > LARGEST_BYTES:
        return Problem(name, 1, 1, "", "a file of more than 1 MiB", "at most 1 MiB")
    return content


def _yaml_files(folder: Path) -> Iterator[Path]:
    """Give the YAML files of the folder and of the folders in it."""
    for path in folder.iterdir():
        inside = path.iterdir() if path.is_dir() else (path,)
        yield from (file for file in inside if file.suffix.lower() in {".yaml", ".yml"} and not file.is_dir())


def _is_key_file(path: Path) -> bool:
    return path.suffix == ".yaml" and re.fullmatch(KEY_PATTERN, path.stem) is not None


def _missing(folder: Path, name: str) -> Problem:
    path = (folder / f"{name}.yaml").as_posix()
    return Problem(path, 1, 1, "", "no such file", f"a file {name}.yaml beside {_others(name)}")


def _strange(folder: Path, path: Path) -> Problem:
    name = path.as_posix()
    if path.parent.name in GROUPS and path.parent.parent == folder:
        allowed = (
            "a name of lower-case letters, digits and underscores, ending in .yaml: it is the key of the form or sheet"
        )
        return Problem(name, 1, 1, "", f"a file named {quoted(path.name)}", allowed)
    names = (*WHOLE, *OPTIONAL)
    known, guess = [f"{whole}.yaml" for whole in names], nearest(path.stem, names)
    allowed = f"{listed(known)}, and files in forms/ and sheets/"
    return Problem(
        name,
        1,
        1,
        "",
        f"a YAML file named {quoted(path.name)}, which nothing reads",
        allowed,
        f"{guess}.yaml" if guess else "",
    )


def _others(name: str) -> str:
    return listed(f"{other}.yaml" for other in WHOLE if other != name)
