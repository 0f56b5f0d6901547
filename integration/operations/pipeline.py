"""The pipeline: every answer's way through the stages, from stored versions to what leaders may see.

1. landing: `sync` and the webhooks have stored every version of each response, and every reading of each sheet.
2. normalise (`Pipeline.rows`): versions become typed rows and issues, with the corrections that people typed. A chunk
   of typed rows is kept as long as the rules and the form's questions are the same, so that each version is read once.
3. measure (`Pipeline.figures`): rows become every figure as of a day.
4. disclose (`Pipeline.shown`): what the leaders of an authority may see of them.
5. `publish` writes the tabs and summaries of it, `packs` the monthly packs.

Here are also the fingerprints by which publish and packs know that nothing has changed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from integration.disclose import Digests, DisclosureContext, build_leaders_view, disclose
from integration.errors import CallError
from integration.measure.figures import calculate_figures
from integration.model import EarlierPublications, Rows, SheetReading, TypedChunk
from integration.normalise.branching import find_excused_rows
from integration.normalise.chunks import build_chunk, decode_chunks, encode_chunk, extract_answers
from integration.normalise.columns import build_columns
from integration.normalise.forms import accept_form_rows
from integration.normalise.sheets import accept_sheet_rows
from integration.operations.job_runs import today

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from config.schema.fields import DetectedRewording
    from integration.model import Disclosure, FigureKey, Figures, LeadersView, PublishedFigure, Question
    from integration.normalise.columns import FieldColumn
    from integration.wiring import Service

MAX_CHUNKS = 24
"""So many small chunks are read as fast as one; then they are merged."""


class Pipeline:
    """What is in the store, worked out stage by stage when it is first asked for, and once."""

    def __init__(self, service: Service, *, keeps_chunks: bool = True) -> None:
        self._service = service
        self._keeps_chunks = keeps_chunks
        self._digests = Digests(service.key)
        self._rows: dict[str, Rows] = {}
        self._figures: dict[date, Figures] = {}
        self._disclosures: dict[date, Disclosure] = {}
        self._not_remembered: list[PublishedFigure] = []
        self._read_to = 0
        self._earlier: EarlierPublications | None = None
        self._earlier_figures: list[PublishedFigure] = []

    def begin_again(self) -> None:
        """Take up what was stored since: everything is worked out anew."""
        for name in ("generation", "rows", "_corrections", "_published"):
            self.__dict__.pop(name, None)
        for kept in (self._rows, self._figures, self._disclosures, self._not_remembered):
            kept.clear()

    @cached_property
    def generation(self) -> str:
        """What was stored before the rows were read: whatever came later is in no row, and makes it another one."""
        return self._service.store.generation()

    @cached_property
    def rows(self) -> dict[str, Rows]:
        """The rows of every form and sheet."""
        settings = self._service.settings
        return {source: self.rows_of(source) for source in (*settings.forms, *settings.sheets)}

    def rows_of(self, source: str) -> Rows:
        """Return the rows of one form or sheet."""
        if source not in self._rows:
            _ = self.generation
            self._rows[source] = self._read_source(source)
        return self._rows[source]

    @cached_property
    def _corrections(self) -> dict[str, dict[tuple[str, str], str]]:
        """The newest correction of each cell, by source, then by key and field."""
        corrections: dict[str, dict[tuple[str, str], str]] = {}
        for each in self._service.store.corrections.newest():
            corrections.setdefault(each.source, {})[each.key, each.field] = each.value
        return corrections

    def _read_source(self, source: str) -> Rows:
        settings, store, key = self._service.settings, self._service.store, self._service.key
        corrected = self._corrections.get(source, {})
        if source in settings.forms:
            form = settings.forms[source]
            columns = build_columns(form.fields, settings.programme, key)
            typed = self._typed_rows(source, columns)
            unreadable = store.state.unreadable_responses(source).get() or ()
            return accept_form_rows(source, form, settings.programme, columns, typed, corrected, unreadable=unreadable)
        sheet = settings.sheets[source]
        columns = build_columns(sheet.fields, settings.programme, key)
        empty = SheetReading((tuple(column.heading for column in columns),))
        reading = store.sheets.newest(source) or empty
        return accept_sheet_rows(source, sheet, settings.programme, columns, reading, corrected)

    def figures(self, as_of: date) -> Figures:
        """Return every figure as of the day."""
        if as_of not in self._figures:
            settings = self._service.settings
            rewordings = {source: known_rewordings(self._service, source) for source in settings.forms}
            self._figures[as_of] = calculate_figures(settings, self.rows, as_of, rewordings)
        return self._figures[as_of]

    @cached_property
    def _published(self) -> dict[FigureKey, list[PublishedFigure]]:
        """Every version of each figure on people that leaders were shown, the oldest first.

        What releases showed that kept nothing of it is worked out once (`earlier_publications`).
        """
        store = self._service.store
        published, self._read_to = store.published_figures.all()
        if published or store.state.earlier_publications.get() is not None:
            return published
        self._earlier = EarlierPublications(self._service.clock.now())
        if store.state.published.get() or store.packs.all():
            from integration.operations.earlier_publications import take_in_earlier  # noqa: PLC0415  # only once

            self._earlier, published = take_in_earlier(self._service, self, self._digests)
        self._earlier_figures = [each for versions in published.values() for each in versions]
        return published

    def disclosure_context(self) -> DisclosureContext:
        """Return what was published, and what else is known when it is decided what leaders see."""
        service = self._service
        return DisclosureContext(self._published, self._digests, today(service), service.clock.now())

    def disclosure(self, as_of: date) -> Disclosure:
        """Return how leaders see each figure as of the day."""
        if as_of not in self._disclosures:
            decided = disclose(self.figures(as_of), self._service.settings, self.disclosure_context())
            for each in decided.new:
                self._published.setdefault(each.key, []).append(each)
            self._not_remembered += decided.new
            self._disclosures[as_of] = decided
        return self._disclosures[as_of]

    def shown(self, authority: str, as_of: date) -> LeadersView:
        """Return what the authority's leaders may see as of the day."""
        return build_leaders_view(self.disclosure(as_of), self.rows, self._service.settings, authority)

    def remember_published(self) -> tuple[str, ...]:
        """Keep what leaders are shown, before it goes out: whatever follows is compared with it.

        Return what is to be said of what earlier releases showed and could not be taken in. Raises BusyError where
        another process has published meanwhile.
        """
        notices = self.remember_earlier()
        self._read_to = self._service.store.published_figures.add(self._not_remembered, read_to=self._read_to)
        self._not_remembered.clear()
        return notices

    def remember_earlier(self) -> tuple[str, ...]:
        """Keep what earlier releases showed leaders, where that is not kept yet; it comes before anything else does.

        Return and raise as `remember_published` does.
        """
        _ = self._published
        if self._earlier is None:
            return ()
        store, earlier = self._service.store, self._earlier
        self._read_to = store.published_figures.add(self._earlier_figures, read_to=self._read_to)
        store.state.earlier_publications.set(earlier)
        self._earlier, self._earlier_figures = None, []
        return earlier.notices

    def _typed_rows(self, source: str, columns: tuple[FieldColumn, ...]) -> pa.Table:
        """Return the typed rows of all versions: the chunks kept, and the versions that came after them."""
        store, form = self._service.store, self._service.settings.forms[source]
        questions = known_questions(self._service, source)
        sections = store.state.sections(source).get() or ()
        titles = json.dumps([(question.question_id, question.title) for question in questions])
        rules = hashlib.sha256(f"{self._service.rules_digest}\n{titles}\n{sections}".encode()).hexdigest()
        erasures = store.state.erasure_count.get() or 0
        kept = store.chunks.all(source, rules)
        versions = store.responses.versions_after(source, kept[-1].last_seq if kept else 0)
        if kept and not versions:
            return decode_chunks([chunk.body for chunk in kept])
        answers = extract_answers(versions, columns, questions)
        excused = find_excused_rows(versions, columns, questions, sections)
        new = build_chunk(versions, columns, answers, form.test_codes, excused=excused)
        if not versions or not self._keeps_chunks:
            return decode_chunks([*(chunk.body for chunk in kept), encode_chunk(new)])
        is_merged = not kept or len(kept) >= MAX_CHUNKS
        table = decode_chunks([*(chunk.body for chunk in kept), encode_chunk(new)])
        chunk = TypedChunk(versions[-1].seq, encode_chunk(table if is_merged else new))
        store.chunks.save(source, rules, chunk, replaces_all=is_merged, erasures=erasures)
        return table


