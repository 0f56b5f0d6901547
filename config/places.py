"""From the way to a value, as the models know it, to its place in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.marked import Items, Keys, Scalar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.marked import Mark, Node

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
