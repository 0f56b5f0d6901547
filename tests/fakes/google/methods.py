"""What each call does: one function a call, from what was asked to the whole answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.google import batch, channels, drive, fields, forms, values, watches
from tests.fakes.google.sharing import File, allowed
from tests.fakes.google.spreadsheet_resource import described

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.google.call_log import Call
    from tests.fakes.google.state import State


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that was let in: by whom, with what."""

    by: str
    named: dict[str, str]
    query: dict[str, Any]
    body: dict[str, Any]
    call: Call


def get_spreadsheet(state: State, asked: Asked) -> dict[str, Any]:
    spreadsheet_id = asked.named["spreadsheetId"]
    allowed(state.files, spreadsheet_id, asked.by, to_write=False)
    text = asked.query.get("fields")
    with_cells = _names_cells(fields.parse(text)) if text else bool(asked.query.get("includeGridData"))
    return described(state.spreadsheets[spreadsheet_id], ranges=asked.query.get("ranges", []), with_cells=with_cells)


def _names_cells(mask: fields.Mask) -> bool:
    """Return whether a mask wants the cells; where there is a mask, includeGridData says nothing."""
    if "*" in mask:
        return True
    return "sheets" in mask and (not mask["sheets"] or bool({"data", "*"} & set(mask["sheets"])))


def get_values(state: State, asked: Asked) -> dict[str, Any]:
    spreadsheet_id = asked.named["spreadsheetId"]
    allowed(state.files, spreadsheet_id, asked.by, to_write=False)
    return values.read(state.spreadsheets[spreadsheet_id], asked.named["range"], values.Reading.of(asked.query))


def batch_get_values(state: State, asked: Asked) -> dict[str, Any]:
    spreadsheet_id = asked.named["spreadsheetId"]
    allowed(state.files, spreadsheet_id, asked.by, to_write=False)
    spreadsheet, reading = state.spreadsheets[spreadsheet_id], values.Reading.of(asked.query)
    found = [values.read(spreadsheet, text, reading) for text in asked.query.get("ranges", [])]
    return {"spreadsheetId": spreadsheet_id, **({"valueRanges": found} if found else {})}


def batch_update_values(state: State, asked: Asked) -> dict[str, Any]:
    return _written(state, asked, values.write)


def batch_update(state: State, asked: Asked) -> dict[str, Any]:
    return _written(state, asked, batch.update)


def _written(state: State, asked: Asked, write: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Write on a copy and put it in place only when everything went well; tell those who watch."""
    spreadsheet_id = asked.named["spreadsheetId"]
    file: File = allowed(state.files, spreadsheet_id, asked.by, to_write=True)
    spreadsheet = state.spreadsheets[spreadsheet_id]
    copy = spreadsheet.copy()
    answer = write(copy, asked.body, by=asked.by)
    spreadsheet.become(copy)
    file.name = spreadsheet.title
    file.touch(state.clock.tick(), asked.by)
    asked.call.applied = True
    for watch in state.watches:
        if watch.spreadsheet_id == spreadsheet_id:
            watch.observe(spreadsheet, asked.call)
    return answer


def get_file(state: State, asked: Asked) -> dict[str, Any]:
    return drive.file(drive.find(state.files, asked.named["fileId"], asked.by), asked.by)


def list_permissions(state: State, asked: Asked) -> dict[str, Any]:
    return drive.permissions(drive.find(state.files, asked.named["fileId"], asked.by), asked.by)


def get_form(state: State, asked: Asked) -> dict[str, Any]:
    allowed(state.files, asked.named["formId"], asked.by, to_write=False)
    return forms.form(state.forms[asked.named["formId"]])


def list_responses(state: State, asked: Asked) -> dict[str, Any]:
    allowed(state.files, asked.named["formId"], asked.by, to_write=False)
    return state.pages.page(state.forms[asked.named["formId"]], asked.query)


def list_watches(state: State, asked: Asked) -> dict[str, Any]:
    return watches.listed(_watched(state, asked), state.clock.now())


def create_watch(state: State, asked: Asked) -> dict[str, Any]:
    made = watches.made(_watched(state, asked), asked.body, state.clock.now(), state.topics, state.chance)
    asked.call.applied = True
    return made


def renew_watch(state: State, asked: Asked) -> dict[str, Any]:
    renewed = watches.renewed(_watched(state, asked), asked.named["watchId"], state.clock.now())
    asked.call.applied = True
    return renewed


def delete_watch(state: State, asked: Asked) -> dict[str, Any]:
    watches.delete(_watched(state, asked), asked.named["watchId"], state.clock.now())
    asked.call.applied = True
    return {}


def _watched(state: State, asked: Asked) -> forms.Form:
    allowed(state.files, asked.named["formId"], asked.by, to_write=False)
    return state.forms[asked.named["formId"]]


def watch_file(state: State, asked: Asked) -> dict[str, Any]:
    file = drive.find(state.files, asked.named["fileId"], asked.by)
    opened = channels.opened(state.channels, file.id, asked.body, by=asked.by, now=state.clock.now())
    asked.call.applied = True
    return opened


def stop_channel(state: State, asked: Asked) -> None:
    channels.stop(state.channels, asked.body, by=asked.by, now=state.clock.now())
    asked.call.applied = True


METHODS: dict[str, Callable[[State, Asked], dict[str, Any] | None]] = {
    "sheets.spreadsheets.get": get_spreadsheet,
    "sheets.spreadsheets.batchUpdate": batch_update,
    "sheets.spreadsheets.values.get": get_values,
    "sheets.spreadsheets.values.batchGet": batch_get_values,
    "sheets.spreadsheets.values.batchUpdate": batch_update_values,
    "drive.files.get": get_file,
    "drive.permissions.list": list_permissions,
    "drive.files.watch": watch_file,
    "drive.channels.stop": stop_channel,
    "forms.forms.get": get_form,
    "forms.forms.responses.list": list_responses,
    "forms.forms.watches.list": list_watches,
    "forms.forms.watches.create": create_watch,
    "forms.forms.watches.renew": renew_watch,
    "forms.forms.watches.delete": delete_watch,
}

USUAL_FIELDS = {"drive.files.get": drive.USUAL_FILE, "drive.permissions.list": drive.USUAL_PERMISSIONS}
"""What is answered where `fields` says nothing; elsewhere it is everything."""
