"""The way of every answer, top to bottom: stored versions, typed rows, figures, what leaders may see.

Each part is worked out once in a run, and a typed chunk once in the life of the rules.
"""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import TYPE_CHECKING

from integration.disclose import build_leaders_view, find_hidden_figures
from integration.errors import SINGLE_SOURCE_ERRORS, CallError
from integration.landing import decode_rewordings
from integration.measure import calculate_figures
from integration.model import Question, Rows, SheetReading, TypedChunk
from integration.normalise import (
    accept_form_rows,
    accept_sheet_rows,
    build_chunk,
    build_columns,
    decode_chunks,
    encode_chunk,
    extract_answers,
)
from integration.operations.job_runs import today

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    import pyarrow as pa

    from config.schema.sources import DetectedRewording
    from integration.model import Figures, LeadersView
    from integration.normalise import FieldColumn
    from integration.wiring import Service

CHUNKS_AT_MOST = 24
"""So many small chunks are read as fast as one; then they are put together."""


class Pipeline:
    """What is in the store now, worked out through every stage."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._figures: dict[date, Figures] = {}

    @cached_property
    def rows(self) -> dict[str, Rows]:
        """The rows of every form and sheet."""
        settings = self._service.settings
        return {
            **{source: self._form(source) for source in settings.forms},
            **{source: self._sheet(source) for source in settings.sheets},
        }

    def figures(self, as_of: date) -> Figures:
        """Return every figure as of the day."""
        if as_of not in self._figures:
            settings = self._service.settings
            seen = {source: known_rewordings(self._service, source) for source in settings.forms}
            self._figures[as_of] = calculate_figures(settings, self.rows, as_of, seen)
        return self._figures[as_of]

    def hidden(self, as_of: date) -> pd.Series[bool]:
        """Return for each figure as of the day whether leaders must not see it."""
        settings = self._service.settings
        return find_hidden_figures(self.figures(as_of), settings.measures, settings.packs.audience)

    def shown(self, authority: str, as_of: date) -> LeadersView:
        """Return what the authority's leaders may see as of the day."""
        return build_leaders_view(self.figures(as_of), self.rows, self._service.settings, authority)

    @cached_property
    def _corrections(self) -> dict[str, dict[tuple[str, str], str]]:
        by_source: dict[str, dict[tuple[str, str], str]] = {}
        for correction in self._service.store.corrections.newest():
            by_source.setdefault(correction.source, {})[correction.key, correction.field] = correction.value
        return by_source

    def _form(self, source: str) -> Rows:
        settings = self._service.settings
        form = settings.forms[source]
        columns = build_columns(form.fields, settings.programme, self._service.key)
        chunk = self._typed(source, columns)
        return accept_form_rows(source, form, settings.programme, columns, chunk, self._corrections.get(source, {}))

    def _sheet(self, source: str) -> Rows:
        settings = self._service.settings
        sheet = settings.sheets[source]
        columns = build_columns(sheet.fields, settings.programme, self._service.key)
        heading = tuple(column.heading for column in columns)
        reading = self._service.store.sheets.newest(source) or SheetReading((heading,))
        return accept_sheet_rows(source, sheet, settings.programme, columns, reading, self._corrections.get(source, {}))

    def _typed(self, source: str, columns: tuple[FieldColumn, ...]) -> pa.Table:
        """Return the typed rows of all versions: the chunks kept, and the versions that came after them."""
        store, form = self._service.store, self._service.settings.forms[source]
        questions = known_questions(self._service, source)
        rules = self._rules(questions)
        erasures = store.erasures.count()
        kept = store.chunks.all(source, rules)
        versions = store.responses.versions_after(source, kept[-1].last_seq if kept else 0)
        if kept and not versions:
            return decode_chunks([chunk.body for chunk in kept])
        new = build_chunk(versions, columns, extract_answers(versions, columns, questions), form.test_codes)
        if not versions:
            return new
        together = not kept or len(kept) >= CHUNKS_AT_MOST
        table = decode_chunks([*(chunk.body for chunk in kept), encode_chunk(new)])
        chunk = TypedChunk(versions[-1].seq, encode_chunk(table if together else new))
        store.chunks.save(source, rules, chunk, replaces_all=together, erasures=erasures)
        return table

    def _rules(self, questions: tuple[Question, ...]) -> str:
        known = json.dumps([(question.question_id, question.title) for question in questions])
        return hashlib.sha256(f"{self._service.rules}\n{known}".encode()).hexdigest()


def remember_questions(service: Service, source: str, questions: tuple[Question, ...]) -> None:
    """Keep the form's questions as they were last seen; answers are bound to fields by them."""
    service.store.state.questions(source).set(questions)


def known_questions(service: Service, source: str) -> tuple[Question, ...]:
    """Return the form's questions as they were last seen."""
    return service.store.state.questions(source).get() or ()


def known_rewordings(service: Service, source: str) -> tuple[DetectedRewording, ...]:
    """Return every change of the form's words that a reading has seen."""
    return decode_rewordings(service.store.state.rewordings(source).get())


def published_names(service: Service) -> tuple[str, ...]:
    """Return what people call what publish writes: the project team's tabs, then each authority's summary."""
    publisher = service.publisher
    return (publisher.data_name, *(publisher.summary_name(key) for key in service.settings.programme.authorities))


def published_fingerprint(service: Service) -> str:
    """Return a text that changes whenever anything published was changed by anybody; "" where that is unknown."""
    publisher = service.publisher
    try:
        each = [
            publisher.fingerprint(),
            *(publisher.fingerprint(key) for key in service.settings.programme.authorities),
        ]
    except SINGLE_SOURCE_ERRORS:  # said when it is written to
        return ""
    return " ".join(each) if all(each) else ""


def remember_reporting_date(service: Service, as_of: date) -> None:
    """Remember as of which day the tabs are about to be written."""
    service.store.state.reporting_date.set(as_of)


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


def check_authority(service: Service, authority: str) -> None:
    """Raise CallError for a key that is no authority's; "" stands for all of them."""
    known = service.settings.programme.authorities
    if authority and authority not in known:
        raise CallError(f"There is no authority {authority!r}; there are: {', '.join(known)}.")


def content_fingerprint(service: Service, content: object, standing: str) -> str:
    """Return a digest of what is to be written, the code that writes it, and what stands there now."""
    parts = (repr(content), service.rules, standing)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def state_fingerprint(service: Service, as_of: date) -> str:
    """Return a digest of everything that figures depend on: what is stored, the rules, the day."""
    reworded = [service.store.state.rewordings(source).get() or "" for source in service.settings.forms]
    parts = (service.store.generation(), service.rules, as_of.isoformat(), *reworded)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
