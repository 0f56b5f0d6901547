"""The query of a call: every parameter known, of its type, as often as it may come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from tests.fakes.google.discovery import snake
from tests.fakes.google.errors import invalid_fields

if TYPE_CHECKING:
    from tests.fakes.google.discovery import Method

TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def read_query(method: Method, text: str) -> dict[str, Any]:
    """Return the parameters by name; repeated ones as lists. Raises Refusal. Drive overlooks what it does not know."""
    found: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    for name, values in parse_qs(text, keep_blank_values=True).items():
        if name in method.parameters:
            found[name] = _read(name, method.parameters[name], values, wrong)
        elif method.api != "drive":
            sentence = (
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter.'
                f" Field '{name}' could not be found in request message."
            )
            wrong.append(("", sentence))
    if wrong:
        raise invalid_fields(wrong)
    return found


def _read(name: str, schema: dict[str, Any], values: list[str], wrong: list[tuple[str, str]]) -> Any:
    if schema.get("repeated"):
        return values
    text, kind = values[-1], schema.get("type")
    if kind == "boolean":
        if text.lower() not in TRUTHS:
            wrong.append((name, f"Invalid value at '{snake(name)}' (TYPE_BOOL), \"{text}\""))
        return TRUTHS.get(text.lower())
    if kind == "integer":
        if not text.removeprefix("-").isdecimal():
            wrong.append((name, f"Invalid value at '{snake(name)}' (TYPE_INT32), \"{text}\""))
            return None
        return int(text)
    if "enum" in schema and text not in schema["enum"] and not name.startswith("$"):
        wrong.append((name, f"Invalid value at '{snake(name)}' (TYPE_ENUM), \"{text}\""))
    return text
