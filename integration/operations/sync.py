"""sync: forms and sheets into landing. Corrections first, so that nothing a person typed can be overwritten."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from integration.errors import SINGLE_SOURCE_ERRORS, CrescendoError, SourceError, SourcesUnreadError
from integration.landing import (
    check_headings,
    check_missing_responses,
    check_sheet_size,
    describe_form_changes,
    describe_renamed_tab,
    encode_rewordings,
    find_rewordings,
    is_another_form,
    merge_known_questions,
    restore_lost_columns,
)
from integration.model import SYNC_CORRECTIONS, Correction, LandingResult, name_form_shard, name_spreadsheet_shard
from integration.operations.job_runs import shard_of, today
from integration.operations.pipeline import known_questions, known_rewordings, remember_questions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from config.schema import Sheet
    from integration.model import FormReading, Question, SheetReading
    from integration.wiring import Service


KEY_CHANGED = (
    "The key of the codes' hash is another one than before (PSEUDONYM_KEY or keys.json): every figure stays, but every "
    "code in the tabs has changed."
)


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a sync did: new responses by form, sheets that changed, what to know, what could not be read."""

    new: dict[str, int]
    changed: tuple[str, ...]
    corrections: int
    notices: tuple[str, ...]
    errors: tuple[CrescendoError, ...]

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


def sync(
    service: Service, *, on_step: Callable[[str], None], accept_shrink: Sequence[str] = (), shard: str = ""
) -> SyncResult:
    """Read every source, or the `shard` alone; what is sound lands, and what is not is one sentence a source.

    `accept_shrink` names the sources of which a person has confirmed that they really lost so much.
    """
    new: dict[str, int] = {}
    errors: list[CrescendoError] = []
    changed: list[str] = []
    corrections = 0
    if shard in ("", shard_of(SYNC_CORRECTIONS)):
        try:
            corrections = collect_corrections(service)
        except SINGLE_SOURCE_ERRORS as error:
            errors.append(error)
    for source in service.settings.forms:
        if shard not in ("", shard_of(name_form_shard(source))):
            continue
        on_step(source)
        try:
            new[source] = _sync_form(service, source, accept_shrink).new
        except SINGLE_SOURCE_ERRORS as error:
            errors.append(error)
    for spreadsheet, sheets in _by_spreadsheet(service):
        if shard not in ("", shard_of(name_spreadsheet_shard(spreadsheet))):
            continue
        on_step(spreadsheet)
        try:
            landed = _sync_spreadsheet(service, spreadsheet, sheets, accept_shrink)
            changed += [source for source, differs in landed if differs]
        except SINGLE_SOURCE_ERRORS as error:
            errors.append(error)
    _notice_another_key(service)
    notices = (
        (*service.source.list_unconfigured(_spreadsheets(service)), *current_notices(service)) if not shard else ()
    )
    return SyncResult(new, tuple(changed), corrections, notices, tuple(errors))


def form_fingerprint(service: Service, source: str) -> str:
    """Return something short that changes whenever a form's reading, or what it is held against, may have; or ""."""
    standing = service.source.form_fingerprint(source)
    # With another YAML the same form may differ from it in other ways.
    return f"{standing} {service.settings.digest}" if standing else ""


def land_reading(  # noqa: PLR0913  # a reading, and what was so just before it
    service: Service, source: str, reading: FormReading, *, stored: set[str], fingerprint: str,
    accept_shrink: Sequence[str] = (),
) -> LandingResult:  # fmt: skip
    """Land a form's reading, whole or not, if it is sound.

    `stored` are the ids that were stored, and `fingerprint` is what it was, just before it was read: what comes in by
    itself meanwhile may not stand in the reading yet, and is not gone from the form for that.

    Raises SourceError where it is of another form, or where too many answers are gone.
    """
    form = service.settings.forms[source]
    before = known_questions(service, source)
    known = merge_known_questions(form, before, reading.questions)
    if is_another_form(form, known, reading.responses):
        raise SourceError(
            f"{source}: these are the answers of another form, for none belongs to a question of forms/{source}.yaml; "
            "put the right file back, or write the form's questions into the YAML."
        )
    lost = _check_lost(service, source, reading, stored, accept_shrink) if reading.whole else None
    landed = service.store.responses.land(source, reading.responses, received_at=service.clock.now(), wake="publish")
    differences: tuple[str, ...] = ()
    if reading.questions:
        differences = _note_drift(service, source, reading.questions, before)
        # After the rewordings, or a run that breaks off in between would never see the change again.
        remember_questions(service, source, known)
    _remember_notices(service, source, [*reading.notices, *differences, *([f"{source}: {lost}"] if lost else [])])
    state = service.store.state
    if reading.whole:
        state.newest_seq_read(source).set(service.store.responses.newest_seq(source))
    state.fingerprint(source).set(fingerprint)
    state.bookmark(source).set(reading.bookmark)
    return landed


