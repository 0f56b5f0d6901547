"""sync: reads forms and sheets into landing.

The way of an answer by sync:

1. Corrections that people typed into the published tabs are stored, so that nothing typed can be overwritten.
2. A form is read where its fingerprint has changed: what came since the bookmark, or all of it where an answer that
   is stored is missing from that.
3. The reading is checked: answers of another form, or of which too many are gone, do not land (`land_reading`).
4. Its responses land: each version that is not in the store yet, with a publish planned in the same transaction.
5. How the form's questions differ from the YAML, and what else to know, is kept as notices for the status.
6. Fingerprint and bookmark are remembered last: a run that breaks off before reads all of it once more.
7. A spreadsheet is read whole, all of its tabs at once; each lands where its headings and its size are all right.

A source that cannot be read is an error of its own and holds no other back. What follows is in `pipeline`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from integration.errors import SINGLE_SOURCE_ERRORS, CrescendoError, SourceError, SourcesUnreadError
from integration.landing.completeness import check_missing_responses, check_sheet_size
from integration.landing.form_changes import describe_form_changes
from integration.landing.headings import (
    check_headings,
    count_days_from_1904,
    describe_renamed_tab,
    restore_lost_columns,
)
from integration.landing.questions import (
    find_rewordings,
    is_another_form,
    merge_known_questions,
)
from integration.model import SYNC_CORRECTIONS, Correction, LandingResult
from integration.operations.job_runs import (
    Progress,
    name_form_shard,
    name_spreadsheet_shard,
    no_progress,
    run_exclusively,
    shard_of,
    today,
)
from integration.text_format import format_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from config.schema import Sheet
    from integration.model import FormReading, Question, SheetReading
    from integration.wiring import Service


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
            parts.append(f"{format_count(self.corrections, 'correction')} taken up")
        return ", ".join(parts) if parts else "nothing new"


def run_sync(
    service: Service, *, accept_shrink: Sequence[str] = (), shard: str = "", progress: Progress = no_progress
) -> SyncResult:
    """Sync as a run of the job that is recorded.

    Raises SourcesUnreadError where a source could not be read, so that nothing is replaced by a part.
    """
    with progress("sync", len(service.settings.forms) + len(_spreadsheets(service))) as on_step:

        def read() -> SyncResult:
            result = sync(service, on_step=on_step, accept_shrink=accept_shrink, shard=shard)
            if result.errors:  # raised within the run, which is recorded as failed
                raise SourcesUnreadError(result.errors, "Nothing that was published before has been changed.")
            return result

        return run_exclusively(service, f"sync/{shard}" if shard else "sync", read)


def sync(
    service: Service, *, on_step: Callable[[str], None], accept_shrink: Sequence[str] = (), shard: str = ""
) -> SyncResult:
    """Read every source, or the `shard` alone, and land what may land.

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
    for spreadsheet in _spreadsheets(service):
        if shard not in ("", shard_of(name_spreadsheet_shard(spreadsheet))):
            continue
        on_step(spreadsheet)
        try:
            changed += _sync_spreadsheet(service, spreadsheet, accept_shrink)
        except SINGLE_SOURCE_ERRORS as error:
            errors.append(error)
    _note_changed_key(service)
    notices: list[str] = []
    if not shard:
        notices = [
            *service.source.list_unconfigured(_spreadsheets(service)),
            *current_notices(service),
            *_known_losses(service),
        ]
    return SyncResult(new, tuple(changed), corrections, tuple(notices), tuple(errors))


def current_notices(service: Service) -> list[str]:
    """Return what a person should know of each source as it was last read, and of what was published before."""
    state = service.store.state
    sources = ("key", "retention", "corrections", *service.settings.forms, *service.settings.sheets)
    earlier = state.earlier_publications.get()
    return [
        *(notice for source in sources for notice in state.notices(source).get() or ()),
        *(earlier.told_at(service.clock.now()) if earlier else ()),
    ]


def _known_losses(service: Service) -> list[str]:
    """Return what publish found to count no more since the YAML changed; of a newer YAML nothing is known yet."""
    losses = service.store.state.losses.get()
    is_of_this_yaml = losses is not None and losses.digest == service.settings.digest
    return [note.sentence for note in losses.told_at(service.clock.now())] if losses and is_of_this_yaml else []


def collect_corrections(service: Service) -> int:
    """Store the corrections typed since the tabs were last read, and return how many were new.

    The tabs are read only where they are not those that were last read or written.
    """
    fingerprint, last_read = service.publisher.fingerprint(), service.store.state.corrections_read
    if fingerprint and last_read.get() == fingerprint and not service.publisher.has_unread:
        return 0
    seen_at = service.clock.now().isoformat()
    typed = [
        Correction(source=source, key=key, field=field, value=value, seen_at=seen_at)
        for source, key, field, value in service.publisher.read_corrections()
    ]
    replaced = service.store.corrections.find_replaced(typed)
    new = service.store.corrections.add(typed)
    if new:
        service.store.state.notices("corrections").set(tuple(_describe_replaced(replaced)))
    service.publisher.confirm_corrections()
    last_read.set(fingerprint)
    return new