def known_questions(service: Service, source: str) -> tuple[Question, ...]:
    """Return the form's questions as they were last read; answers are bound to fields by them."""
    return service.store.state.questions(source).get() or ()


def known_rewordings(service: Service, source: str) -> tuple[DetectedRewording, ...]:
    """Return every change of the form's words that a reading has detected.

    One that was detected while the clock was ahead bears a day to come: it counts from the day on which that was found
    out, and for good (`note_days_ahead` in `clock_watch.py`).
    """
    detected = service.store.state.rewordings(source).get()
    if not detected:
        return ()
    found_wrong_on, day = service.store.state.days_ahead.get() or {}, today(service)
    return tuple(
        replace(each, on=min(found_wrong_on.get(f"{source} {each.field} {each.on}", each.on), day)) for each in detected
    )


def last_reporting_date(service: Service) -> date | None:
    """Return as of which day the tabs were written last; None where they never were."""
    state = service.store.state
    if day := state.reporting_date.get():
        return day
    # Written by a version of the service that did not remember the day.
    return today(service) if state.published.get() else None


def check_reporting_date(service: Service, as_of: date) -> None:
    """Raise CallError for a reporting date on which there was nothing to report yet."""
    start = service.settings.programme.start
    if as_of < start:
        raise CallError(
            f"The reporting date {as_of} lies before the programme's first day, {start}: give a later --as-of."
        )


def state_fingerprint(service: Service, as_of: date, *, generation: str = "") -> str:
    """Return a digest of everything that figures depend on: what is stored, the rules, the day.

    Of what was worked out, it is the fingerprint of the `generation` that its pipeline read; else that of now.
    """
    state, forms = service.store.state, service.settings.forms
    rewordings = [repr(known_rewordings(service, source)) for source in forms]
    unreadable = [repr(state.unreadable_responses(source).get() or ()) for source in forms]
    stored = generation or service.store.generation()
    settled_until = min(as_of, today(service) - timedelta(days=service.settings.packs.settle_days))
    days = (as_of.isoformat(), settled_until.isoformat())
    parts = (stored, service.rules_digest, *days, *rewordings, *unreadable)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def content_fingerprint(service: Service, content: object, written: str) -> str:
    """Return a digest of what is to be written, the code that writes it, and the fingerprint of what is written now."""
    parts = (repr(content), service.rules_digest, written)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
