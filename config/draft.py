"""What could be read so far: each file with its model as far as it is sound, and the places of its values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from config.errors import Problem
from config.marked import Items, Keys, as_plain
from config.nearest import listed, nearest, quoted
from config.places import Step, find, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from config.marked import Node
    from config.schema import Form, Jobs, Measures, Packs, Programme, Sheet

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
        return len(written_names(self.tree, group)) == len(written_names(self.written, group))

    def lacks(self, group: str, name: str) -> bool:
        """Say whether a group surely has no entry of this name, not even a wrong one."""
        return lacks(self.written, group, name)

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
    """Every file that could be read. A form or sheet that is there but makes no model is in `unread`, as written."""

    programme: Document[Programme] | None = None
    forms: dict[str, Document[Form]] = field(default_factory=dict)
    sheets: dict[str, Document[Sheet]] = field(default_factory=dict)
    measures: Document[Measures] | None = None
    packs: Document[Packs] | None = None
    jobs: Document[Jobs] | None = None
    unread: dict[str, Keys | None] = field(default_factory=dict)

    @property
    def sources(self) -> dict[str, Document[Form] | Document[Sheet]]:
        """Forms and sheets by their key."""
        return {**self.forms, **self.sheets}


def lacks(written: Keys, group: str, name: str) -> bool:
    """Say whether a group surely has no entry of this name, not even a wrong one."""
    names = written_names(written, group)
    return bool(names) and "" not in names and name not in names


def read_soundly(model: type[M], tree: Keys) -> tuple[M | None, Keys, ValidationError | None]:
    """Return the model of what is sound in the tree, that part of the tree, and what is wrong with the whole.

    Entries with a mistake are left out one after the other, so that the others can still be held against the
    other files; None where what is left is no model.
    """
    first: ValidationError | None = None
    while True:
        try:
            return model.model_validate(as_plain(tree)), tree, first
        except ValidationError as error:
            first = first or error
            remaining = _without(tree, {_entry(d["loc"], d["type"]) for d in error.errors(include_url=False)})
            if remaining is None:
                return None, tree, first
            tree = remaining


def _entry(steps: tuple[Step, ...], kind: str) -> tuple[Step, ...]:
    """Return the way to the entry that must go: a key of the file, or one entry of a list or group in it."""
    return steps[: min(2, len(steps) - (kind == "missing"))]


def _without(tree: Keys, entries: set[tuple[Step, ...]]) -> Keys | None:
    """Return the tree without the entries; None where the mistake is in the whole."""
    if () in entries:
        return None
    gone = {entry[0] for entry in entries if len(entry) == 1}
    gone |= {entry[0] for entry in entries if not _is_there(tree, entry)}
    nodes = {
        key: _thinned(node, {entry[1] for entry in entries if len(entry) > 1 and entry[0] == key})
        for key, node in tree.nodes.items()
        if key not in gone
    }
    return Keys(tree.mark, nodes, tree.marks)


def written_names(written: Keys, group: str) -> list[str]:
    """Return the names of the entries of a group (a key of the file); "" for an entry of a list that has none."""
    match node := written.nodes.get(group):
        case Keys():
            return list(node.nodes)
        case Items():
            return [name_of(item) for item in node.nodes]
    return []


def _is_there(tree: Keys, entry: tuple[Step, ...]) -> bool:
    node = tree.nodes.get(str(entry[0]))
    if isinstance(node, Items):
        return isinstance(entry[-1], int) and entry[-1] < len(node.nodes)
    return isinstance(node, Keys) and entry[-1] in node.nodes


def _thinned(node: Node, gone: set[Step]) -> Node:
    if isinstance(node, Items):
        return Items(node.mark, [item for place, item in enumerate(node.nodes) if place not in gone])
    if isinstance(node, Keys):
        return Keys(node.mark, {key: value for key, value in node.nodes.items() if key not in gone}, node.marks)
    return node