def _describe_replaced(corrections: Iterable[Correction]) -> Iterator[str]:
    """Say of which fields an earlier correction counts again: it was typed again, or stood in an old copy."""
    counts = Counter((each.source, each.field) for each in corrections)
    if counts:
        fields = ", ".join(f"{source} {field}: {number}" for (source, field), number in counts.items())
        yield (
            f"Corrections that later ones had replaced count again ({fields}): if an old copy of the tabs was saved, "
            "type the later values into its column correction once more."
        )


def remember_own_writing(service: Service) -> None:
    """Remember that the tabs as they are now were written by us and hold no new correction, where that is sure."""
    service.store.state.corrections_read.set(service.publisher.fingerprint_after_writing())


def _sync_form(service: Service, source: str, accept_shrink: Sequence[str]) -> LandingResult:
    state, responses = service.store.state, service.store.responses
    fingerprint = form_fingerprint(service, source)
    if fingerprint and state.fingerprint(source).get() == fingerprint:
        return LandingResult(new=0, duplicates=0)
    stored = responses.ids(source)
    reading = service.source.read_form(source, state.bookmark(source).get() or "")
    if not reading.whole:
        read = {response.response_id for response in reading.responses}
        if not responses.ids(source, reading.since) & stored <= read | _gone_before(service, source):
            # Google shows less than it did: all of it is read, and what that says counts.
            reading = service.source.read_form(source)
    return land_reading(service, source, reading, stored=stored, fingerprint=fingerprint, accept_shrink=accept_shrink)


def form_fingerprint(service: Service, source: str) -> str:
    """Return a text that changes whenever a form's reading may have, by its files, the YAML or the code; or ""."""
    fingerprint = service.source.form_fingerprint(source)
    return f"{fingerprint} {service.rules_digest}" if fingerprint else ""


def land_reading(  # noqa: PLR0913  # a reading, and what was so just before it
    service: Service, source: str, reading: FormReading, *, stored: set[str], fingerprint: str,
    accept_shrink: Sequence[str] = (),
) -> LandingResult:  # fmt: skip
    """Check and land a form's reading, whole or not, and remember what the next reading starts from.

    `stored` are the ids that were stored, and `fingerprint` the form's, just before it was read: what a webhook brings
    meanwhile may not be in the reading yet, and is not gone from the form for that.

    Raises SourceError where it is of another form, or where too many answers are gone.
    """
    state, form = service.store.state, service.settings.forms[source]
    before = state.questions(source).get() or ()
    questions = merge_known_questions(form, before, reading.questions)
    if reading.whole and not reading.responses and len(reading.unreadable) > 1:
        raise SourceError(
            f"{source}: none of its {len(reading.unreadable)} responses can be read, the first because "
            f"{reading.unreadable[0].reason}; fetch them again."
        )
    if is_another_form(form, questions, reading.responses):
        raise SourceError(
            f"{source}: these are the answers of another form, for none belongs to a question of forms/{source}.yaml; "
            "put the right file back, or write the form's questions into the YAML."
        )
    missing = _check_missing(service, source, reading, stored, accept_shrink) if reading.whole else None
    result = service.store.responses.land(source, reading.responses, received_at=service.clock.now(), wake="publish")
    unreadable = _remember_unreadable(service, source, reading)
    changes: tuple[str, ...] = ()
    if reading.questions:
        changes = _describe_changes(service, source, reading.questions, before)
        # After the rewordings, or a run that breaks off in between would never detect the change again.
        state.questions(source).set(questions)
        state.sections(source).set(reading.sections)
    state.notices(source).set((
        *reading.notices, *unreadable, *changes, *([f"{source}: {missing}"] if missing else [])
    ))  # fmt: skip
    if reading.whole:
        state.newest_seq_read(source).set(service.store.responses.newest_seq(source))
    state.fingerprint(source).set(fingerprint)
    state.bookmark(source).set(reading.bookmark)
    return result


def _remember_unreadable(service: Service, source: str, reading: FormReading) -> tuple[str, ...]:
    """Remember the responses that could not be read, and plan a publish where they changed; return a notice of them.

    Where the reading is not whole, those that are not in it are as they were.
    """
    remembered = service.store.state.unreadable_responses(source)
    before = remembered.get() or ()
    read = {response.response_id for response in reading.responses} | {each.key for each in reading.unreadable}
    kept = () if reading.whole else tuple(each for each in before if each.key not in read)
    erased = service.store.tombstones.erased(source, {each.key for each in reading.unreadable})
    now = (*kept, *(each for each in reading.unreadable if each.key not in erased))
    if now != before:
        remembered.set(now)
        service.store.ledger.request("publish", now=service.clock.now())
    if not now:
        return ()
    count, verb = format_count(len(now), "response"), "counts" if len(now) == 1 else "count"
    return (f"{source}: {count} could not be read and {verb} nowhere; needs_attention says which and why.",)


