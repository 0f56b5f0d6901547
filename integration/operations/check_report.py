"""check --live as a person reads it: a block for each thing, and at the end what it comes to."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from integration.adapters.google.checks.probe import EVENT_TYPES
from integration.errors import ExternalServiceError
from integration.text_format import format_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from integration.adapters.google.checks.files import Share
    from integration.adapters.google.checks.probe import (
        AccountFindings,
        GoogleFindings,
        ResourceFindings,
        TabFindings,
        Watch,
    )
    from integration.adapters.store.look import StoreSeen
    from integration.operations.checks import CheckReport, MailFinding

OFF = (
    "Google is off: there is no google.yaml beside programme.yaml, so forms and sheets come from a folder, and the "
    "tabs go to workbooks."
)
NOT_KNOWN = "not known"
UNASKED = "It could not be asked about; the reason stands above."


def report_in_words(live: CheckReport, *, now: datetime) -> str:
    """Return the lines that the command prints."""
    needs, web = live.needs, live.web
    blocks = [
        _block("The service", needs.lines, needs.problems, needs.warnings),
        _block("The web side", web.lines, web.problems, web.warnings),
        _store(live.store),
        _block("Mail", [("", _mail(live.mail))], _told(live.mail.problem)),
    ]
    if not live.is_google_on:
        blocks.append(OFF)
    if live.unasked:
        blocks.append(_block("Google", [("", "It was not asked.")], _told(live.unasked)))
    if live.google:
        sight = live.google
        blocks.append(_block("Google", _account_lines(sight), sight.problems, sight.warnings))
        # Where nobody is let in, nothing is known of anything, and the reason stands above.
        found = sight.found if sight.account.is_let_in else ()
        blocks += [_block(_title(each), _facts(each, live, now), each.problems, each.warnings) for each in found]
    return "\n\n".join([*blocks, _conclusion(live)])


def _store(seen: StoreSeen) -> str:
    lines = [("", f"{seen.name} {seen.state}"), *(("", f"Good to know: {each}") for each in seen.warnings)]
    return _block("The store", lines, _told(seen.problem))


def _block(
    title: str, lines: Sequence[tuple[str, str]], problems: Sequence[Exception] = (), warnings: Sequence[str] = ()
) -> str:
    width = max((len(name) for name, _ in lines), default=0)
    body = [f"  {name:<{width}}  {words}" if name else f"  {words}" for name, words in lines]
    body += [f"  To put right: {problem}" for problem in problems]
    body += [f"  Worth a look: {warning}" for warning in warnings]
    return "\n".join([title, *body])


def _told(problem: Exception | None) -> tuple[Exception, ...]:
    return (problem,) if problem else ()


def _mail(mail: MailFinding) -> str:
    if mail.problem:
        return f"{mail.server or 'The mail server'} cannot be used."
    if mail.server is None:
        return "No mail server is set (SMTP_URL): mails are put into the folder outbox/ in the home folder."
    return f"{mail.server} lets us in; nothing was sent."


def _account_lines(sight: GoogleFindings) -> list[tuple[str, str]]:
    account = sight.account
    project = f", in the Google Cloud project {account.project}" if account.project else ""
    lines = [("account", f"{account.email}{project}")]
    if not account.is_let_in:
        was_tried = not any(isinstance(problem, ExternalServiceError) for problem in sight.problems)
        return [*lines, ("sign-in", "does not work" if was_tried else "could not be tried")]
    lines.append(("sign-in", "works"))
    if account.clock_ahead is not None:
        lines.append(("clock", f"within {_counted(abs(account.clock_ahead.total_seconds()), 'second')} of Google's"))
    every, reads, writes = account.calls_a_minute, account.reads_left, account.writes_left
    said = (
        f"Google tells nobody what is left; of the {every} reads and {every} writes that Sheets allows an account in a "
        f"minute, this check leaves {reads} and {writes}, if nobody else uses the account"
    )
    return [*lines, ("quota", said)]


def _title(found: ResourceFindings) -> str:
    return found.thing.name[0].upper() + found.thing.name[1:]


def _facts(found: ResourceFindings, live: CheckReport, now: datetime) -> list[tuple[str, str]]:
    if found.title is None:
        # Nobody could say anything of it: a list of what is not known would help nobody.
        return [] if found.problems else [("", UNASKED)]
    lines = [("title", found.title or NOT_KNOWN), ("readable", _yes_or_no(found.is_readable))]
    if found.kind == "form":
        closed = "; the form takes none at present" if found.is_taking_answers is False else ""
        lines += [
            ("answers", f"{_yes_or_no(found.are_answers_readable, 'can be read', 'cannot be read')}{closed}"),
            ("watch", _watches(found.watches, live.schedule, now)),
        ]
    else:
        no = "no" if found.tabs is None or found.tabs.are_ours else "no, and need not be"
        lines += [("writable", _yes_or_no(found.is_writable, no=no)), ("tabs", _tabs(found.tabs))]
    shared_with = NOT_KNOWN if found.is_writable is None else shares_in_words(found.shares)
    return [*lines, ("shared with", shared_with)]


def _yes_or_no(answer: bool | None, yes: str = "yes", no: str = "no") -> str:  # noqa: FBT001  # None is an answer too
    if answer is None:
        return NOT_KNOWN
    return yes if answer else no


def _watches(watches: Sequence[Watch] | None, schedule: str, now: datetime) -> str:
    if watches is None:
        return NOT_KNOWN
    return "; ".join(_watch_lines(watch, now) for watch in watches) or f"not watched, read {schedule}"


def _watch_lines(watch: Watch, now: datetime) -> str:
    days = (watch.expires_at - now).days
    left = f"{_counted(days, 'day')} left" if days > 0 else "less than a day left"
    about = EVENT_TYPES.get(watch.reports, watch.reports)
    state = "watched" if watch.is_active else "suspended: was watched"
    return f"{state} for {about}, until {format_time(watch.expires_at.isoformat())} ({left})"


def _tabs(tabs: TabFindings | None) -> str:
    if tabs is None:
        return NOT_KNOWN
    there = ", ".join(tabs.there)
    if not tabs.are_ours:
        return "; ".join(filter(None, [there, f"not there: {', '.join(tabs.missing)}" if tabs.missing else ""]))
    if not there:
        return "none of ours yet; publish makes them"
    return f"{there}; publish makes {', '.join(tabs.missing)}" if tabs.missing else there


def _counted(number: float, what: str) -> str:
    whole = max(round(number), 1)
    return f"{whole} {what}{'s' * (whole > 1)}"


def _conclusion(live: CheckReport) -> str:
    looks = f"{len(live.looks)} worth a look" if live.looks else ""
    if live.problems:
        return f"{', '.join(filter(None, [f'{len(live.problems)} to put right', looks]))}: see above."
    return f"Nothing to put right{f'; {looks}: see above' if looks else ''}."


MOST_NAMED = 8
"""So many are named of those who may do the same; the others are counted."""

WHO_MAY = {"edit": "editor", "comment on": "commenter", "view": "viewer"}
"""What one is called who may do so."""


def shares_in_words(shares: Sequence[Share] | None) -> str:
    """Return such as `2 people (editor: a@example.org; viewer: b@example.org), anyone with the link (viewer)!`."""
    if shares is None:
        return "not visible to this account"
    return ", ".join(_parts(shares)) or "nobody but this account"


def _parts(shares: Sequence[Share]) -> Iterator[str]:
    people = [share for share in shares if share.to == "user"]
    if people:
        yield f"{len(people)} {'person' if len(people) == 1 else 'people'} ({'; '.join(_by_right(people))})"
    for share in shares:
        right = WHO_MAY[share.may]
        if share.to == "group":
            yield f"the group {share.who} ({right})"
        elif share.to == "domain":
            yield f"everyone at {share.who} ({right})"
        elif share.to == "anyone":
            yield f"anyone with the link ({right})!"


def _by_right(people: Sequence[Share]) -> Iterator[str]:
    for may, right in WHO_MAY.items():
        who = [share.who for share in people if share.may == may]
        if who:
            more = f" and {len(who) - MOST_NAMED} more" if len(who) > MOST_NAMED else ""
            yield f"{right}{'s' * (len(who) > 1)}: {', '.join(who[:MOST_NAMED])}{more}"


def report_as_data(live: CheckReport) -> dict[str, Any]:
    """Return what was found; moments are ISO text in UTC, null is: nobody could say, or it does not apply."""
    sight = live.google
    return {
        "ok": not live.problems,
        "problems": [{"sentence": str(problem), "exit_code": problem.exit_code} for problem in live.problems],
        "warnings": list(live.warnings),
        "service": dict(live.needs.lines),
        "web": dict(live.web.lines),
        "store": {"path": live.store.name, "ok": live.store.problem is None, "state": live.store.state},
        "mail": {"server": live.mail.server, "ok": live.mail.problem is None},
        "account": _account_data(sight.account) if sight else None,
        "google": [_found(each) for each in sight.found] if sight else [],
    }


def _account_data(account: AccountFindings) -> dict[str, Any]:
    ahead = account.clock_ahead
    return {
        "email": account.email,
        "project": account.project,
        "signed_in": account.is_let_in,
        "clock_ahead_seconds": None if ahead is None else round(ahead.total_seconds()),
        "reads_left": account.reads_left,
        "writes_left": account.writes_left,
        "calls_a_minute": account.calls_a_minute,
    }


def _found(found: ResourceFindings) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "name": found.thing.name,
        "place": found.thing.place,
        "id": found.identity,
        "title": found.title,
        "readable": found.is_readable,
        "writable": found.is_writable,
        "answers_readable": found.are_answers_readable,
        "takes_answers": found.is_taking_answers,
        "shared_with": None if found.shares is None else [asdict(share) for share in found.shares],
        "watches": None if found.watches is None else [_watch_data(watch) for watch in found.watches],
        "tabs": None if found.tabs is None else {"there": found.tabs.there, "missing": found.tabs.missing},
        "problems": [str(problem) for problem in found.problems],
        "warnings": list(found.warnings),
    }


def _watch_data(watch: Watch) -> dict[str, Any]:
    return {
        "reports": watch.reports,
        "active": watch.is_active,
        "expires_at": watch.expires_at.isoformat(),
        "trouble": watch.trouble,
    }
