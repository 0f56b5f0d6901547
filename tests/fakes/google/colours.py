"""Colours as Google keeps them: each twice (`xColor` and `xColorStyle`), in 255 steps, dark channels left out."""

from __future__ import annotations

import struct
from typing import Any

from tests.fakes.google import fields

STEPS = 255
NEARLY = 0.001


def put(target: dict[str, Any], given: dict[str, Any], path: tuple[str, ...]) -> None:
    """Set what the path names; of a colour that is kept twice, the other goes, to follow when all is settled."""
    fields.put(target, given, path)
    twin = _twin(path[-1])
    if twin:
        for name in path[:-1]:
            target = target[name]
        target.pop(twin, None)


def _twin(name: str) -> str:
    """Return the other name of a colour; "" of what is no colour, and of the colour within a style."""
    if name in {"rgbColor", "themeColor"}:
        return ""
    if name.endswith(("Color", "ColorStyle")) or name in {"color", "colorStyle"}:
        return name.removesuffix("Style") if name.endswith("Style") else f"{name}Style"
    return ""


def is_colour(name: str) -> bool:
    """Return whether this is a colour itself, of which nothing at all means black."""
    return name == "rgbColor" or (bool(_twin(name)) and not name.endswith("Style"))


def settled(found: Any) -> Any:
    """Return formats with every colour kept twice; where both are given, the style counts."""
    if isinstance(found, list):
        return [settled(each) for each in found]
    if not isinstance(found, dict):
        return found
    new = {name: settled(each) for name, each in found.items() if not _twin(name)}
    for name, each in found.items():
        twin = _twin(name)
        if twin and name.endswith("Style"):
            new |= _from_style(name, each)
        elif twin and twin not in found:
            new |= {name: _stepped(each), twin: {"rgbColor": _stepped(each)}}
    return new


def _from_style(name: str, style: dict[str, Any]) -> dict[str, Any]:
    if "rgbColor" in style:
        colour = _stepped(style["rgbColor"])
        return {name.removesuffix("Style"): colour, name: {"rgbColor": colour}}
    return {name: style} if style else {}


def _stepped(colour: dict[str, float]) -> dict[str, float]:
    steps = {name: int(value * STEPS + NEARLY) for name, value in colour.items()}
    return {name: _single(step / STEPS) for name, step in steps.items() if step}


def _single(value: float) -> float:
    """Return the shortest number that is the same in single precision."""
    exact = struct.pack("f", value)
    return next(
        short for short in (float(f"{value:.{digits}g}") for digits in range(1, 18)) if struct.pack("f", short) == exact
    )
