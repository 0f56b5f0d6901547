"""Bringing a store up to date: Alembic runs what lies in `versions/`, if anything has to be run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from integration.adapters.store.tables import NEWEST, metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from integration.adapters.store.database import Database

VERSION_TABLE = "alembic_version"


def bring_up_to_date(database: Database) -> None:
    """Make the tables, or change those of an older version; all of it, or nothing.

    Raises StoreError for a store of a newer version of the service, or of something else.
    """
    if is_up_to_date(database):
        return
    with database.writing() as connection:
        # Looked at again, because another process may have done it in between.
        version = version_of(connection)
        if version == NEWEST:
            return
        if version is None and set(inspect(connection).get_table_names()) & set(metadata.tables):
            raise database.error("has tables that this service did not make; name another database")
        if version is not None and version > NEWEST:
            raise database.error("was written by a newer version of this service; install that version")
        _upgrade(connection)


def is_up_to_date(database: Database) -> bool:
    """Return whether the tables are those of today; nothing is changed."""
    with database.reading() as connection:
        return version_of(connection) == NEWEST


def version_of(connection: Connection) -> str | None:
    """Return the version of the tables; None where there are none of ours."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version: str | None = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608  # our own name
    return version


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  # 0.2 s that a store of today need not spend
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
