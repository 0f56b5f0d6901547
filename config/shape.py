"""What the models allow at a place, read from their JSON Schema: which keys, which sorts, how many entries."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

    from config.places import Step

Schema = dict[str, Any]


def shape_at(model: type[BaseModel], steps: Sequence[Step]) -> Schema:
    """Return the part of the model's schema to which the steps lead; empty where they lead out of it."""
    root = _schema_of(model)
    shape = _resolve(root, root)
    for step in steps:
        shape = _resolve(_into(shape, step), root)
    return shape


@cache
def _schema_of(model: type[BaseModel]) -> Schema:
    return model.model_json_schema()


def keys_of(shape: Schema) -> list[str]:
    """Return the keys that may stand here."""
    return list(shape.get("properties", {}))


def sorts_of(shape: Schema) -> list[str]:
    """Return what may stand behind the key that says which sort this is."""
    return list(shape.get("discriminator", {}).get("mapping", {}))


def _into(shape: Schema, step: Step) -> Schema:
    if isinstance(step, int):
        each: list[Schema] = shape.get("prefixItems", [])
        return each[step] if step < len(each) else shape.get("items", {}) or {}
    mapping = shape.get("discriminator", {}).get("mapping", {})
    if step in mapping:
        return {"$ref": mapping[step]}
    if "oneOf" in shape:  # a name or an option: only the option has keys
        return next((branch for branch in shape["oneOf"] if "$ref" in branch), {})
    if step in shape.get("properties", {}):
        return shape["properties"][step]  # type: ignore[no-any-return]  # a JSON Schema holds JSON Schemas
    patterns = shape.get("patternProperties", {})
    return next(iter(patterns.values()), shape.get("additionalProperties") or {})


def _resolve(shape: Any, root: Schema) -> Schema:
    """Return what the shape refers to, without the possibility of nothing."""
    if not isinstance(shape, dict):
        return {}
    if "$ref" in shape:
        return {**root["$defs"][shape["$ref"].rsplit("/", 1)[1]], **{k: v for k, v in shape.items() if k != "$ref"}}
    branches = [branch for branch in shape.get("anyOf", []) if branch.get("type") != "null"]
    return _resolve({**branches[0], **_about(shape)}, root) if len(branches) == 1 else shape


def _about(shape: Schema) -> Schema:
    return {key: shape[key] for key in ("description",) if key in shape}
