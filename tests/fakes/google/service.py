"""From a request to its answer: authentication, permission, checks, faults, and the method called."""

from __future__ import annotations

import json
import time
import traceback
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from tests.fakes.google import errors, fields, query
from tests.fakes.google.account import CERTIFICATES_PATH, PROJECT_NUMBER
from tests.fakes.google.discovery import Document, Method, camel, document, find
from tests.fakes.google.drive import in_its_envelope
from tests.fakes.google.errors import Refusal
from tests.fakes.google.faults import CUTS, REFUSING, TOKEN_SERVICE, Fault, refused
from tests.fakes.google.methods import METHODS, USUAL_FIELDS, Asked
from tests.fakes.google.push_tokens import CERTS_PATH

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.google.call_log import Call
    from tests.fakes.google.state import State

SERVICES = {api: f"{api}.googleapis.com" for api in ("sheets", "drive", "forms")}
TOKEN_PATH = "/token"  # noqa: S105  # an address


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: `cut` names the fault that keeps it from arriving whole, `cache` for how long it may be kept."""

    status: int
    content: bytes
    is_json: bool = True
    cut: str = ""
    cache: str = "private"


def answer(state: State, call: Call, *, authorization: str, raw: bytes, address: str) -> Answer:
    """Answer one call, and write down what became of it."""
    found = find(call.method, call.path)
    asks_for_keys = call.method == "GET" and call.path.startswith(CERTIFICATES_PATH)
    asks_for_signers = call.method == "GET" and call.path == CERTS_PATH
    is_token = call.method == "POST" and call.path == TOKEN_PATH
    if found:
        call.kind, call.name = found[0].api, found[0].id  # type: ignore[assignment]  # one of the three
    elif is_token:
        call.kind, call.name = "token", "token"
    elif asks_for_keys or asks_for_signers:
        call.kind, call.name = "keys", "keys"
    with state.lock:
        state.calls.append(call)
        fault = state.faults.draw(call)
    call.fault = fault.name if fault else ""
    time.sleep(state.latency_seconds)
    if fault and fault.name == "slow":
        time.sleep(fault.seconds)
    if fault and fault.name == "reset":
        return Answer(0, b"", cut="reset")
    _let_things_happen(state, call)
    with state.lock:
        made = _answered(state, call, fault, lambda: (
            state.tokens.give(parse_qs(raw.decode("latin-1")), address + TOKEN_PATH) if is_token
            else state.keys.listed(unquote(call.path.removeprefix(CERTIFICATES_PATH))) if asks_for_keys
            else state.signers.listed() if asks_for_signers
            else _done(state, call, found, authorization, raw)
        ))  # fmt: skip
    if asks_for_signers:
        made = replace(made, cache=state.signers.cache)
    call.status = 0 if made.cut else made.status
    call.response_bytes = len(made.content)
    return made


def _let_things_happen(state: State, call: Call) -> None:
    """Do what was to happen just before such a call."""
    with state.lock:
        due = [each for each in state.meanwhile if each.on(call)]
        for each in due:
            state.meanwhile.remove(each)
    for each in due:
        each.action()


def _answered(state: State, call: Call, fault: Fault | None, do: Callable[[], dict[str, Any] | None]) -> Answer:
    service = SERVICES.get(call.kind, TOKEN_SERVICE)
    try:
        body: Any = _done_or_refused(fault, do, service, reads=call.reads)
        status = 200
    except Refusal as refusal:
        status, body = refusal.status, refusal.body
    except AssertionError as error:
        state.violations.append(f"{call.method} {call.path}: {error}")
        status, body = 400, errors.invalid(f"The stand-in refuses: {error}").body
    except Exception:  # noqa: BLE001  # a fault of the stand-in itself must fail the test, not hang it
        state.violations.append(f"{call.method} {call.path}: {traceback.format_exc()}")
        status, body = 500, errors.refusal(500, "Internal error encountered.").body
    cut = fault.name if fault and fault.name in CUTS else ""
    if body is None:
        return Answer(204, b"", is_json=False, cut=cut)
    if isinstance(body, str):
        return Answer(status, body.encode(), is_json=False, cut=cut)
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    if fault and fault.name == "half-json":
        content = content[: len(content) // 2]
    return Answer(status, content, cut=cut)


def _done_or_refused(
    fault: Fault | None, do: Callable[[], dict[str, Any] | None], service: str, *, reads: bool
) -> dict[str, Any] | None:
    if fault and fault.name in REFUSING:
        raise refused(fault.name, service, reads=reads)
    body = do()
    if fault and fault.name.endswith("-applied"):
        raise refused(fault.name, service, reads=reads)
    return body


def _done(
    state: State, call: Call, found: tuple[Method, dict[str, str]] | None, authorization: str, raw: bytes
) -> dict[str, Any] | None:
    if not found:
        raise errors.no_such_page()
    method, named = found
    api = document(method.api)
    try:
        by = _let_in(state, api, method, authorization)
        for quota in state.quotas.values():
            quota.count(call, SERVICES[method.api])
    except Refusal as refusal:
        raise in_its_envelope(refusal) if method.api == "drive" else refusal from None
    asked = query.read_query(method, call.query)
    mask = _mask(api, method, asked.get("fields"))
    body = _body(api, method, raw)
    call.body = body
    whole = METHODS[method.id](
        state, Asked(by, {name: unquote(value) for name, value in named.items()}, asked, body, call)
    )
    if method.verb == "GET":
        call.applied = True
    if whole is None:
        return None
    if state.checks_answers:
        state.violations += api.wrong_in_answer(method.gives, whole)
    return fields.choose(mask, whole)  # type: ignore[no-any-return]  # a mask of an object gives an object


def _let_in(state: State, api: Document, method: Method, authorization: str) -> str:
    """Return the e-mail address of whoever calls. Raises Refusal."""
    kind, _, text = authorization.partition(" ")
    if kind.lower() != "bearer" or not text:
        raise errors.unauthenticated(SERVICES[method.api], method.id, given=False)
    token = state.tokens.known(text)
    if token is None:
        raise errors.unauthenticated(SERVICES[method.api], method.id, given=True)
    if method.api in state.disabled:
        raise errors.api_disabled(SERVICES[method.api], api.title, PROJECT_NUMBER)
    if not token.scopes & method.scopes:
        raise errors.scope_too_narrow(SERVICES[method.api], method.id)
    return token.email


def _mask(api: Document, method: Method, text: str | None) -> fields.Mask:
    text = text or USUAL_FIELDS.get(method.id, "")
    if not text:
        return {}
    if method.api == "drive":
        text = text.replace(" ", "")  # Drive allows spaces, Sheets does not
    try:
        mask = fields.parse(text)
        unknown = api.unknown_field(method.gives, mask)
    except ValueError:
        mask, unknown = {}, text
    if not unknown:
        return mask
    if method.api == "drive":
        raise errors.drive_refusal(400, "invalidParameter", f"Invalid field selection {unknown}", at="fields")
    sentence = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{unknown}'."
    raise errors.invalid_fields([(unknown, sentence)], "Request contains an invalid argument.")


def _body(api: Document, method: Method, raw: bytes) -> dict[str, Any]:
    if not method.takes:
        return {}
    try:
        body = json.loads(raw or b"{}", parse_constant=_refuse_constant)
        if b"\\ud" in raw:
            json.dumps(body, ensure_ascii=False).encode()  # half of a pair is no text
    except ValueError:
        raise errors.invalid_fields([("", "Invalid JSON payload received. Expected a value.")]) from None
    if wrong := api.wrong_in_request(method.takes, body):
        raise errors.invalid_fields(wrong)
    return _in_camel(body)  # type: ignore[no-any-return]  # the schema says that it is an object


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _in_camel(found: Any) -> Any:
    """Return a body with its fields spelled as in the schema, and without those that are null."""
    if isinstance(found, dict):
        return {camel(name): _in_camel(each) for name, each in found.items() if each is not None}
    if isinstance(found, list) and found and isinstance(found[0], dict):
        return [_in_camel(each) for each in found]
    return found
