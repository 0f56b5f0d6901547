"""YAML text as a tree in which every key and value keeps its place.

Nothing is guessed from the look of an unquoted text: `No`, `12:30` and `1.10` stay the words that were typed, and
the model says what they mean. Aliases, anchors and tags are refused, so a small file can never grow large.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from config.errors import Problem
from config.spelling import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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


EXPLANATIONS = (
    (
        "mapping values are not allowed",
        "a second colon on the line, or a line that stands too far to the right",
        "one key to a line; put a text that holds a colon and a space in quotation marks",
    ),
    (
        "could not find expected ':'",
        "a line without a colon",
        "“key: value”, or an indented line that goes on with a text",
    ),
    (
        "unexpected end of stream",
        "a quotation mark that is never closed",
        "a closing quotation mark of the same sort",
    ),
    (
        "did not find expected ',' or",
        "a list or group in brackets that is never closed, or lacks a comma",
        "commas between the entries, and a closing bracket",
    ),
    (
        "did not find expected '-'",
        "a line among the entries of a list that does not begin with “- ”",
        "“- ” before each entry, all indented alike",
    ),
    (
        "did not find expected key",
        "a line indented otherwise than its neighbours, or a text after a closing quotation mark",
        "keys of one group indented alike; quotation marks round the whole text",
    ),
    (
        "block sequence entries are not allowed",
        "a “- ” on the line of its key",
        "the entries of a list each on a line of their own, below the key",
    ),
    (
        "unknown escape character",
        "a backslash inside double quotation marks",
        "single quotation marks round a text with a backslash",
    ),
    (
        "did not find expected <document start>",
        "a text where the file should have keys",
        "“key: value” on each line, with a space after the colon",
    ),
    (
        "did not find expected node content",
        "a bracket or comma that closes nothing",
        "a value; put a text that begins with a bracket in quotation marks",
    ),
    (
        "control characters are not allowed",
        "an invisible control character",
        "plain text; delete the character and type the line again",
    ),
    (
        "alphabetic or numeric character",
        "a value that begins with & or *",
        "quotation marks round a text that begins with one of these",
    ),
)
SPECIAL = "a text that begins with this sign stands in quotation marks"


def explain(error: yaml.YAMLError, text: str) -> tuple[int, int, str, str]:
    """Return the line and column (from 1) of what stopped the parser, what it found, and what is allowed."""
    line, column = _place(error, text)
    complaint = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    lines = text.splitlines()
    rest = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    if "cannot start any token" in complaint or "where an indentation space is expected" in complaint:
        if rest.startswith("\t"):
            return line, column, "a tab", "spaces only, two for each level"
        return line, column, f"a value that begins with {quoted(rest[:1])}", SPECIAL
    if "did not find expected node content" in complaint and not rest.strip():
        complaint = "did not find expected ',' or ']'"
    for part, found, allowed in EXPLANATIONS:
        if part in complaint:
            return line, column, found, allowed
    return line, column, f"something that is not YAML ({complaint.splitlines()[0]})", "keys, values and lists in YAML"


def _place(error: yaml.YAMLError, text: str) -> tuple[int, int]:
    context, problem = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    # An unclosed quotation mark or bracket is noticed at the end of the file: where it was opened helps more.
    mark = context if "end of stream" in str(error) or "or ']'" in str(error) or "or '}'" in str(error) else problem
    mark = mark or problem
    if mark is not None:
        return mark.line + 1, mark.column + 1
    before = text[: getattr(error, "position", 0) or 0]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


Step = str | int
KEY_ITSELF = "[key]"
"""pydantic's last step where a key itself is wrong, and not its value."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a way ends: the value's mark, its key's mark, the way in words, and the value if it is there."""

    mark: Mark
    key_mark: Mark
    way: tuple[str, ...]
    node: Node | None

    @property
    def key(self) -> str:
        """The way as a person reads it: `fields.hours_direct.minimum`; an entry without a name by its number."""
        return ".".join(self.way)


def find(tree: Node, steps: Sequence[Step]) -> Spot:
    """Return the deepest value on the way; a step that names only the sort of a model leads nowhere, and is passed."""
    spot = Spot(tree.mark, tree.mark, (), tree)
    passed = False
    for step in steps:
        if not passed and _names_sort(spot.node, step):
            passed = True
            continue
        further = _into(spot, step)
        if further is not None:
            spot, passed = further, False
    return spot


def _names_sort(node: Node | None, step: Step) -> bool:
    """Say whether the step is no key but the `type` of a field or the `kind` of a measure."""
    if not isinstance(node, Keys):
        return False
    sort = node.nodes.get("type") or node.nodes.get("kind")
    return isinstance(sort, Scalar) and sort.text == step


def _into(spot: Spot, step: Step) -> Spot | None:
    node = spot.node
    if isinstance(node, Keys) and isinstance(step, str) and step in node.nodes:
        child = node.nodes[step]
        return Spot(child.mark, node.marks[step], (*spot.way, step), child)
    if isinstance(node, Items) and isinstance(step, int) and step < len(node.nodes):
        child = node.nodes[step]
        return Spot(child.mark, child.mark, (*spot.way, name_of(child) or str(step + 1)), child)
    return None


def name_of(node: Node) -> str:
    """Return the name of an entry of a list; "" where it has none."""
    name = node.nodes.get("name") if isinstance(node, Keys) else None
    return name.text if isinstance(name, Scalar) else ""


@dataclass(frozen=True, slots=True)
class Written:
    """Each file by its name within the folder, as it is shown, with its tree; a line is looked for when it is asked.

    Two configurations that say the same are equal wherever they are written, so this is equal to any other.
    """

    files: Mapping[str, tuple[str, Keys]] = field(default_factory=dict, compare=False, repr=False)

    def place(self, file: str, *steps: Step) -> str:
        """Return the file and the line to which the steps lead, such as `config/crescendo/forms/pulse.yaml:31`.

        An entry of a list is named by its place from 0, its name or its words: `fields`, `ownership`, `question`.
        Where a step is not there, the place is the deepest that is; without the file, its name alone.
        """
        if file not in self.files:
            return file
        shown, tree = self.files[file]
        node: Node = tree
        line = 1
        for step in steps:
            spot = find(node, (_in_list(node, step),))
            if spot.node is None or not spot.way:
                break
            node, line = spot.node, spot.key_mark.line
        return f"{shown}:{line}"


def _in_list(node: Node, step: Step) -> Step:
    """Return the place of an entry that is named; anything else as it is."""
    if isinstance(node, Items) and isinstance(step, str):
        for place, item in enumerate(node.nodes):
            if step == (item.text if isinstance(item, Scalar) else name_of(item)):
                return place
    return step
