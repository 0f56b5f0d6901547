"""What could be read so far: each file with its model as far as it is sound, and the places of its values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel

from config.errors import Problem
from config.positions import Items, Keys, Step, find, name_of
from config.spelling import listed, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from config.schema import Alerts, Form, Google, Jobs, Measures, Packs, Programme, Retention, Sheet

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Document(Generic[M]):
    """One file: what is written there, and the part of it that is sound, as a tree and as a model.

    What the model lacks may only be wrong, and not absent: ask `lacks` or `is_complete` before concluding from it.
    """

    file: str
    written: Keys
    tree: Keys
    model: M

    def is_complete(self, group: str) -> bool:
        """Say whether every entry of a group (a key of the file) is sound."""
        names = written_names(self.written, group)
        return bool(names) and len(names) == len(written_names(self.tree, group))

    def has(self, *keys: str) -> bool:
        """Say whether each of these keys of the file can be used."""
        return all(getattr(self.model, key) is not None for key in keys)

    def lacks(self, group: str, name: str) -> bool:
        """Say whether a group surely has no entry of this name, not even a wrong one."""
        names = written_names(self.written, group)
        return bool(names) and "" not in names and name not in names

    def problem(self, steps: Sequence[Step], found: str, allowed: str, guess: str = "") -> Problem:
        """Return a problem with the value to which the steps lead."""
        spot = find(self.tree, steps)
        return Problem(self.file, spot.mark.line, spot.mark.column, spot.key, found, allowed, guess)

    def problem_of_key(self, steps: Sequence[Step], found: str, allowed: str, guess: str = "") -> Problem:
        """Return a problem with the key to which the steps lead, and not with its value."""
        spot = find(self.tree, steps)
        return Problem(self.file, spot.key_mark.line, spot.key_mark.column, spot.key, found, allowed, guess)

    def unknown(self, steps: Sequence[Step], name: str, what: str, known: Iterable[str]) -> Problem:
        """Return the problem that a value names something (a field, a phase…) that does not exist."""
        names = list(known)
        allowed = listed(names) if names else f"nothing yet: there is no {what}"
        return self.problem(steps, f"{quoted(name)}, which is no {what}", allowed, nearest(name, names))


@dataclass(frozen=True, slots=True)
class Draft:
    """Every file that could be read. A form or sheet that is there but could not be read is in `unread`."""

    programme: Document[Programme] | None = None
    forms: dict[str, Document[Form]] = field(default_factory=dict)
    sheets: dict[str, Document[Sheet]] = field(default_factory=dict)
    measures: Document[Measures] | None = None
    packs: Document[Packs] | None = None
    jobs: Document[Jobs] | None = None
    google: Document[Google] | None = None
    alerts: Document[Alerts] | None = None
    retention: Document[Retention] | None = None
    unread: frozenset[str] = frozenset()

    @property
    def sources(self) -> dict[str, Document[Form] | Document[Sheet]]:
        """Forms and sheets by their key."""
        return {**self.forms, **self.sheets}


def written_names(written: Keys, group: str) -> list[str]:
    """Return the names of the entries of a group (a key of the file); "" for an entry of a list that has none."""
    match node := written.nodes.get(group):
        case Keys():
            return list(node.nodes)
        case Items():
            return [name_of(item) for item in node.nodes]
    return []