def _sync_form(service: Service, source: str, accept_shrink: Sequence[str]) -> LandingResult:
    fingerprint = form_fingerprint(service, source)
    if fingerprint and service.store.state.fingerprint(source).get() == fingerprint:
        return LandingResult(new=0, duplicates=0)
    stored = service.store.responses.ids(source)
    reading = service.source.read_form(source, service.store.state.bookmark(source).get() or "")
    if not reading.whole and _misses_known_answers(service, source, reading, stored):
        # Google says less than it did: all of it is read, and what that says counts.
        reading = service.source.read_form(source)
    return land_reading(service, source, reading, stored=stored, fingerprint=fingerprint, accept_shrink=accept_shrink)


def _note_drift(
    service: Service, source: str, questions: Sequence[Question], before: Sequence[Question]
) -> tuple[str, ...]:
    """Remember how the questions were reworded since the reading before; return how they differ from the YAML."""
    form = service.settings.forms[source]
    seen = find_rewordings(
        form, questions, before=before, known=known_rewordings(service, source), today=today(service)
    )
    service.store.state.rewordings(source).set(encode_rewordings(seen))
    place = partial(service.settings.positions.file_and_line, f"forms/{source}.yaml")
    programme = service.settings.programme
    return describe_form_changes(form, questions, programme=programme, locate=place, before=before, rewordings=seen)


def _misses_known_answers(service: Service, source: str, reading: FormReading, stored: set[str]) -> bool:
    """Say whether an answer that we know, and that was there at the last look, is missing from the reading's span."""
    read = {each.response_id for each in reading.responses}
    return not service.store.responses.ids(source, reading.since) & stored <= read | _gone(service, source)


def _check_lost(
    service: Service, source: str, reading: FormReading, stored: set[str], accept_shrink: Sequence[str]
) -> str | None:
    """Return what to say of answers that are gone; raises SourceError where too many went since the last look.

    What came by itself since then was never in a reading, so that it cannot be gone from one: a form may show it late.
    """
    read = {response.response_id for response in reading.responses}
    seen = stored & service.store.responses.ids(source, until_seq=_looked(service, source))
    share = service.settings.forms[source].shrink_share
    refused, _ = check_missing_responses(seen - _gone(service, source), read, share)
    _confirm(source, source, refused, accept_shrink)
    service.store.state.gone_responses(source).set(frozenset(stored - read))
    return check_missing_responses(seen, read, share=1.0)[1]


def _looked(service: Service, source: str) -> int | None:
    """Return the number of the newest version at the last look at all answers; None where that was not kept yet."""
    state = service.store.state
    if (seq := state.newest_seq_read(source).get()) is not None:
        return seq
    return None if state.fingerprint(source).get() is not None else 0


def _gone(service: Service, source: str) -> frozenset[str]:
    """Return the ids of the answers that were gone already at the last look at all of them."""
    return service.store.state.gone_responses(source).get() or frozenset()


def _sync_spreadsheet(
    service: Service, spreadsheet: str, sheets: dict[str, Sheet], accept_shrink: Sequence[str]
) -> Iterator[tuple[str, bool]]:
    readings = service.source.read_sheets(spreadsheet, [sheet.tab for sheet in sheets.values()])
    sound = {
        source: _check(service, source, sheet, readings.get(sheet.tab), accept_shrink)
        for source, sheet in sheets.items()
    }
    for source, reading in sound.items():
        yield source, service.store.sheets.land(source, reading, received_at=service.clock.now(), wake="publish")


