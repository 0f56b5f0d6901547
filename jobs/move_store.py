"""move-store: from the file in the home folder to the database that DATABASE_URL names, or back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.adapters.store.move import move_to_file, move_to_server
from integration.errors import CallError
from integration.wiring import STORE_FILE

if TYPE_CHECKING:
    from datetime import datetime

    from integration.wiring import Service


def move_store(service: Service, *, now: datetime, to_sqlite: bool = False) -> str:
    """Carry everything over and compare it; return what was done and what to do next, in sentences.

    Raises CallError where there is nothing to move or nowhere to move it, StoreError where the target holds anything.
    """
    url, path = service.database_url, service.home / STORE_FILE
    if url is None:
        raise CallError(
            "DATABASE_URL is not set: set it to the database on the other end of the move, as "
            "postgresql+psycopg://user:password@host/name."
        )
    if to_sqlite:
        carried = move_to_file(url, path)
        return (
            f"{carried.in_words()} are now in {path}, and each table was compared.\n"
            "The database is as it was. Take DATABASE_URL away wherever the service runs: from now on the file counts."
        )
    if not path.exists():
        raise CallError(f"There is no store {path} to move; name the right folder with --home.")
    carried, aside = move_to_server(path, url, now=now)
    return (
        f"{carried.in_words()} are now in the database, and each table was compared.\n"
        f"The file is kept as {aside}, and nobody uses it any more: remove it when you no longer need it.\n"
        "Set DATABASE_URL wherever the service runs: from now on the database counts."
    )
