"""What pydantic complains of, said in plain English: what was found, what is allowed, and where."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from config.errors import Problem
from config.positions import KEY_ITSELF, Items, Keys, Scalar, as_plain, find
from config.schema import EMAIL_PATTERN, JOB_PATTERN, KEY_PATTERN, LINE_PATTERN
from config.schema.base import LONG_UNITS, SHORT_UNITS, describe_allowed_durations
from config.schema.jobs import EVERY_EXAMPLES, SCHEDULE_EXAMPLES
from config.schema.retention import ALLOWED as ALLOWED_KEEP
from config.spelling import listed, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

    from config.positions import Node, Spot, Step

MOST_EXPLAINED = 200
"""Of one file; more than that is one mistake many times over."""

A_DAY = "a day of the calendar as YYYY-MM-DD, such as 2022-03-31"
A_TIME = "a time of day as HH:MM, such as 07:00"
A_LIST = "a list: each entry on a line of its own behind “- ”"
A_GROUP = "a group of keys, each on a line of its own, indented alike"
TRUE_FALSE = "true or false"

PATTERNS = {
    KEY_PATTERN: "lower-case letters, digits and underscores, beginning with a letter",
    JOB_PATTERN: "lower-case letters and hyphens, beginning with a letter",
    LINE_PATTERN: "one line of text, without line breaks or tabs",
    EMAIL_PATTERN: "one e-mail address, such as name@example.org",
}

KINDS = (
    (r"date_|day_form", A_DAY),
    (r"time_", A_TIME),
    (r"int_", "a whole number"),
    (r"float_|finite_", "a number"),
    (r"bool_", TRUE_FALSE),
    (r"string_type|string_too_short", "words"),
    (r"(tuple|list)_type", A_LIST),
    (r"(dict|model|model_attributes)_type", A_GROUP),
    (r"string_too_long", "at most {max_length} characters"),
    (r"greater_than_equal", "{ge} or more"),
    (r"greater_than", "more than {gt}"),
    (r"less_than_equal", "{le} or less"),
    (r"less_than", "less than {lt}"),
    (r"short_duration", describe_allowed_durations(SHORT_UNITS)),
    (r"keep_form", ALLOWED_KEEP),
    (r"long_duration", describe_allowed_durations(LONG_UNITS)),
    (r"when_form", f"a schedule such as {'; '.join(SCHEDULE_EXAMPLES)}"),
    (
        r"every_form",
        f"what goes on after “every”, such as {'; '.join(EVERY_EXAMPLES)}; for other schedules say “when: …”",
    ),
    (r"one_schedule", "either a line “when: …” or a line “every: …”"),
)
"""What is allowed, by the beginning of the name of pydantic's error."""


def explain_errors(file: str, tree: Node, model: type[BaseModel], error: ValidationError) -> list[Problem]:
    """Return each error as a problem with its place; of several at one place the first."""
    problems: dict[tuple[int, int, str], Problem] = {}
    details = [detail for detail in error.errors(include_url=False) if not _only_follows(tree, detail)]
    for detail in details[:MOST_EXPLAINED]:
        problem = _explain(file, tree, model, detail)
        problems.setdefault((problem.line, problem.column, problem.key), problem)
    return list(problems.values())


def describe(node: Node | None) -> str:
    """Return what was found, in words; of a long text the beginning."""
    match node:
        case Items():
            return "a list"
        case Keys():
            return "a group of keys"
        case Scalar() if as_plain(node) is None:
            return "nothing"
        case Scalar():
            return quoted(node.text) if node.text.strip() else "an empty text"
    return "nothing"


def _explain(file: str, tree: Node, model: type[BaseModel], detail: ErrorDetails) -> Problem:
    kind, steps = detail["type"], detail["loc"]
    if kind == "missing":
        return _missing(file, tree, model, steps)
    spot = find(tree, [step for step in steps if step != KEY_ITSELF])
    if kind == "extra_forbidden":
        return _unknown_key(file, model, spot, steps)
    if kind == "union_tag_not_found":
        return _no_sort(file, model, spot, detail)
    if KEY_ITSELF in steps:
        found, mark = quoted(spot.way[-1]), spot.key_mark
    else:
        found, mark = _found(detail, spot), spot.mark
    choices = _choices(detail)
    allowed = listed(choices) if choices else _range(model, detail) or _allowed(detail)
    guess = nearest(_tag(detail, spot), choices) or str(_context(detail).get("guess", ""))
    if kind == "union_tag_invalid":
        sort = find(spot.node or tree, [str(_context(detail)["discriminator"]).strip("'")])
        return Problem(file, sort.mark.line, sort.mark.column, f"{spot.key}.{sort.key}", found, allowed, guess)
    return Problem(file, mark.line, mark.column, spot.key, found, allowed, guess)


