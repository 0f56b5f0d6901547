"""The report of check --live: as lines, a block for each part of the service, and as data for scripts."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from integration.adapters.google.watching.watches import EVENT_TYPES
from integration.errors import ExternalServiceError
from integration.text_format import format_count, format_time

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from integration.adapters.google.checks.files import Share
    from integration.adapters.google.checks.probe import GoogleFindings, ResourceFindings, TabFindings
    from integration.adapters.google.watching.watches import Watch
    from integration.operations.monitoring.checks import CheckReport

GOOGLE_IS_OFF = (
    "Google is off: there is no google.yaml beside programme.yaml, so forms and sheets come from a folder, and the "
    "tabs go to workbooks."
)
NOT_KNOWN = "not known"


def report_in_words(report: CheckReport, *, now: datetime) -> str:
    """Return the lines that the command prints."""
    settings, web, store, mail, google = report.service, report.web, report.store, report.mail, report.google
    mail_line = f"{mail.server} lets us in; nothing was sent."
    if mail.problem:
        mail_line = f"{mail.server or 'The mail server'} cannot be used."
    elif mail.server is None:
        mail_line = "No mail server is set (SMTP_URL): mails are put into the folder outbox/ in the home folder."
    store_lines = [("", f"{store.name} {store.state}"), *(("", f"Good to know: {each}") for each in store.warnings)]
    blocks = [
        _block("The service", settings.lines, settings.problems, settings.warnings),
        _block("The web side", web.lines, web.problems, web.warnings),
        _block("The store", store_lines, [store.problem]),
        _block("Mail", [("", mail_line)], [mail.problem]),
    ]
    if report.google is None and report.unasked is None:
        blocks.append(GOOGLE_IS_OFF)
    if report.unasked:
        blocks.append(_block("Google", [("", "It was not asked.")], [report.unasked]))
    if google:
        blocks.append(_block("Google", _account_lines(google), google.problems, google.warnings))
        # Where the account is not let in, nothing is known of anything, and the reason stands above.
        for each in google.resources if google.account.is_signed_in else ():
            title = each.resource.name[0].upper() + each.resource.name[1:]
            blocks.append(_block(title, _resource_lines(each, report.schedule, now), each.problems, each.warnings))
    looks = f"{len(report.worth_a_look)} worth a look" if report.worth_a_look else ""
    if report.problems:
        conclusion = f"{', '.join(filter(None, [f'{len(report.problems)} to put right', looks]))}: see above."
    else:
        conclusion = f"Nothing to put right{f'; {looks}: see above' if looks else ''}."
    return "\n\n".join([*blocks, conclusion])


def _block(
    title: str,
    lines: Sequence[tuple[str, str]],
    problems: Sequence[Exception | None] = (),
    warnings: Sequence[str] = (),
) -> str:
    width = max((len(name) for name, _ in lines), default=0)
    body = [f"  {name:<{width}}  {words}" if name else f"  {words}" for name, words in lines]
    body += [f"  To put right: {problem}" for problem in problems if problem]
    body += [f"  Worth a look: {warning}" for warning in warnings]
    return "\n".join([title, *body])


def _account_lines(google: GoogleFindings) -> list[tuple[str, str]]:
    account = google.account
    project = f", in the Google Cloud project {account.project}" if account.project else ""
    lines = [("account", f"{account.email}{project}")]
    if not account.is_signed_in:
        was_tried = not any(isinstance(problem, ExternalServiceError) for problem in google.problems)
        return [*lines, ("sign-in", "does not work" if was_tried else "could not be tried")]
    lines.append(("sign-in", "works"))
    if account.clock_ahead is not None:
        seconds = max(round(abs(account.clock_ahead.total_seconds())), 1)
        lines.append(("clock", f"within {format_count(seconds, 'second')} of Google's"))
    limit, reads, writes = account.calls_a_minute, account.reads_left, account.writes_left
    quota = (
        f"Google tells nobody what is left; of the {limit} reads and {limit} writes that Sheets allows an account in a "
        f"minute, this check leaves {reads} and {writes}, if nobody else uses the account"
    )
    return [*lines, ("quota", quota)]


def _resource_lines(resource: ResourceFindings, schedule: str, now: datetime) -> list[tuple[str, str]]:
    """Return the lines about a form or a spreadsheet; `schedule` says how often a form is read that is not watched."""
    if resource.title is None:
        # Google said nothing of it: a list of what is not known would help nobody.
        return [] if resource.problems else [("", "It could not be asked about; the reason stands above.")]
    lines = [("title", resource.title or NOT_KNOWN), ("readable", _yes_or_no(resource.is_readable))]
    if resource.kind == "form":
        closed = "; the form takes none at present" if resource.is_accepting_responses is False else ""
        answers = f"{_yes_or_no(resource.are_responses_readable, 'can be read', 'cannot be read')}{closed}"
        watches = NOT_KNOWN
        if resource.watches is not None:
            watches = "; ".join(_describe_watch(each, now) for each in resource.watches)
            watches = watches or f"not watched, read {schedule}"
        lines += [("answers", answers), ("watch", watches)]
    else:
        no = "no" if resource.tabs is None or resource.tabs.are_ours else "no, and need not be"
        lines += [("writable", _yes_or_no(resource.is_writable, no=no)), ("tabs", _describe_tabs(resource.tabs))]
    shared_with = NOT_KNOWN if resource.is_writable is None else shares_in_words(resource.shares)
    return [*lines, ("shared with", shared_with)]


def _yes_or_no(answer: bool | None, yes: str = "yes", no: str = "no") -> str:  # noqa: FBT001  # None is an answer too
    if answer is None:
        return NOT_KNOWN
    return yes if answer else no


def _describe_watch(watch: Watch, now: datetime) -> str:
    days = (watch.expires_at - now).days
    left = f"{format_count(days, 'day')} left" if days > 0 else "less than a day left"
    about = EVENT_TYPES.get(watch.event_type, watch.event_type)
    state = "watched" if watch.is_active else "suspended: was watched"
    return f"{state} for {about}, until {format_time(watch.expires_at.isoformat())} ({left})"


def _describe_tabs(tabs: TabFindings | None) -> str:
    if tabs is None:
        return NOT_KNOWN
    there = ", ".join(tabs.present)
    if not tabs.are_ours:
        return "; ".join(filter(None, [there, f"not there: {', '.join(tabs.missing)}" if tabs.missing else ""]))
    if not there:
        return "none of ours yet; publish makes them"
    return f"{there}; publish makes {', '.join(tabs.missing)}" if tabs.missing else there


MOST_NAMED = 8
"""So many people with the same right are named; the others are counted."""

ROLES = {"edit": "editor", "comment on": "commenter", "view": "viewer"}
"""What a person with each right is called."""


def shares_in_words(shares: Sequence[Share] | None) -> str:
    """Return such as `2 people (editor: a@example.org; viewer: b@example.org), anyone with the link (viewer)!`."""
    if shares is None:
        return "not visible to this account"
    people = [share for share in shares if share.to == "user"]
    by_role = []
    for may, role in ROLES.items():
        who = [share.who for share in people if share.right == may]
        if who:
            more = f" and {len(who) - MOST_NAMED} more" if len(who) > MOST_NAMED else ""
            by_role.append(f"{role}{'s' * (len(who) > 1)}: {', '.join(who[:MOST_NAMED])}{more}")
    parts = [f"{format_count(len(people), 'person', plural='people')} ({'; '.join(by_role)})"] if people else []
    others = {"group": "the group {} ({})", "domain": "everyone at {} ({})", "anyone": "anyone with the link ({1})!"}
    parts += [others[each.to].format(each.who, ROLES[each.right]) for each in shares if each.to in others]
    return ", ".join(parts) or "nobody but this account"


def report_as_data(report: CheckReport) -> dict[str, Any]:
    """Return what was found; moments are ISO text in UTC, null is: it could not be found out, or it does not apply."""
    google, account = report.google, None
    if google:
        about = google.account
        account = {
            "email": about.email,
            "project": about.project,
            "signed_in": about.is_signed_in,
            "clock_ahead_seconds": None if about.clock_ahead is None else round(about.clock_ahead.total_seconds()),
            "reads_left": about.reads_left,
            "writes_left": about.writes_left,
            "calls_a_minute": about.calls_a_minute,
        }
    return {
        "ok": not report.problems,
        "problems": [{"sentence": str(problem), "exit_code": problem.exit_code} for problem in report.problems],
        "warnings": [*report.store.warnings, *report.worth_a_look],
        "service": dict(report.service.lines),
        "web": dict(report.web.lines),
        "store": {"path": report.store.name, "ok": report.store.problem is None, "state": report.store.state},
        "mail": {"server": report.mail.server, "ok": report.mail.problem is None},
        "account": account,
        "google": [_resource_data(each) for each in google.resources] if google else [],
    }


def _resource_data(resource: ResourceFindings) -> dict[str, Any]:
    tabs, watches = resource.tabs, resource.watches
    watch_data = [
        {
            "reports": each.event_type, "active": each.is_active, "expires_at": each.expires_at.isoformat(),
            "trouble": each.error_type,
        }
        for each in watches or ()
    ]  # fmt: skip
    return {
        "kind": resource.kind,
        "name": resource.resource.name,
        "place": resource.resource.place,
        "id": resource.resource_id,
        "title": resource.title,
        "readable": resource.is_readable,
        "writable": resource.is_writable,
        "answers_readable": resource.are_responses_readable,
        "takes_answers": resource.is_accepting_responses,
        "shared_with": None if resource.shares is None else [asdict(share) for share in resource.shares],
        "watches": None if watches is None else watch_data,
        "tabs": None if tabs is None else {"there": tabs.present, "missing": tabs.missing},
        "problems": [str(problem) for problem in resource.problems],
        "warnings": list(resource.warnings),
    }
