"""Where a value of the configuration is written, so that a sentence can name the line to change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from config.marked import Items, Scalar
from config.places import find, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.marked import Keys, Node
    from config.places import Step


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