def _missing(file: str, tree: Node, model: type[BaseModel], steps: tuple[str | int, ...]) -> Problem:
    spot, last = find(tree, steps[:-1]), steps[-1]
    if isinstance(last, int):
        wanted = shape_at(model, steps[:-1]).get("minItems", last + 1)
        found = f"a list of {len(spot.node.nodes)}" if isinstance(spot.node, Items) else describe(spot.node)
        return Problem(file, spot.mark.line, spot.mark.column, spot.key, found, f"exactly {wanted} entries")
    about = shape_at(model, steps).get("description", "")
    allowed = f"a line “{last}: …”, which is needed here" + (f" ({about.rstrip('.')})" if about else "")
    key = ".".join((*spot.way, last))
    return Problem(file, spot.mark.line, spot.mark.column, key, "nothing", allowed)


def _unknown_key(file: str, model: type[BaseModel], spot: Spot, steps: tuple[str | int, ...]) -> Problem:
    keys, wrong, mark = keys_of(shape_at(model, steps[:-1])), str(steps[-1]), spot.key_mark
    found = f"{quoted(wrong)}, a key that is not known here"
    return Problem(file, mark.line, mark.column, spot.key, found, listed(keys), nearest(wrong, keys))


def _no_sort(file: str, model: type[BaseModel], spot: Spot, detail: ErrorDetails) -> Problem:
    key = str(_context(detail)["discriminator"]).strip("'")
    sorts = listed(sorts_of(shape_at(model, detail["loc"])))
    mark = spot.mark
    return Problem(file, mark.line, mark.column, f"{spot.key}.{key}", "nothing", f"a line “{key}: …”, one of {sorts}")


def _found(detail: ErrorDetails, spot: Spot) -> str:
    match detail["type"]:
        case "too_short" | "too_long":
            length = len(spot.node.nodes) if isinstance(spot.node, Items | Keys) else 0
            return "1 entry" if length == 1 else f"{length} entries"
        case "union_tag_invalid":
            return quoted(str(_context(detail)["tag"]))
        case "ends_before_start":
            return "an end of {found}, before the start of {start}".format(**_context(detail))
        case "one_schedule":
            keys = [key for key in ("when", "every") if key in getattr(spot.node, "nodes", {})]
            return " and ".join(keys) if keys else "neither when nor every"
    return describe(spot.node)


def _allowed(detail: ErrorDetails) -> str:
    kind, context = detail["type"], _context(detail)
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(context["pattern"], f"a text of the form {context['pattern']}")
    if kind == "too_short":
        return f"{context['min_length']} or more"
    if kind == "too_long":
        return f"at most {context['max_length']}"
    if kind == "ends_before_start":
        return "an end on the day of the start or later"
    for beginning, allowed in KINDS:
        if re.match(beginning, kind):
            return allowed.format(**context)
    return detail["msg"]


def _range(model: type[BaseModel], detail: ErrorDetails) -> str:
    """Return both ends, where a number lies outside a range; "" where it is open, or nothing of the kind."""
    if not detail["type"].startswith(("greater_than", "less_than")):
        return ""
    shape = shape_at(model, detail["loc"])
    return f"{shape['minimum']} to {shape['maximum']}" if {"minimum", "maximum"} <= shape.keys() else ""


def _only_follows(tree: Node, detail: ErrorDetails) -> bool:
    """Say whether a list is too short only because an entry of it is wrong, which is reported by itself."""
    node = find(tree, detail["loc"]).node
    return (
        detail["type"] == "too_short"
        and isinstance(node, Items | Keys)
        and len(node.nodes) >= _context(detail)["min_length"]
    )


def _choices(detail: ErrorDetails) -> list[str]:
    """Return the closed set from which one was to be chosen; empty where there is none."""
    context = _context(detail)
    return re.findall(r"'([^']*)'", str(context.get("expected") or context.get("expected_tags") or ""))


def _tag(detail: ErrorDetails, spot: Spot) -> str:
    if detail["type"] == "union_tag_invalid":
        return str(_context(detail)["tag"])
    return spot.node.text if isinstance(spot.node, Scalar) else ""


def _context(detail: ErrorDetails) -> Mapping[str, Any]:
    return detail.get("ctx", {})


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
