"""Error messages: each of pydantic's errors in plain English, with its position, what was found and what is allowed."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from config.errors import Problem
from config.schema import EMAIL_PATTERN, JOB_PATTERN, KEY_PATTERN, LINE_PATTERN
from config.schema.base import LONG_UNITS, RETENTION_ADVICE, SHORT_UNITS, describe_allowed_durations
from config.schema.jobs import EVERY_EXAMPLES, SCHEDULE_EXAMPLES
from config.spelling import listed, nearest, quoted
from config.yaml_positions import KEY_ITSELF, MappingNode, ScalarNode, SequenceNode, locate, to_plain_data

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

    from config.yaml_positions import Location, Node, Position, Step

MAX_EXPLAINED = 200
"""Of one file; more than that is one mistake many times over."""

A_GROUP = "a group of keys, each on a line of its own, indented alike"

ALLOWED_BY_PATTERN = {
    KEY_PATTERN: "lower-case letters, digits and underscores, beginning with a letter",
    JOB_PATTERN: "lower-case letters and hyphens, beginning with a letter",
    LINE_PATTERN: "one line of text, without line breaks or tabs",
    EMAIL_PATTERN: "one e-mail address, such as name@example.org",
}

ALLOWED_BY_ERROR = (
    (r"date_|day_form", "a day of the calendar as YYYY-MM-DD, such as 2022-03-31"),
    (r"time_", "a time of day as HH:MM, such as 07:00"),
    (r"int_", "a whole number"),
    (r"float_|finite_", "a number"),
    (r"bool_", "true or false"),
    (r"string_type|string_too_short", "words"),
    (r"(tuple|list)_type", "a list: each entry on a line of its own behind “- ”"),
    (r"(dict|model|model_attributes)_type", A_GROUP),
    (r"string_too_long", "at most {max_length} characters"),
    (r"too_short", "{min_length} or more"),
    (r"too_long", "at most {max_length}"),
    (r"greater_than_equal", "{ge} or more"),
    (r"greater_than", "more than {gt}"),
    (r"less_than_equal", "{le} or less"),
    (r"less_than", "less than {lt}"),
    (r"ends_before_start", "an end on the day of the start or later"),
    (r"short_duration", describe_allowed_durations(SHORT_UNITS)),
    (r"retention_form", RETENTION_ADVICE),
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
    """Return each error as a problem with its position; of several at one position the first."""
    problems: dict[tuple[int, int, str], Problem] = {}
    details = []
    for detail in error.errors(include_url=False):
        entries = getattr(locate(tree, detail["loc"]).node, "children", ())
        # A list may be too short only because an entry of it is wrong, which is reported by itself.
        if detail["type"] != "too_short" or len(entries) < detail["ctx"]["min_length"]:
            details.append(detail)
    for detail in details[:MAX_EXPLAINED]:
        position, key, found, allowed, guess = _explain(tree, model, detail)
        problem = Problem(file, position.line, position.column, key, found, allowed, guess)
        problems.setdefault((problem.line, problem.column, problem.key), problem)
    return list(problems.values())


def describe_node(node: Node | None) -> str:
    """Return what was found, in words; of a long text the beginning."""
    match node:
        case SequenceNode():
            return "a list"
        case MappingNode():
            return "a group of keys"
        case ScalarNode() if to_plain_data(node) is None:
            return "nothing"
        case ScalarNode():
            return quoted(node.text) if node.text.strip() else "an empty text"
    return "nothing"


def _explain(tree: Node, model: type[BaseModel], detail: ErrorDetails) -> tuple[Position, str, str, str, str]:
    """Return the position, the key, what was found, what is allowed, and the spelling that was probably meant."""
    kind, steps, context = detail["type"], detail["loc"], detail.get("ctx", {})
    location = locate(tree, [step for step in steps if step != KEY_ITSELF])
    if kind == "missing":
        return _explain_missing(locate(tree, steps[:-1]), model, steps)
    if kind == "extra_forbidden":
        keys, wrong = list(schema_at(model, steps[:-1]).get("properties", {})), str(steps[-1])
        found = f"{quoted(wrong)}, a key that is not known here"
        return location.key_position, location.key, found, listed(keys), nearest(wrong, keys)
    if kind == "union_tag_not_found":
        key = context["discriminator"].strip("'")
        types = listed(schema_at(model, steps).get("discriminator", {}).get("mapping", {}))
        return location.position, f"{location.key}.{key}", "nothing", f"a line “{key}: …”, one of {types}", ""
    choices = re.findall(r"'([^']*)'", str(context.get("expected") or context.get("expected_tags") or ""))
    allowed = _describe_allowed(model, detail, choices)
    if kind == "union_tag_invalid":
        tag = str(context["tag"])
        found, guess = quoted(tag), nearest(tag, choices)
        of_type = locate(location.node or tree, [context["discriminator"].strip("'")])
        return of_type.position, f"{location.key}.{of_type.key}", found, allowed, guess
    typed = location.node.text if isinstance(location.node, ScalarNode) else ""
    guess = nearest(typed, choices) or str(context.get("guess", ""))
    if KEY_ITSELF in steps:
        return location.key_position, location.key, quoted(location.path[-1]), allowed, guess
    return location.position, location.key, _describe_found(kind, context, location.node), allowed, guess


def _explain_missing(
    parent: Location, model: type[BaseModel], steps: tuple[Step, ...]
) -> tuple[Position, str, str, str, str]:
    last = steps[-1]
    if isinstance(last, int):
        wanted = schema_at(model, steps[:-1]).get("minItems", last + 1)
        node = parent.node
        found = f"a list of {len(node.children)}" if isinstance(node, SequenceNode) else describe_node(node)
        return parent.position, parent.key, found, f"exactly {wanted} entries", ""
    description = schema_at(model, steps).get("description", "")
    allowed = f"a line “{last}: …”, which is needed here"
    allowed += f" ({description.rstrip('.')})" if description else ""
    return parent.position, ".".join((*parent.path, last)), "nothing", allowed, ""


def _describe_found(kind: str, context: Mapping[str, Any], node: Node | None) -> str:
    match kind:
        case "too_short" | "too_long":
            length = len(node.children) if isinstance(node, SequenceNode | MappingNode) else 0
            return "1 entry" if length == 1 else f"{length} entries"
        case "ends_before_start":
            return "an end of {found}, before the start of {start}".format(**context)
        case "one_schedule":
            keys = [key for key in ("when", "every") if isinstance(node, MappingNode) and key in node.children]
            return " and ".join(keys) if keys else "neither when nor every"
    return describe_node(node)


def _describe_allowed(model: type[BaseModel], detail: ErrorDetails, choices: Sequence[str]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if choices:
        return listed(choices)
    if kind.startswith(("greater_than", "less_than")):
        schema = schema_at(model, detail["loc"])
        if {"minimum", "maximum"} <= schema.keys():  # both ends, not only the one that was passed
            return f"{schema['minimum']} to {schema['maximum']}"
    if kind == "string_pattern_mismatch":
        return ALLOWED_BY_PATTERN.get(context["pattern"], f"a text of the form {context['pattern']}")
    for beginning, allowed in ALLOWED_BY_ERROR:
        if re.match(beginning, kind):
            return allowed.format(**context)
    return detail["msg"]


Schema = dict[str, Any]


def schema_at(model: type[BaseModel], steps: Sequence[Step]) -> Schema:
    """Return the part of the model's JSON Schema to which the steps lead; empty where they lead out of it."""
    root = _schema_of(model)
    schema = _resolve(root, root)
    for step in steps:
        schema = _resolve(_child_schema(schema, step), root)
    return schema


