"""The partial configuration: of each file what is valid, so that it can be checked against the other files.

A file with a mistake is not thrown away as a whole. `salvage` leaves out the wrong entries and gives a model of the
rest; the cross-checks (`config.checks`) then work on what is left, and one mistake does not hide the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from config.errors import Problem
from config.spelling import listed, nearest, quoted
from config.yaml_positions import MappingNode, SequenceNode, Step, entry_name, locate, to_plain_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic.fields import FieldInfo

    from config.schema import Alerts, Form, Google, Jobs, Measures, Packs, Programme, Retention, Sheet
    from config.yaml_positions import Node

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ConfigFile(Generic[M]):
    """One file: all that is written there (`tree`), and the part of it that is valid, as a tree and as a model.

    What the model lacks may only be wrong, and not absent: ask `lacks` or `is_complete` before concluding from it.
    """

    file: str
    tree: MappingNode
    valid_tree: MappingNode
    model: M

    def is_complete(self, group: str) -> bool:
        """Say whether every entry of a group (a key of the file) is valid."""
        names = _names_in_group(self.tree, group)
        return bool(names) and len(names) == len(_names_in_group(self.valid_tree, group))

    def has(self, *keys: str) -> bool:
        """Say whether each of these keys of the file can be used."""
        return all(getattr(self.model, key) is not None for key in keys)

    def lacks(self, group: str, name: str) -> bool:
        """Say whether a group surely has no entry of this name, not even a wrong one."""
        names = _names_in_group(self.tree, group)
        return bool(names) and "" not in names and name not in names

    def problem(self, steps: Sequence[Step], found: str, allowed: str, guess: str = "") -> Problem:
        """Return a problem with the value to which the steps lead."""
        location = locate(self.valid_tree, steps)
        position = location.position
        return Problem(self.file, position.line, position.column, location.key, found, allowed, guess)

    def key_problem(self, steps: Sequence[Step], found: str, allowed: str, guess: str = "") -> Problem:
        """Return a problem with the key to which the steps lead, and not with its value."""
        location = locate(self.valid_tree, steps)
        position = location.key_position
        return Problem(self.file, position.line, position.column, location.key, found, allowed, guess)

    def unknown_name(self, steps: Sequence[Step], name: str, what: str, known: Iterable[str]) -> Problem:
        """Return the problem that a value names something (a field, a phase…) that does not exist."""
        names = list(known)
        allowed = listed(names) if names else f"nothing yet: there is no {what}"
        return self.problem(steps, f"{quoted(name)}, which is no {what}", allowed, nearest(name, names))


@dataclass(frozen=True, slots=True)
class PartialConfiguration:
    """Every file that could be read. A form or sheet that is there but could not be read is in `unread`."""

    programme: ConfigFile[Programme] | None = None
    forms: dict[str, ConfigFile[Form]] = field(default_factory=dict)
    sheets: dict[str, ConfigFile[Sheet]] = field(default_factory=dict)
    measures: ConfigFile[Measures] | None = None
    packs: ConfigFile[Packs] | None = None
    jobs: ConfigFile[Jobs] | None = None
    google: ConfigFile[Google] | None = None
    alerts: ConfigFile[Alerts] | None = None
    retention: ConfigFile[Retention] | None = None
    unread: frozenset[str] = frozenset()

    @property
    def sources(self) -> dict[str, ConfigFile[Form] | ConfigFile[Sheet]]:
        """Forms and sheets by their key."""
        return {**self.forms, **self.sheets}


def salvage(model: type[M], tree: MappingNode) -> tuple[M, MappingNode, ValidationError | None]:
    """Return the model of what is valid in the tree, that part of the tree, and what is wrong with the whole.

    Where something is wrong, entries with a mistake are left out, and a key that cannot be read at all is empty or
    None in the model: so everything else can still be checked against the other files.
    """
    try:
        return model.model_validate(to_plain_data(tree)), tree, None
    except ValidationError as error:
        values: dict[str, Any] = {}
        nodes: dict[str, Node] = {}
        for name, info in model.model_fields.items():
            valid = _salvage_value(info, tree.children[name]) if name in tree.children else None
            if valid is not None:
                values[name], nodes[name] = valid
            elif info.is_required():
                kind = get_origin(info.annotation)
                values[name] = kind() if kind in {tuple, dict} else None
            else:
                values[name] = info.get_default(call_default_factory=True)
        return model.model_construct(**values), MappingNode(tree.position, nodes, tree.key_positions), error


def _salvage_value(info: FieldInfo, node: Node) -> tuple[Any, Node] | None:
    """Return the value of one key without its wrong entries, and its node likewise; None where nothing is left."""
    annotation: Any = Annotated[info.annotation, info]
    adapter = TypeAdapter[Any](annotation)
    while True:
        try:
            return adapter.validate_python(to_plain_data(node)), node
        except ValidationError as error:
            steps = [detail["loc"] for detail in error.errors(include_url=False)]
            wrong = {path[0] for path in steps if path}
            rest: Node
            if isinstance(node, SequenceNode):
                rest = SequenceNode(node.position, [c for place, c in enumerate(node.children) if place not in wrong])
            elif isinstance(node, MappingNode):
                children = {key: child for key, child in node.children.items() if key not in wrong}
                rest = MappingNode(node.position, children, node.key_positions)
            else:
                return None
            if () in steps or len(rest.children) == len(node.children):
                return None
            node = rest


def _names_in_group(tree: MappingNode, group: str) -> list[str]:
    """Return the names of the entries of a group (a key of the file); "" for an entry of a list that has none."""
    match node := tree.children.get(group):
        case MappingNode():
            return list(node.children)
        case SequenceNode():
            return [entry_name(item) for item in node.children]
    return []
