"""publish: writes the project team's tabs and the leaders' summaries, once everything in them is worked out.

1. Corrections that people typed into the tabs are stored, so that nothing typed is overwritten; where a person saves
   while the rest is done, this begins anew, a few times.
2. Where the store, the rules, the day and the written tabs are those of the last time, nothing is done.
3. The pipeline works out rows and figures; the stage `publish` makes tabs and summaries of them. What counts no more
   since the YAML changed is noted (`losses`).
4. Each file is written where it differs. What could not be written is an error for each; the others are written.
5. The fingerprints are remembered for the next time, only where everything was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from integration.errors import (
    SINGLE_SOURCE_ERRORS,
    AccessError,
    BeingSavedError,
    CallError,
    ExternalServiceError,
    PartlyPublishedError,
)
from integration.model import IssueKey
from integration.operations.job_runs import Progress, no_progress, run_exclusively
from integration.operations.pipeline import check_reporting_date, content_fingerprint, state_fingerprint
from integration.operations.sync import collect_corrections, remember_own_writing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from integration.errors import CrescendoError
    from integration.model import Disclosure, Summary, Tab
    from integration.operations.pipeline import Pipeline
    from integration.wiring import Service


MAX_ATTEMPTS = 4
"""How often the project team's tabs are built, where people save them just while they are to be replaced."""


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What was written, nothing where nothing had changed; and what counts no more since the YAML changed.

    Also what earlier releases showed leaders and could not be taken in.
    """

    written: tuple[str, ...]
    attention: int
    notices: tuple[str, ...] = ()

    def in_words(self) -> str:
        """Return what was written, in a sentence."""
        rows = "1 row needs" if self.attention == 1 else f"{self.attention} rows need"
        return f"{', '.join(self.written) or 'nothing had changed'}; {rows} attention"


def run_publish(
    service: Service, *, as_of: date, pipeline: Pipeline, progress: Progress = no_progress
) -> PublishResult:
    """Publish as a run of the job that is recorded."""
    with progress("publish", 2 + len(service.settings.programme.authorities)) as on_step:
        write = partial(publish, service, as_of=as_of, pipeline=pipeline, on_step=on_step)
        return run_exclusively(service, "publish", write)


def publish(service: Service, *, as_of: date, pipeline: Pipeline, on_step: Callable[[str], None]) -> PublishResult:
    """Write the tabs and the leaders' summaries as of the day, each file only where it differs.

    Raises CallError where nothing was ever read, so that an empty store never replaces good tabs.
    """
    store, state = service.store, service.store.state
    if not store.newest_received() and not store.state.erasure_count.get():
        raise CallError(
            f"Nothing has been read into {service.home} yet, so nothing was replaced: run sync first, or name the "
            "right folder with --home."
        )
    check_reporting_date(service, as_of)
    errors: list[CrescendoError] = []
    try:
        collect_corrections(service)
    except (ExternalServiceError, AccessError, BeingSavedError) as error:  # the others can be written
        errors.append(error)
    before = _published_fingerprint(service)
    if before and state.published.get() == f"{state_fingerprint(service, as_of)} {before}":
        return PublishResult((), state.attention.get() or 0)
    on_step("rows and figures")
    tabs = _build_tabs(service, as_of=as_of, pipeline=pipeline)
    rows, summaries = pipeline.rows, _build_summaries(service, as_of=as_of, pipeline=pipeline)
    from integration.operations.losses.finding import look_for_losses, remember_losses  # noqa: PLC0415  # as there

    notices = remember_losses(service, look_for_losses(service, pipeline, as_of))
    notices += pipeline.remember_earlier()  # by the day as of which that was published
    state.reporting_date.set(as_of)
    _note_exposed(service, pipeline.disclosure(as_of))

    def build_again() -> Sequence[Tab]:
        pipeline.begin_again()
        return _build_tabs(service, as_of=as_of, pipeline=pipeline)

    written: list[str] = []
    on_step(service.publisher.data_name)
    try:
        written += [service.publisher.data_name] if write_tabs(service, tabs, build_again=build_again) else []
    except SINGLE_SOURCE_ERRORS as error:
        errors.append(error)
    if pipeline.rows is not rows:  # a person has corrected something meanwhile
        summaries = _build_summaries(service, as_of=as_of, pipeline=pipeline)
    pipeline.remember_published()
    for summary in summaries:
        name = service.publisher.summary_name(summary.authority)
        on_step(name)
        try:
            written += [name] if _write_summary(service, summary) else []
        except SINGLE_SOURCE_ERRORS as error:
            errors.append(error)
    issue_count = sum(len(rows.issues) for rows in pipeline.rows.values())
    state.attention.set(issue_count)
    if errors:
        raise PartlyPublishedError(errors, f"Written: {', '.join(written) or 'nothing'}. Nothing else was changed.")
    worked_out = state_fingerprint(service, as_of, generation=pipeline.generation)
    state.published.set(f"{worked_out} {_published_fingerprint(service)}")
    return PublishResult(tuple(written), issue_count, notices)


def _note_exposed(service: Service, disclosure: Disclosure) -> None:
    """Remember which hidden figures follow from what leaders were shown before: the owner is told of them."""
    exposed: dict[str, list[str]] = {}
    for authority, measure, team, _, period in disclosure.exposed:
        exposed.setdefault(authority, []).append(f"{measure} of {team or authority} for {period}")
    service.store.state.exposed_figures.set(exposed)


def _published_fingerprint(service: Service) -> str:
    """Return a text that changes with anything that is published, also by a person; "" where that is unknown."""
    publisher, authorities = service.publisher, service.settings.programme.authorities
    try:
        each = [publisher.fingerprint(), *map(publisher.fingerprint, authorities)]
    except SINGLE_SOURCE_ERRORS:  # reported when it is written to
        return ""
    return " ".join(each) if all(each) else ""


def _build_tabs(service: Service, *, as_of: date, pipeline: Pipeline) -> Sequence[Tab]:
    # not needed when nothing changed
    from integration.normalise.aliases import suggest_aliases  # noqa: PLC0415
    from integration.operations.losses.finding import earlier_programme  # noqa: PLC0415
    from integration.publish import build_data_tabs  # noqa: PLC0415

    store, programme = service.store, service.settings.programme
    locate = partial(service.settings.positions.file_and_line, "programme.yaml")
    all_rows = suggest_aliases(pipeline.rows, programme, locate, earlier=earlier_programme(service))
    issues = [issue for rows in all_rows.values() for issue in rows.issues]
    keys = [IssueKey(issue.source, issue.key, issue.field, str(issue.code), issue.found) for issue in issues]
    return build_data_tabs(
        settings=service.settings,
        rows=all_rows,
        figures=pipeline.figures(as_of),
        disclosure=pipeline.disclosure(as_of),
        issues_since=store.issues.reported_since(keys, now=service.clock.now()),
        checked_at=store.newest_received(),
    )


def _build_summaries(service: Service, *, as_of: date, pipeline: Pipeline) -> list[Summary]:
    from integration.publish import build_summary  # noqa: PLC0415  # not needed when nothing changed

    settings = service.settings
    return [
        build_summary(settings=settings, authority=authority, view=pipeline.shown(authority, as_of))
        for authority in settings.programme.authorities
    ]


def write_tabs(service: Service, tabs: Sequence[Tab], *, build_again: Callable[[], Sequence[Tab]]) -> bool:
    """Write the project team's tabs where they differ; return whether they did.

    Where a person saves just before they are replaced, what was typed is stored, and they are built again, a few times.
    After that BeingSavedError is raised, and what the person saved stays.
    """
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            written = service.publisher.write_tabs(tabs, read=service.store.state.corrections_read.get() or "")
        except BeingSavedError:
            if attempt == MAX_ATTEMPTS:
                raise
            if collect_corrections(service):
                tabs = build_again()
            continue
        if written:
            remember_own_writing(service)
        return written
    raise AssertionError("the last attempt ends in one way or the other")


def _write_summary(service: Service, summary: Summary) -> bool:
    """Write a summary unless it is word for word the one that is there; return whether it differed."""
    publisher, last_written = service.publisher, service.store.state.summary(summary.authority)
    before = publisher.fingerprint(summary.authority)
    if before and last_written.get() == content_fingerprint(service, summary, before):
        return False
    differed = publisher.write_summary(summary)
    last_written.set(content_fingerprint(service, summary, publisher.fingerprint(summary.authority)))
    return differed


def published_names(service: Service) -> tuple[str, ...]:
    """Return what people call what publish writes: the project team's tabs, then each authority's summary."""
    publisher = service.publisher
    return (publisher.data_name, *(publisher.summary_name(key) for key in service.settings.programme.authorities))