@cache
def _schema_of(model: type[BaseModel]) -> Schema:
    return model.model_json_schema()


def _child_schema(schema: Schema, step: Step) -> Schema:
    if isinstance(step, int):
        each: list[Schema] = schema.get("prefixItems", [])
        return each[step] if step < len(each) else schema.get("items", {}) or {}
    mapping = schema.get("discriminator", {}).get("mapping", {})
    if step in mapping:
        return {"$ref": mapping[step]}
    if "oneOf" in schema:  # a name or an option: only the option has keys
        return next((branch for branch in schema["oneOf"] if "$ref" in branch), {})
    if step in schema.get("properties", {}):
        return schema["properties"][step]  # type: ignore[no-any-return]  # a JSON Schema holds JSON Schemas
    patterns = schema.get("patternProperties", {})
    return next(iter(patterns.values()), schema.get("additionalProperties") or {})


def _resolve(schema: Any, root: Schema) -> Schema:
    """Return what the schema refers to; of "this or nothing" (`X | None`) the schema of X."""
    if not isinstance(schema, dict):
        return {}
    if "$ref" in schema:
        referred: Schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
        return {**referred, **{key: value for key, value in schema.items() if key != "$ref"}}
    branches = [branch for branch in schema.get("anyOf", []) if branch.get("type") != "null"]
    if len(branches) != 1:
        return schema
    description = {key: schema[key] for key in ("description",) if key in schema}
    return _resolve({**branches[0], **description}, root)
