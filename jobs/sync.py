"""sync: forms and sheets into landing. Corrections first, so that nothing a person typed can be overwritten."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.errors import SourceError
from integration.landing import check_shrink, drift, missing_columns
from integration.model import Landed
from jobs.corrections import take_up_corrections
from jobs.flow import remember_questions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from config.schema import Sheet
    from integration.model import SheetReading
    from integration.wiring import Service


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did: new responses by form, sheets that changed, what to know, what could not be read."""

    new: dict[str, int]
    changed: tuple[str, ...]
    corrections: int
    notices: tuple[str, ...]
    errors: tuple[str, ...]

    def in_words(self) -> str:
        """Return what was new, in a sentence."""
        parts = [f"{count} new in {source}" for source, count in self.new.items() if count]
        if self.changed:
            parts.append(f"changed: {', '.join(self.changed)}")
        if self.corrections:
            parts.append(
                "1 correction taken up" if self.corrections == 1 else f"{self.corrections} corrections taken up"
            )
        return ", ".join(parts) if parts else "nothing new"


def sync(service: Service, *, tell: Callable[[str], None], accept_shrink: Sequence[str] = ()) -> Synced:
    """Read every source; what is sound lands, and what is not is one sentence a source.

    `accept_shrink` names the sheets of which a person has confirmed that they really became smaller.
    """
    corrections = take_up_corrections(service)
    new: dict[str, int] = {}
    notices: list[str] = []
    errors: list[str] = []
    changed: list[str] = []
    for source in service.settings.forms:
        tell(source)
        try:
            new[source] = _sync_form(service, source).new
        except SourceError as error:
            errors.append(str(error))
        notices += json.loads(service.store.recall(f"notices.{source}") or "[]")
    for spreadsheet, sheets in _by_spreadsheet(service):
        tell(spreadsheet)
        try:
            for source, differs, told in _sync_spreadsheet(service, spreadsheet, sheets, accept_shrink):
                changed += [source] if differs else []
                notices += told
        except SourceError as error:
            errors.append(str(error))
    return Synced(new, tuple(changed), corrections, tuple(notices), tuple(errors))


def _sync_form(service: Service, source: str) -> Landed:
    fingerprint = service.source.form_fingerprint(source)
    if fingerprint and service.store.recall(f"fingerprint.{source}") == fingerprint:
        return Landed(new=0, duplicates=0)
    reading = service.source.read_form(source)
    landed = service.store.land_responses(source, reading.responses, received_at=service.clock.now())
    remember_questions(service, source, reading.questions)
    differences = drift(service.settings.forms[source], reading.questions) if reading.questions else ()
    notices = [*reading.notices, *(f"forms/{source}.yaml: {sentence}" for sentence in differences)]
    service.store.remember(f"notices.{source}", json.dumps(notices, ensure_ascii=False))
    service.store.remember(f"fingerprint.{source}", fingerprint)
    return landed


def _sync_spreadsheet(
    service: Service, spreadsheet: str, sheets: dict[str, Sheet], accept_shrink: Sequence[str]
) -> Iterator[tuple[str, bool, list[str]]]:
    readings = service.source.read_sheets(spreadsheet, [sheet.tab for sheet in sheets.values()])
    told = {
        source: _check(service, source, sheet, readings.get(sheet.tab), accept_shrink)
        for source, sheet in sheets.items()
    }
    for source, sheet in sheets.items():
        differs = service.store.land_sheet(source, readings[sheet.tab], received_at=service.clock.now())
        yield source, differs, told[source]


def _check(
    service: Service, source: str, sheet: Sheet, reading: SheetReading | None, accept_shrink: Sequence[str]
) -> list[str]:
    """Return what a person should know of the reading; raises SourceError where nothing may rest on it."""
    where = f"{source} (tab “{sheet.tab}” of {sheet.spreadsheet})"
    if reading is None or not reading.rows:
        raise SourceError(
            f"{where}: there is no such tab, or it is empty; put it back, or change sheets/{source}.yaml."
        )
    headings = missing_columns(sheet, reading.rows[0])
    if headings.error:
        raise SourceError(f"{where}: {headings.error}")
    shrunk = check_shrink(service.store.newest_sheet(source), reading, sheet.shrink_share)
    if shrunk and source not in accept_shrink:
        raise SourceError(f"{where}: {shrunk} To confirm: run sync --accept-shrink {source}")
    return [f"{where}: {notice}" for notice in headings.notices]


def _by_spreadsheet(service: Service) -> Iterator[tuple[str, dict[str, Sheet]]]:
    names = dict.fromkeys(sheet.spreadsheet for sheet in service.settings.sheets.values())
    for name in names:
        yield name, {key: sheet for key, sheet in service.settings.sheets.items() if sheet.spreadsheet == name}
