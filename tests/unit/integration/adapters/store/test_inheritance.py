"""What a restore takes over is said of every table and of every key; nothing is left out in silence."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from integration.adapters.store import state
from integration.adapters.store.inheritance import TABLE_RULES, OnRestore
from integration.adapters.store.state import Remembered, State
from integration.adapters.store.tables import metadata
from tests.unit.integration.adapters.store.stored import empty_store

if TYPE_CHECKING:
    from pathlib import Path


def test_each_table_has_its_rule() -> None:
    assert set(TABLE_RULES) == set(metadata.tables)
    for name, rule in TABLE_RULES.items():
        assert set(rule.known_by) <= set(metadata.tables[name].c.keys()), name
        assert bool(rule.known_by) is (rule.on_restore not in {OnRestore.REPLACES, OnRestore.STAYS}), name


def test_each_key_is_carried_over_or_not(tmp_path: Path) -> None:
    from integration.adapters.store.store import Database  # noqa: PLC0415  # one database, to make the keys of

    own = State(Database(empty_store(tmp_path)))
    keys = [value for value in vars(own).values() if isinstance(value, Remembered)]
    for name, method in inspect.getmembers(own, inspect.ismethod):
        if not name.startswith("_"):
            arguments = [f"of {each}" for each in inspect.signature(method).parameters]
            keys.append(method(*arguments))
    listed = {*state._CARRIED_OVER, *state._WORKED_OUT}  # noqa: SLF001  # what is to be held against the keys
    names = {key._name for key in keys}  # noqa: SLF001
    assert len(names) > 20
    for name in names:
        assert [each for each in listed if name == each or (each.endswith(".") and name.startswith(each))], name
    assert len(listed) == len(names)
