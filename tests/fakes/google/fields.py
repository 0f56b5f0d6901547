"""Field masks: `a,b.c,d(e,f/g)` and `*`, to choose parts of an answer and to say what an update sets."""

from __future__ import annotations

import re
from typing import Any

TOKEN = re.compile(r"[A-Za-z0-9_\-*$@]+|[.,()/]")

Mask = dict[str, Any]
"""A tree of names; an empty branch means everything below."""


def parse(text: str) -> Mask:
    """Return the tree of a mask. Raises ValueError where it cannot be read (white space counts as wrong)."""
    tokens = TOKEN.findall(text)
    if "".join(tokens) != text or not tokens:
        raise ValueError(text)
    tree, rest = _several(tokens)
    if rest:
        raise ValueError(text)
    return tree


def _several(tokens: list[str]) -> tuple[Mask, list[str]]:
    tree: Mask = {}
    while True:
        tokens = _one(tree, tokens)
        if not tokens or tokens[0] != ",":
            return tree, tokens
        tokens = tokens[1:]


def _one(tree: Mask, tokens: list[str]) -> list[str]:
    """Read one path into the tree; return the tokens behind it."""
    if not tokens or tokens[0] in ".,()/":
        raise ValueError(tokens)
    name, rest = tokens[0], tokens[1:]
    is_new = name not in tree
    branch = tree.setdefault(name, {})
    below: Mask = {}
    if rest and rest[0] in "./":
        rest = _one(below, rest[1:])
    elif rest and rest[0] == "(":
        below, rest = _several(rest[1:])
        if not rest or rest[0] != ")":
            raise ValueError(rest)
        rest = rest[1:]
    if not below:
        branch.clear()  # everything below is wanted
    elif is_new or branch:
        _merge(branch, below)
    return rest


def _merge(tree: Mask, other: Mask) -> None:
    for name, below in other.items():
        if name not in tree:
            tree[name] = below
        elif not below:
            tree[name].clear()
        elif tree[name]:
            _merge(tree[name], below)


def choose(mask: Mask, found: Any) -> Any:
    """Return the part of an answer that the mask names."""
    if not mask:
        return found
    if isinstance(found, list):
        return [choose(mask, each) for each in found]
    if not isinstance(found, dict):
        return found
    if "*" in mask:
        return {name: choose(mask["*"] or mask.get(name, {}), value) for name, value in found.items()}
    return {name: choose(mask[name], value) for name, value in found.items() if name in mask}


def leaves(mask: Mask, above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the paths that a mask ends in."""
    found: list[tuple[str, ...]] = []
    for name, below in mask.items():
        found += leaves(below, (*above, name)) if below else [(*above, name)]
    return found


def put(target: dict[str, Any], given: dict[str, Any], path: tuple[str, ...]) -> None:
    """Set in `target` what `given` has at the path; what it has not is taken away."""
    *above, last = path
    for name in above:
        given = given.get(name) or {}
        target = target.setdefault(name, {})
    if last in given:
        target[last] = given[last]
    else:
        target.pop(last, None)


def has(found: dict[str, Any], path: tuple[str, ...]) -> bool:
    """Return whether the path leads to something."""
    for name in path:
        if not isinstance(found, dict) or name not in found:
            return False
        found = found[name]
    return True
