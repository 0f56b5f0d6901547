"""One value as YAML text that is read back as the same value, here and by any editor."""

from __future__ import annotations

import re

PLAIN = r"[A-Za-z0-9][^\x00-\x1f\x7f]*"
LOOKS_LIKE_SOMETHING_ELSE = r"(?i)[-+]?[0-9][0-9_]*\.?[0-9]*(e[-+]?[0-9]+)?|0x[0-9a-f]+|0o[0-7]+|true|false|null"
"""A number or a truth value to an editor: such a text stands in quotation marks."""
CLASHES = re.compile(r": |:$| #| $")
BACKSLASHED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def scalar(value: str | float | bool) -> str:  # noqa: FBT001  # it is a value among others
    """Return a text, number or truth value as YAML on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    is_plain = re.fullmatch(PLAIN, value) and value.isprintable() and not CLASHES.search(value)
    if is_plain and not re.fullmatch(LOOKS_LIKE_SOMETHING_ELSE, value):
        return value
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(character: str) -> str:
    if character in BACKSLASHED:
        return BACKSLASHED[character]
    # Some of what is not printable may not stand in a YAML file at all, and none of it would be seen there.
    return character if character.isprintable() else f"\\U{ord(character):08x}"
