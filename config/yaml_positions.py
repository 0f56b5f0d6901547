"""YAML as a tree in which every key and value keeps its position in the file, and the way to a value by its path."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NULL_TEXTS = frozenset({"", "~", "null"})

Step = str | int
"""One step of the path to a value: a key, or the place in a list, from 0."""
KEY_ITSELF = "[key]"
"""pydantic's last step where a key itself is wrong, and not its value."""


@dataclass(frozen=True, slots=True)
class Position:
    """A position in a file; line and column count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text, a number, a date: whatever was typed, as text."""

    position: Position
    text: str
    is_quoted: bool


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    position: Position
    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A group of keys with their values; `key_positions` are those of the keys themselves."""

    position: Position
    children: dict[str, Node] = field(default_factory=dict)
    key_positions: dict[str, Position] = field(default_factory=dict)


Node = ScalarNode | SequenceNode | MappingNode


def to_plain_data(node: Node) -> Any:
    """Return the tree as dicts, lists and texts; None where nothing was written."""
    match node:
        case ScalarNode():
            return None if not node.is_quoted and node.text in NULL_TEXTS else node.text
        case SequenceNode():
            return [to_plain_data(item) for item in node.children]
        case MappingNode():
            return {key: to_plain_data(value) for key, value in node.children.items()}


@dataclass(frozen=True, slots=True)
class Location:
    """Where a path ends: the position of the value and of its key, the path in words, and the value if it is there."""

    position: Position
    key_position: Position
    path: tuple[str, ...]
    node: Node | None

    @property
    def key(self) -> str:
        """The path as a person reads it: `fields.hours_direct.minimum`; an entry without a name by its number."""
        return ".".join(self.path)


def locate(tree: Node, steps: Sequence[Step]) -> Location:
    """Return the deepest value on the path. A step that is only the `type` or `kind` of a model is passed over."""
    location = Location(tree.position, tree.position, (), tree)
    has_passed = False
    for step in steps:
        node = location.node
        if not has_passed and isinstance(node, MappingNode):
            type_node = node.children.get("type") or node.children.get("kind")
            if isinstance(type_node, ScalarNode) and type_node.text == step:
                has_passed = True
                continue
        if isinstance(node, MappingNode) and isinstance(step, str) and step in node.children:
            child = node.children[step]
            location = Location(child.position, node.key_positions[step], (*location.path, step), child)
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.children):
            child = node.children[step]
            name = entry_name(child) or str(step + 1)
            location = Location(child.position, child.position, (*location.path, name), child)
        else:
            continue
        has_passed = False
    return location


def entry_name(node: Node) -> str:
    """Return the name of an entry of a list; "" where it has none."""
    name = node.children.get("name") if isinstance(node, MappingNode) else None
    return name.text if isinstance(name, ScalarNode) else ""


@dataclass(frozen=True, slots=True)
class YamlPositions:
    """Where everything is written: each file by its name within the folder, as it is shown, with its tree.

    Two configurations that say the same are equal wherever they are written, so this is equal to any other.
    """

    files: Mapping[str, tuple[str, MappingNode]] = field(default_factory=dict, compare=False, repr=False)

    def file_and_line(self, file: str, *steps: Step) -> str:
        """Return the file and the line to which the steps lead, such as `config/crescendo/forms/pulse.yaml:31`.

        An entry of a list is named by its place from 0, its name or its words: `fields`, `ownership`, `question`.
        Where a step is not there, the line is that of the deepest that is; without the file, its name alone.
        """
        if file not in self.files:
            return file
        shown, tree = self.files[file]
        node: Node = tree
        line = 1
        for step in steps:
            place: Step = step
            if isinstance(node, SequenceNode) and isinstance(step, str):
                names = [item.text if isinstance(item, ScalarNode) else entry_name(item) for item in node.children]
                place = names.index(step) if step in names else step
            location = locate(node, (place,))
            if location.node is None or not location.path:
                break
            node, line = location.node, location.key_position.line
        return f"{shown}:{line}"