def _check(
    service: Service, source: str, sheet: Sheet, reading: SheetReading | None, accept_shrink: Sequence[str]
) -> SheetReading:
    """Return the reading as it may land; raises SourceError where nothing may rest on it."""
    where = f"{source} (tab “{sheet.tab}” of {sheet.spreadsheet})"
    if reading is None or not reading.rows:
        raise SourceError(
            f"{where}: there is no such tab, or it is empty; put it back, or change sheets/{source}.yaml."
        )
    place = partial(service.settings.positions.file_and_line, f"sheets/{source}.yaml")
    before = service.store.sheets.newest(source)
    headings = check_headings(sheet, reading, before=before, locate=place)
    if headings.error:
        raise SourceError(f"{where}: {headings.error}")
    _confirm(where, source, check_sheet_size(before, reading, sheet.shrink_share), accept_shrink)
    renamed = [describe_renamed_tab(sheet.tab, reading.tab_name, place("tab"))] if reading.tab_name else []
    _remember_notices(service, source, [*renamed, *(f"{where}: {notice}" for notice in headings.notices)])
    return restore_lost_columns(sheet, before, reading)


def _confirm(where: str, source: str, refused: str | None, accept_shrink: Sequence[str]) -> None:
    if refused and source not in accept_shrink:
        raise SourceError(f"{where}: {refused} To confirm: run sync --accept-shrink {source}")


def _remember_notices(service: Service, source: str, notices: Sequence[str]) -> None:
    service.store.state.notices(source).set(tuple(notices))


def _notice_another_key(service: Service) -> None:
    """Say so where codes are hashed by another key than before: figures stay, but every code in the tabs changes."""
    check = hashlib.sha256(b"check" + service.key).hexdigest()[:12]
    if service.store.state.key_check.get() not in (None, check):
        _remember_notices(service, "key", [KEY_CHANGED])
    service.store.state.key_check.set(check)


def current_notices(service: Service) -> list[str]:
    """Return what a person should know of each source as it was last read."""
    kept = (
        service.store.state.notices(source).get()
        for source in ("key", "retention", *service.settings.forms, *service.settings.sheets)
    )
    return [notice for notices in kept for notice in notices or ()]


def count_sources(service: Service) -> int:
    """Return how many readings a sync makes: each form, and each spreadsheet with all its tabs."""
    return len(service.settings.forms) + len(_spreadsheets(service))


def require_all_read(synced: SyncResult) -> None:
    """Raise SourcesUnreadError where a source could not be read, so that nothing is replaced by a part."""
    if synced.errors:
        raise SourcesUnreadError(synced.errors, "Nothing that was published before has been changed.")


def _spreadsheets(service: Service) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sheet.spreadsheet for sheet in service.settings.sheets.values()))


def _by_spreadsheet(service: Service) -> Iterator[tuple[str, dict[str, Sheet]]]:
    for name in _spreadsheets(service):
        yield name, {key: sheet for key, sheet in service.settings.sheets.items() if sheet.spreadsheet == name}


def collect_corrections(service: Service) -> int:
    """Store what was typed since we last looked, and return how many corrections were new.

    The tabs are read only where they are not those that were last read or written.
    """
    fingerprint = service.publisher.fingerprint()
    if fingerprint and service.store.state.corrections_read.get() == fingerprint:
        return 0
    seen_at = service.clock.now().isoformat()
    typed = service.publisher.read_corrections()
    new = service.store.corrections.add(
        Correction(source=source, key=key, field=field, value=value, seen_at=seen_at)
        for source, key, field, value in typed
    )
    service.store.state.corrections_read.set(fingerprint)
    return new


def remember_own_writing(service: Service) -> None:
    """Remember that the tabs as they stand now are ours and hold nothing new, where that is sure."""
    service.store.state.corrections_read.set(service.publisher.fingerprint_after_writing())
