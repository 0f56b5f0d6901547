"""YAML text as a tree in which every key and value keeps its place.

Nothing is guessed from the look of an unquoted text: `No`, `12:30` and `1.10` stay the words that were typed, and
the model says what they mean. Aliases, anchors and tags are refused, so a small file can never grow large.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from config.errors import Problem
from config.nearest import quoted
from config.unreadable import explain

if TYPE_CHECKING:
    from collections.abc import Iterator

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 20
NOTHING = frozenset({"", "~", "null"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; line and column count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, a number, a date: whatever was typed, as text."""

    mark: Mark
    text: str
    is_quoted: bool


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    mark: Mark
    nodes: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Keys:
    """A group of keys; `marks` are the places of the keys themselves."""

    mark: Mark
    nodes: dict[str, Node] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)


Node = Scalar | Items | Keys


class Refused(Exception):  # noqa: N818  # never leaves this module: it stops the reading of one file
    """The rest of the file cannot be read."""


def read_marked(file: str, content: bytes) -> tuple[Node | None, list[Problem]]:
    """Return the file's tree and what is wrong with it as YAML; None where it has no readable content."""
    reading = _Reading(file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", errors="replace")
        mark = Mark(before.count("\n") + 1, error.start - (content[: error.start].rfind(b"\n") + 1) + 1)
        reading.report(mark, "", "a character that is not UTF-8", "text saved as UTF-8; save the file again as UTF-8")
        return None, reading.problems
    try:
        root = reading.document(yaml.parse(text, LOADER))
    except Refused:
        return None, reading.problems
    except yaml.YAMLError as error:
        line, column, found, allowed = explain(error, text)
        reading.report(Mark(line, column), "", found, allowed)
        return None, reading.problems
    return root, reading.problems


def as_plain(node: Node) -> Any:
    """Return the tree as dicts, lists and texts; None where nothing was written."""
    match node:
        case Scalar():
            return None if not node.is_quoted and node.text in NOTHING else node.text
        case Items():
            return [as_plain(item) for item in node.nodes]
        case Keys():
            return {key: as_plain(value) for key, value in node.nodes.items()}


class _Reading:
    """Builds the tree of one file from the parser's events."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.path: list[str] = []

    def report(self, mark: Mark, key: str, found: str, allowed: str) -> None:
        self.problems.append(Problem(self.file, mark.line, mark.column, key, found, allowed))

    def document(self, events: Iterator[yaml.Event]) -> Node | None:
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                self.report(_mark(event), "", "a second document after ---", "one document a file")
                raise Refused
            if isinstance(event, yaml.NodeEvent):
                root = self.node(event, events)
        return root

    def node(self, event: yaml.Event, events: Iterator[yaml.Event]) -> Node:
        self.check(event)
        mark = _mark(event)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(mark, event.value, is_quoted=bool(event.style))
        if isinstance(event, yaml.SequenceStartEvent):
            return self.items(mark, events)
        if isinstance(event, yaml.MappingStartEvent):
            return self.keys(mark, events)
        return Scalar(mark, "", is_quoted=False)  # an alias: already reported

    def items(self, mark: Mark, events: Iterator[yaml.Event]) -> Items:
        items = Items(mark)
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            self.path.append(str(len(items.nodes) + 1))
            items.nodes.append(self.node(event, events))
            self.path.pop()
        return items

    def keys(self, mark: Mark, events: Iterator[yaml.Event]) -> Keys:
        keys = Keys(mark)
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.key(event, events)
            self.path.append(key)
            value = self.node(next(events), events)
            if key in keys.nodes:
                first = keys.marks[key]
                self.report(
                    _mark(event), self.way, "the same key again", f"each key once; it stands on line {first.line}"
                )
            else:
                keys.nodes[key], keys.marks[key] = value, _mark(event)
            self.path.pop()
        return keys

    def key(self, event: yaml.Event, events: Iterator[yaml.Event]) -> str:
        node = self.node(event, events)
        if isinstance(node, Scalar):
            return node.text
        self.report(node.mark, self.way, "a list or a group of keys in place of a key", "a plain key before the colon")
        return f"(line {node.mark.line}, column {node.mark.column})"

    @property
    def way(self) -> str:
        """The way to the node that is being read."""
        return ".".join(self.path)

    def check(self, event: yaml.Event) -> None:
        mark = _mark(event)
        if isinstance(event, yaml.AliasEvent):
            self.report(mark, self.way, f"an alias, {quoted('*' + str(event.anchor))}", "the text itself, written out")
        elif getattr(event, "anchor", None):
            found = quoted("&" + str(getattr(event, "anchor", "")))
            self.report(mark, self.way, f"an anchor, {found}", "the text without it; quote a text that begins with &")
        if tag := getattr(event, "tag", None):
            self.report(mark, self.way, f"a tag, {quoted(tag)}", "the text without it; quote a text that begins with !")
        if len(self.path) > DEEPEST:
            self.report(mark, "", "keys or lists nested more than 20 deep", "at most 20 levels")
            raise Refused


def _mark(event: yaml.Event) -> Mark:
    start = event.start_mark
    return Mark(start.line + 1, start.column + 1) if start else Mark(1, 1)
