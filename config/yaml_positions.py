"""YAML as a tree in which every key and value keeps its position in the file: parsed, and searched by a value's path.

Nothing is guessed from the look of an unquoted text: `No`, `12:30` and `1.10` stay the words that were typed, and
the model says what they mean. Aliases, anchors and tags are refused, so a small file can never grow large.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from config.errors import Problem
from config.spelling import INVISIBLE_CHARACTERS, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NULL_TEXTS = frozenset({"", "~", "null"})


LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_DEPTH = 20

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


def parse_yaml(file: str, content: bytes) -> tuple[Node | None, list[Problem]]:
    """Return the file's tree and what is wrong with it as YAML; None where it has no readable content."""
    builder = _TreeBuilder(file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", errors="replace")
        column = error.start - (content[: error.start].rfind(b"\n") + 1) + 1
        position, found = Position(before.count("\n") + 1, column), "a character that is not UTF-8"
        builder.report(position, found, "text saved as UTF-8; save the file again as UTF-8")
        return None, builder.problems
    try:
        root = builder.build(yaml.parse(text, LOADER))
    except _Unreadable:
        return None, builder.problems
    except yaml.YAMLError as error:
        position = _position_of_error(error, text)
        builder.path.clear()
        builder.report(position, *_explain_error(error, text, position))
        return None, builder.problems
    return root, builder.problems


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


class _Unreadable(Exception):  # noqa: N818  # never leaves this module: it stops the reading of one file
    """The rest of the file cannot be read."""


class _TreeBuilder:
    """Builds the tree of one file from the parser's events; `path` leads to the node that is being built."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.path: list[str] = []

    def report(self, position: Position, found: str, allowed: str) -> None:
        key = ".".join(self.path)
        self.problems.append(Problem(self.file, position.line, position.column, key, found, allowed))

    def build(self, events: Iterator[yaml.Event]) -> Node | None:
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                self.report(_position_of(event), "a second document after ---", "one document a file")
                raise _Unreadable
            if isinstance(event, yaml.NodeEvent):
                root = self._build_node(event, events)
        return root

    def _build_node(self, event: yaml.Event, events: Iterator[yaml.Event]) -> Node:
        self._refuse_special(event)
        position = _position_of(event)
        if isinstance(event, yaml.ScalarEvent):
            return ScalarNode(position, _without_invisible(event.value), is_quoted=bool(event.style))
        if isinstance(event, yaml.MappingStartEvent):
            return self._build_mapping(MappingNode(position), events)
        if not isinstance(event, yaml.SequenceStartEvent):  # an alias: already reported
            return ScalarNode(position, "", is_quoted=False)
        sequence = SequenceNode(position)
        for item in events:
            if isinstance(item, yaml.SequenceEndEvent):
                break
            self.path.append(str(len(sequence.children) + 1))
            sequence.children.append(self._build_node(item, events))
            self.path.pop()
        return sequence

    def _build_mapping(self, mapping: MappingNode, events: Iterator[yaml.Event]) -> MappingNode:
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            position = _position_of(event)
            key_node = self._build_node(event, events)
            if isinstance(key_node, ScalarNode):
                key = key_node.text
            else:
                found = "a list or a group of keys in place of a key"
                self.report(position, found, "a plain key before the colon")
                key = f"(line {position.line}, column {position.column})"
            self.path.append(key)
            value = self._build_node(next(events), events)
            if key in mapping.children:
                first = mapping.key_positions[key]
                self.report(position, "the same key again", f"each key once; it stands on line {first.line}")
            else:
                mapping.children[key], mapping.key_positions[key] = value, position
            self.path.pop()
        return mapping

    def _refuse_special(self, event: yaml.Event) -> None:
        """Report an alias, an anchor or a tag; raise _Unreadable where the nesting is too deep."""
        position, anchor, tag = _position_of(event), getattr(event, "anchor", None), getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent):
            self.report(position, f"an alias, {quoted(f'*{anchor}')}", "the text itself, written out")
        elif anchor:
            allowed = "the text without it; quote a text that begins with &"
            self.report(position, f"an anchor, {quoted(f'&{anchor}')}", allowed)
        if tag:
            self.report(position, f"a tag, {quoted(tag)}", "the text without it; quote a text that begins with !")
        if len(self.path) > MAX_DEPTH:
            self.path.clear()
            self.report(position, "keys or lists nested more than 20 deep", "at most 20 levels")
            raise _Unreadable


def _without_invisible(text: str) -> str:
    """Return the text without invisible characters where it is plain ASCII but for them: there they mean nothing."""
    if text.isascii():
        return text
    plain = INVISIBLE_CHARACTERS.sub("", text)
    return plain if plain.isascii() else text


def _position_of(event: yaml.Event) -> Position:
    start = event.start_mark
    return Position(start.line + 1, start.column + 1) if start else Position(1, 1)


YAML_ERROR_EXPLANATIONS = {
    "mapping values are not allowed": (
        "a second colon on the line, or a line that stands too far to the right",
        "one key to a line; put a text that holds a colon and a space in quotation marks",
    ),
    "could not find expected ':'": (
        "a line without a colon",
        "“key: value”, or an indented line that goes on with a text",
    ),
    "unexpected end of stream": ("a quotation mark that is never closed", "a closing quotation mark of the same sort"),
    "did not find expected ',' or": (
        "a list or group in brackets that is never closed, or lacks a comma",
        "commas between the entries, and a closing bracket",
    ),
    "did not find expected '-'": (
        "a line among the entries of a list that does not begin with “- ”",
        "“- ” before each entry, all indented alike",
    ),
    "did not find expected key": (
        "a line indented otherwise than its neighbours, or a text after a closing quotation mark",
        "keys of one group indented alike; quotation marks round the whole text",
    ),
    "block sequence entries are not allowed": (
        "a “- ” on the line of its key",
        "the entries of a list each on a line of their own, below the key",
    ),
    "unknown escape character": (
        "a backslash inside double quotation marks",
        "single quotation marks round a text with a backslash",
    ),
    "did not find expected <document start>": (
        "a text where the file should have keys",
        "“key: value” on each line, with a space after the colon",
    ),
    "did not find expected node content": (
        "a bracket or comma that closes nothing",
        "a value; put a text that begins with a bracket in quotation marks",
    ),
    "control characters are not allowed": (
        "an invisible control character",
        "plain text; delete the character and type the line again",
    ),
    "alphabetic or numeric character": (
        "a value that begins with & or *",
        "quotation marks round a text that begins with one of these",
    ),
}
"""What is found and what is allowed, by a part of what the parser says."""


def _explain_error(error: yaml.YAMLError, text: str, position: Position) -> tuple[str, str]:
    """Return what stopped the parser at the position, and what is allowed there."""
    complaint = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    lines = text.splitlines()
    rest = lines[position.line - 1][position.column - 1 :] if position.line <= len(lines) else ""
    if "cannot start any token" in complaint or "where an indentation space is expected" in complaint:
        if rest.startswith("\t"):
            return "a tab", "spaces only, two for each level"
        found = f"a value that begins with {quoted(rest[:1])}"
        return found, "a text that begins with this sign stands in quotation marks"
    if "did not find expected node content" in complaint and not rest.strip():
        complaint = "did not find expected ',' or ']'"
    for part, explanation in YAML_ERROR_EXPLANATIONS.items():
        if part in complaint:
            return explanation
    return f"something that is not YAML ({complaint.splitlines()[0]})", "keys, values and lists in YAML"


def _position_of_error(error: yaml.YAMLError, text: str) -> Position:
    context, problem = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    # An unclosed quotation mark or bracket is noticed at the end of the file: where it was opened helps more.
    mark = context if "end of stream" in str(error) or "or ']'" in str(error) or "or '}'" in str(error) else problem
    mark = mark or problem
    if mark is not None:
        return Position(mark.line + 1, mark.column + 1)
    before = text[: getattr(error, "position", 0) or 0]
    return Position(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
