"""The part of a file that can be used although another part of it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from config.marked import Items, Keys, as_plain

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from config.marked import Node
    from config.places import Step

M = TypeVar("M", bound=BaseModel)


def read_soundly(model: type[M], tree: Keys) -> tuple[M, Keys, ValidationError | None]:
    """Return the model of what is sound in the tree, that part of the tree, and what is wrong with the whole.

    Where something is wrong, entries with a mistake are left out, and a key that cannot be read at all is empty or
    None in the model: so everything else can still be held against the other files.
    """
    try:
        return model.model_validate(as_plain(tree)), tree, None
    except ValidationError as error:
        values: dict[str, Any] = {}
        nodes: dict[str, Node] = {}
        for name, info in model.model_fields.items():
            sound = _sound_part(info, tree.nodes[name]) if name in tree.nodes else None
            if sound is not None:
                values[name], nodes[name] = sound
            else:
                values[name] = info.get_default(call_default_factory=True) if not info.is_required() else _empty(info)
        return model.model_construct(**values), Keys(tree.mark, nodes, tree.marks), error


def _sound_part(info: FieldInfo, node: Node) -> tuple[Any, Node] | None:
    """Return the value of one key without its wrong entries, and its node likewise; None where nothing is left."""
    kind: Any = Annotated[info.annotation, info]
    adapter = TypeAdapter[Any](kind)
    while True:
        try:
            return adapter.validate_python(as_plain(node)), node
        except ValidationError as error:
            steps = [detail["loc"] for detail in error.errors(include_url=False)]
            thinner = _thinned(node, {way[0] for way in steps if way})
            if () in steps or _size(thinner) == _size(node):
                return None
            node = thinner


def _empty(info: FieldInfo) -> Any:
    kind = get_origin(info.annotation)
    return kind() if kind in {tuple, dict} else None


def _size(node: Node) -> int:
    return len(node.nodes) if isinstance(node, Items | Keys) else 0


def _thinned(node: Node, gone: set[Step]) -> Node:
    if isinstance(node, Items):
        return Items(node.mark, [item for place, item in enumerate(node.nodes) if place not in gone])
    if isinstance(node, Keys):
        return Keys(node.mark, {key: value for key, value in node.nodes.items() if key not in gone}, node.marks)
    return node
