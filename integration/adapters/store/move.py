"""Moves a store over: from the file of a home to a server, or back."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from integration.adapters.store.backup import moment_in_names
from integration.adapters.store.copy import Carried, copy_store, empty_store
from integration.adapters.store.database import Database
from integration.adapters.store.file import carry_to_file, put_aside, put_in_place, refuse_others
from integration.adapters.store.migrate import bring_up_to_date
from integration.adapters.store.workshop import workshop
from integration.errors import StoreError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def move_to_server(path: Path, url: str, *, now: datetime) -> tuple[Carried, Path]:
    """Carry the SQLite file at the path into the empty database at the URL; return what, and the file's new name.

    Nobody else can write the file meanwhile, and nobody finds it afterwards. Raises StoreError where the database is
    not empty, BusyError where somebody has the file open; then both are as they were.
    """
    with closing(Database(f"sqlite:///{path}")) as source, source.alone():
        refuse_others(path)
        bring_up_to_date(source)
        with closing(Database(url)) as target:
            bring_up_to_date(target)
            carried = copy_store(source, target)
            source.close()
            try:
                aside = put_aside(path, why="moved", moment=moment_in_names(now))
            except BaseException:
                # Readers are not kept out, so somebody may have opened the file meanwhile: it stays the store, alone.
                empty_store(target)
                raise
    return carried, aside or path


def move_to_file(url: str, path: Path) -> Carried:
    """Carry the database at the URL into a new SQLite file at the path; the database stays as it is.

    Raises StoreError where there is a file already.
    """
    if path.exists():
        raise StoreError(f"The store {path} is there already; move it away, or name another home.")
    with closing(Database(url)) as source, workshop(path.parent) as made_in:
        bring_up_to_date(source)
        carried = carry_to_file(source, made_in / path.name)
        put_in_place(made_in / path.name, path)
    return carried