def _check_missing(
    service: Service, source: str, reading: FormReading, stored: set[str], accept_shrink: Sequence[str]
) -> str | None:
    """Return what to say of answers that are gone from the form; raises SourceError where too many went at once.

    Only what was stored when all of the form was read last can be gone from it: the form may show late what a webhook
    has brought since.
    """
    state, read = service.store.state, {response.response_id for response in reading.responses}
    read |= {each.key for each in reading.unreadable}
    until_seq = state.newest_seq_read(source).get()
    if until_seq is None and state.fingerprint(source).get() is None:
        until_seq = 0  # it was never read; a store of an earlier release knows of no number, and then all counts
    shown_before = stored & service.store.responses.ids(source, until_seq=until_seq)
    share = service.settings.forms[source].shrink_share
    refused, _ = check_missing_responses(shown_before - _gone_before(service, source), read, share)
    _require_confirmation(source, source, refused, accept_shrink)
    state.gone_responses(source).set(frozenset(stored - read))
    return check_missing_responses(shown_before, read, share=1.0)[1]


def _gone_before(service: Service, source: str) -> frozenset[str]:
    """Return the ids of stored answers that were missing already when all of the form was read last."""
    return service.store.state.gone_responses(source).get() or frozenset()


def _describe_changes(
    service: Service, source: str, questions: Sequence[Question], before: Sequence[Question]
) -> tuple[str, ...]:
    """Remember how the questions were reworded since the reading before; return how they differ from the YAML."""
    settings, form, known = service.settings, service.settings.forms[source], service.store.state.rewordings(source)
    rewordings = find_rewordings(form, questions, before=before, known=known.get() or (), today=today(service))
    known.set(rewordings)
    locate = partial(settings.positions.file_and_line, f"forms/{source}.yaml")
    return describe_form_changes(
        form, questions, programme=settings.programme, locate=locate, before=before, rewordings=rewordings
    )


def _spreadsheets(service: Service) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sheet.spreadsheet for sheet in service.settings.sheets.values()))


def _sync_spreadsheet(service: Service, spreadsheet: str, accept_shrink: Sequence[str]) -> list[str]:
    """Land every tab of the spreadsheet, or none where one may not land; return the sources that have changed."""
    sheets = {source: sheet for source, sheet in service.settings.sheets.items() if sheet.spreadsheet == spreadsheet}
    readings = service.source.read_sheets(spreadsheet, [sheet.tab for sheet in sheets.values()])
    checked = {
        source: _check_sheet(service, source, sheet, readings.get(sheet.tab), accept_shrink)
        for source, sheet in sheets.items()
    }
    return [
        source
        for source, reading in checked.items()
        if service.store.sheets.land(source, reading, received_at=service.clock.now(), wake="publish")
    ]


def _check_sheet(
    service: Service, source: str, sheet: Sheet, reading: SheetReading | None, accept_shrink: Sequence[str]
) -> SheetReading:
    """Return the reading as it may land; raises SourceError where nothing may rest on it."""
    where = f"{source} (tab “{sheet.tab}” of {sheet.spreadsheet})"
    if reading is None or not reading.rows:
        raise SourceError(
            f"{where}: there is no such tab, or it is empty; put it back, or change sheets/{source}.yaml."
        )
    locate = partial(service.settings.positions.file_and_line, f"sheets/{source}.yaml")
    before = service.store.sheets.newest(source)
    headings = check_headings(sheet, reading, before=before, locate=locate)
    if headings.error:
        raise SourceError(f"{where}: {headings.error}")
    _require_confirmation(where, source, check_sheet_size(before, reading, sheet), accept_shrink)
    renamed = [describe_renamed_tab(sheet.tab, reading.tab_name, locate("tab"))] if reading.tab_name else []
    notices = (*renamed, *(f"{where}: {notice}" for notice in headings.notices))
    service.store.state.notices(source).set(notices)
    return restore_lost_columns(sheet, before, count_days_from_1904(sheet, reading))


def _require_confirmation(where: str, source: str, refused: str | None, accept_shrink: Sequence[str]) -> None:
    if refused and source not in accept_shrink:
        raise SourceError(f"{where}: {refused} To confirm: run sync --accept-shrink {source}")


def _note_changed_key(service: Service) -> None:
    """Keep a notice where codes are hashed by another key than before."""
    state, check = service.store.state, hashlib.sha256(b"check" + service.key).hexdigest()[:12]
    if state.key_check.get() not in (None, check):
        notice = (
            "The key of the codes' hash is another one than before (PSEUDONYM_KEY or keys.json): every figure stays, "
            "but every code in the tabs has changed."
        )
        state.notices("key").set((notice,))
    state.key_check.set(check)
