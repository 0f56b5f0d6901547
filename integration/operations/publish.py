"""publish: normalise, measure, disclose, write the tabs. Everything is worked out before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from integration.errors import SINGLE_SOURCE_ERRORS, AccessError, CallError, ExternalServiceError, PartlyPublishedError
from integration.model import IssueKey
from integration.operations.pipeline import (
    check_reporting_date,
    content_fingerprint,
    published_fingerprint,
    remember_reporting_date,
    state_fingerprint,
)
from integration.operations.sync import collect_corrections, remember_own_writing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from integration.errors import CrescendoError
    from integration.model import Issue, Summary, Tab
    from integration.operations.pipeline import Pipeline
    from integration.wiring import Service


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What was written; nothing where nothing had changed."""

    written: tuple[str, ...]
    attention: int

    def in_words(self) -> str:
        """Return what was written, in a sentence."""
        rows = "1 row needs" if self.attention == 1 else f"{self.attention} rows need"
        return f"{', '.join(self.written) or 'nothing had changed'}; {rows} attention"


def publish(service: Service, *, as_of: date, pipeline: Pipeline, on_step: Callable[[str], None]) -> PublishResult:
    """Write the tabs and the leaders' summaries, each file only where it differs.

    Raises CallError where nothing was ever read, so that an empty store never replaces good tabs.
    Where nothing has changed since, and the files still stand as they were written, nothing is worked out.
    """
    if not service.store.newest_received() and not service.store.erasures.count():
        raise CallError(
            f"Nothing has been read into {service.home} yet, so nothing was replaced: run sync first, or name the "
            "right folder with --home."
        )
    check_reporting_date(service, as_of)
    errors = _take_up(service)
    before = published_fingerprint(service)
    if before and service.store.state.published.get() == f"{state_fingerprint(service, as_of)} {before}":
        return PublishResult((), service.store.state.attention.get() or 0)
    from integration.publish import build_data_tabs, build_summary  # noqa: PLC0415  # not needed when nothing changed

    on_step("rows and figures")
    figures = pipeline.figures(as_of)
    issues = [issue for rows in pipeline.rows.values() for issue in rows.issues]
    now = service.clock.now()
    tabs = build_data_tabs(
        settings=service.settings,
        rows=pipeline.rows,
        figures=figures,
        hidden=pipeline.hidden(as_of),
        issues_since=service.store.issues.reported_since([_identity(issue) for issue in issues], now=now),
        checked_at=service.store.newest_received(),
    )
    summaries = {
        authority: build_summary(settings=service.settings, authority=authority, view=pipeline.shown(authority, as_of))
        for authority in service.settings.programme.authorities
    }
    remember_reporting_date(service, as_of)
    written, failed = _write(service, tabs, summaries, on_step)
    service.store.state.attention.set(len(issues))
    if errors := [*errors, *failed]:
        raise PartlyPublishedError(errors, f"Written: {', '.join(written) or 'nothing'}. Nothing else was changed.")
    service.store.state.published.set(f"{state_fingerprint(service, as_of)} {published_fingerprint(service)}")
    return PublishResult(tuple(written), len(issues))


def _take_up(service: Service) -> list[CrescendoError]:
    """Take up what was typed; return why that could not be done, if it could not."""
    try:
        collect_corrections(service)
    except (ExternalServiceError, AccessError) as error:  # a spreadsheet of the others can be written all the same
        return [error]
    return []


def _write(
    service: Service, tabs: Sequence[Tab], summaries: Mapping[str, Summary], on_step: Callable[[str], None]
) -> tuple[list[str], list[CrescendoError]]:
    """Write what differs; return the names of it, and what could not be written."""
    publisher = service.publisher
    targets: dict[str, Callable[[], bool]] = {publisher.data_name: partial(_write_tabs, service, tabs)}
    for authority, leaders_summary in summaries.items():
        targets[publisher.summary_name(authority)] = partial(_write_summary, service, leaders_summary)
    written: list[str] = []
    errors: list[CrescendoError] = []
    for name, write in targets.items():
        on_step(name)
        try:
            if write():
                written.append(name)
        except SINGLE_SOURCE_ERRORS as error:
            errors.append(error)
    return written, errors


def _write_tabs(service: Service, tabs: Sequence[Tab]) -> bool:
    """Write the project team's tabs where they differ; return whether they did."""
    written = service.publisher.write_tabs(tabs)
    if written:
        remember_own_writing(service)
    return written


def _write_summary(service: Service, leaders_summary: Summary) -> bool:
    """Write a summary unless it is word for word the one that stands there; return whether it differed."""
    authority = leaders_summary.authority
    remembered = service.store.state.summary(authority)
    before = service.publisher.fingerprint(authority)
    if before and remembered.get() == content_fingerprint(service, leaders_summary, before):
        return False
    differed = service.publisher.write_summary(leaders_summary)
    after = service.publisher.fingerprint(authority)
    remembered.set(content_fingerprint(service, leaders_summary, after))
    return differed


def _identity(issue: Issue) -> IssueKey:
    return IssueKey(issue.source, issue.key, issue.field, str(issue.code), issue.found)
