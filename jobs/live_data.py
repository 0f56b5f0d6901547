"""check --live as plain data, for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from integration.adapters.google.found import Account, Found, Watch
    from jobs.live_seen import Live


def live_as_data(live: Live) -> dict[str, Any]:
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
        "account": _account(sight.account) if sight else None,
        "google": [_found(each) for each in sight.found] if sight else [],
    }


def _account(account: Account) -> dict[str, Any]:
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


def _found(found: Found) -> dict[str, Any]:
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
        "watches": None if found.watches is None else [_watch(watch) for watch in found.watches],
        "tabs": None if found.tabs is None else {"there": found.tabs.there, "missing": found.tabs.missing},
        "problems": [str(problem) for problem in found.problems],
        "warnings": list(found.warnings),
    }


def _watch(watch: Watch) -> dict[str, Any]:
    return {
        "reports": watch.reports,
        "active": watch.is_active,
        "expires_at": watch.expires_at.isoformat(),
        "trouble": watch.trouble,
    }
