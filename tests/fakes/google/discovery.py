"""Google's discovery documents: which calls there are, what they take and what they give."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = {"sheets": "sheets.v4", "drive": "drive.v3", "forms": "forms.v1"}
OFFERED = {
    "sheets.spreadsheets.get", "sheets.spreadsheets.batchUpdate", "sheets.spreadsheets.values.get",
    "sheets.spreadsheets.values.batchGet", "sheets.spreadsheets.values.batchUpdate",
    "drive.files.get", "drive.permissions.list",
    "drive.files.watch", "drive.channels.stop",
    "forms.forms.get", "forms.forms.responses.list", "forms.forms.watches.list", "forms.forms.watches.create",
    "forms.forms.watches.renew", "forms.forms.watches.delete",
}  # fmt: skip
PROTO = {"integer": "TYPE_INT32", "boolean": "TYPE_BOOL", "string": "TYPE_STRING", "number": "TYPE_DOUBLE"}
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Method:
    """One call that the stand-in answers; `scopes` without their common beginning, `gives` "" where it is nothing."""

    id: str
    api: str
    verb: str
    path: re.Pattern[str]
    parameters: dict[str, Schema]
    takes: str
    gives: str
    scopes: frozenset[str]


class Document:
    """One API's document."""

    def __init__(self, api: str) -> None:
        place = files("googleapiclient.discovery_cache") / "documents" / f"{NAMES[api]}.json"
        self.api = api
        self._document: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        self.schemas: dict[str, Schema] = self._document["schemas"]
        self.title = str(self._document["title"])
        self.methods = [self._method(each) for each in _methods(self._document) if each["id"] in OFFERED]

    def _method(self, found: dict[str, Any]) -> Method:
        path = "/" + self._document["servicePath"] + found.get("flatPath", found["path"])
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)).replace(
            "<spreadsheetId>[^/]+", "<spreadsheetId>[^/:]+"
        )
        scopes = frozenset(each.rpartition("/")[2] for each in found["scopes"])
        parameters = {**self._document["parameters"], **found.get("parameters", {})}
        takes, gives = found.get("request", {}).get("$ref", ""), found.get("response", {}).get("$ref", "")
        return Method(found["id"], self.api, found["httpMethod"], re.compile(pattern), parameters, takes, gives, scopes)

    def wrong_in_request(self, name: str, body: object) -> list[tuple[str, str]]:
        """Return (field, Google's sentence) for whatever a request has that the schema has not."""
        return list(self._wrong({"$ref": name}, body, "", is_request=True))

    def wrong_in_answer(self, name: str, body: object) -> list[str]:
        """Return a sentence for whatever an answer has that the schema has not."""
        return [f"{name}: {text}" for _, text in self._wrong({"$ref": name}, body, "", is_request=False)]

    def unknown_field(self, name: str, mask: dict[str, Any]) -> str:
        """Return the path of the first field of a mask that the schema has not; "" if it has all."""
        return self._unknown({"$ref": name}, mask, "")

    def _unknown(self, schema: Schema, mask: dict[str, Any], above: str) -> str:
        schema = self._resolved(schema)
        schema = self._resolved(schema.get("items", schema))
        if "additionalProperties" in schema:
            return ""
        for field, below in mask.items():
            path = f"{above}{field}"
            if field != "*" and field not in schema.get("properties", {}):
                return path
            if field != "*" and below and (found := self._unknown(schema["properties"][field], below, f"{path}.")):
                return found
        return ""

    def _resolved(self, schema: Schema) -> Schema:
        return self.schemas[schema["$ref"]] if "$ref" in schema else schema

    def _wrong(self, schema: Schema, found: object, at: str, *, is_request: bool) -> Iterator[tuple[str, str]]:
        schema = self._resolved(schema)
        kind = schema.get("type")
        if kind == "any" or (found is None and is_request):
            return
        if isinstance(found, list) and kind != "array":
            above, _, name = at.rpartition(".")
            place = f" at '{above}'" if above else ""
            what = "Proto field is not repeating, cannot start list."
            yield above, f'Invalid JSON payload received. Unknown name "{name}"{place}: {what}'
            return
        if kind == "object":
            yield from self._wrong_object(schema, found, at, is_request=is_request)
        elif kind == "array":
            yield from self._wrong_array(schema, found, at, is_request=is_request)
        elif not _fits(schema, found, is_request=is_request):
            yield at, f"Invalid value at '{at}' ({PROTO.get(str(kind), kind)}), {json.dumps(found)}"

    def _wrong_object(self, schema: Schema, found: object, at: str, *, is_request: bool) -> Iterator[tuple[str, str]]:
        if not isinstance(found, dict):
            yield at, f"Invalid value at '{at}' (type.googleapis.com/{schema.get('id', 'object')}), {json.dumps(found)}"
            return
        properties, more = schema.get("properties", {}), schema.get("additionalProperties")
        for name, value in found.items():
            known = camel(name) if is_request else name
            below = f"{at}.{snake(name)}" if at else snake(name)
            if known in properties or more:
                yield from self._wrong(properties.get(known, more), value, below, is_request=is_request)
            else:
                place = f" at '{at}'" if at else ""
                yield at, f'Invalid JSON payload received. Unknown name "{name}"{place}: Cannot find field.'

    def _wrong_array(self, schema: Schema, found: object, at: str, *, is_request: bool) -> Iterator[tuple[str, str]]:
        items = self._resolved(schema["items"])
        is_grid = items.get("type") == "array" and items["items"].get("type") == "any"
        if items.get("type") == "any" and isinstance(found, list):
            return
        each_at = (
            [(each, f"{at}[{index}]") for index, each in enumerate(found)] if isinstance(found, list) else [(found, at)]
        )
        for each, below in each_at:
            if not is_grid:
                yield from self._wrong(items, each, below, is_request=is_request)
            elif not isinstance(each, list):
                kind = "type.googleapis.com/google.protobuf.ListValue"
                yield below, f"Invalid value at '{below}' ({kind}), {json.dumps(each)}"
        if not isinstance(found, list) and not is_grid:
            yield at, f"Invalid value at '{at}', {json.dumps(found)}"


def _fits(schema: Schema, found: object, *, is_request: bool) -> bool:
    kind = schema.get("type")
    if kind == "boolean":
        return isinstance(found, bool)
    if kind == "string":
        return isinstance(found, str) and ("enum" not in schema or found in schema["enum"])
    if is_request and isinstance(found, str):
        return bool(re.fullmatch(r"-?\d+(\.\d+)?", found))
    if isinstance(found, bool) or not isinstance(found, int | float):
        return False
    return kind == "number" or float(found).is_integer()


def _methods(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from found.get("methods", {}).values()
    for below in found.get("resources", {}).values():
        yield from _methods(below)


@cache
def snake(name: str) -> str:
    """Return a field's name as Google's messages write it."""
    return re.sub(r"(?<!^)([A-Z])", lambda found: "_" + found[1].lower(), name)


@cache
def camel(name: str) -> str:
    """Return a field's name as the schema has it; Google takes both spellings."""
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


@cache
def document(api: str) -> Document:
    """Return an API's document, read once."""
    return Document(api)


def find(verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """Return the call of that verb and (still percent-encoded) path with what the path names; None if not offered."""
    for api in NAMES:
        for method in document(api).methods:
            if method.verb == verb and (found := method.path.fullmatch(path)):
                return method, found.groupdict()
    return None
