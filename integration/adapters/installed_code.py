"""A digest of the code that works out figures: our own packages, the libraries beside them, and Python.

It is asked for at every start, so it reads each of our files once and of a library only the name of the folder in which
its installer wrote down name and version (`scipy-1.17.1.dist-info`): to ask importlib.metadata for the versions of the
requirements alone takes four times as long as all the rest, and says nothing of what they need themselves.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

COMPILED = "__pycache__"
LIBRARY_SUFFIX = ".dist-info"


def digest_code(packages: Iterable[Path], *, library_folders: Iterable[str]) -> str:
    """Return a digest that changes with every file of the packages, every library and the version of Python."""
    code = hashlib.sha256(repr((sys.version_info[:3], list_libraries(library_folders))).encode())
    for package in packages:
        for path in list_files(package):
            content = Path(path).read_bytes()
            code.update(f"\0{package.name}{path.removeprefix(str(package))}\0{len(content)}\0".encode() + content)
    return code.hexdigest()


def list_files(package: Path) -> Iterator[str]:
    """Give every file of a package and of what lies in it, sorted: modules, templates, whatever there will be.

    A folder directly in it that is no package holds data, such as the YAML of a programme, and is no part of the code;
    nor are hidden files, which editors leave while they work, and which may not be readable.
    """
    return _walk(str(package), is_package=lambda folder: Path(folder, "__init__.py").exists())


def _walk(folder: str, *, is_package: Callable[[str], bool] = lambda _: True) -> Iterator[str]:
    with os.scandir(folder) as entries:
        inside = sorted((each.name, each.path, each.is_dir()) for each in entries if not each.name.startswith("."))
    for name, path, is_folder in inside:
        if not is_folder:
            yield from () if name.endswith(".pyc") else (path,)
        elif name != COMPILED and is_package(path):
            yield from _walk(path)


def list_libraries(folders: Iterable[str]) -> list[str]:
    """Return name and version of each library that is installed in these folders, such as "scipy-1.17.1", sorted."""
    found: set[str] = set()
    for folder in map(Path, folders):
        if folder.is_dir():  # a path may name any
            found.update(each.stem for each in folder.iterdir() if each.suffix == LIBRARY_SUFFIX)
    return sorted(found)
