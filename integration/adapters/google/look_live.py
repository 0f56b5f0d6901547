"""Asks Google about each form and spreadsheet of google.yaml, and reports everything at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from integration.adapters.google.budget import QUOTA
from integration.adapters.google.found import Account, Sight
from integration.adapters.google.inquiry import Inquiry
from integration.adapters.google.look_form import look_at_form
from integration.adapters.google.look_spreadsheet import Use, look_at_spreadsheet
from integration.adapters.google.sharing import ANYONE, DOMAIN
from integration.adapters.google.things import things_of
from integration.adapters.google.traffic import READ, WRITE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from config.schema import Google
    from integration.adapters.google.client import GoogleClient
    from integration.adapters.google.found import Found
    from integration.ports import Clock

OF_A_PROJECT = ".iam.gserviceaccount.com"

CLOCKS_DIFFER = timedelta(seconds=60)
"""From here on a difference is worth a word; at a few minutes Google refuses the sign-in."""


def look_live(  # noqa: PLR0913  # everything that is known of the spreadsheets
    client: GoogleClient,
    google: Google,
    *,
    clock: Clock,
    reads: Mapping[str, Mapping[str, str]],
    writes: Sequence[str],
    tell: Callable[[str], None],
) -> Sight:
    """Return what is found; nothing is changed, no answer and no cell is read.

    `reads` has for each spreadsheet of google.yaml its tabs, and where the name of each is written; `writes` are the
    tabs of the data spreadsheet. `tell` is told the name of each form and spreadsheet as it is asked about. Nothing
    is raised: what is wrong stands in the answer.
    """
    inquiry = Inquiry(client, clock=clock)
    found = tuple(_look_at_each(inquiry, google, clock=clock, uses=_uses(google, reads, writes), tell=tell))
    account = Account(
        email=client.account,
        project=_project(client.account),
        is_let_in=inquiry.is_let_in,
        clock_ahead=inquiry.clock_ahead,
        reads_left=client.budget.left(READ),
        writes_left=client.budget.left(WRITE),
        calls_a_minute=QUOTA,
    )
    return Sight(account, found, inquiry.problems, tuple(_warn_of_clock(inquiry.clock_ahead)))


def _project(email: str) -> str:
    """Return the Google Cloud project in the address of a service account; "" where the address has none."""
    _, _, host = email.partition("@")
    return host.removesuffix(OF_A_PROJECT) if host.endswith(OF_A_PROJECT) else ""


def _look_at_each(
    inquiry: Inquiry, google: Google, *, clock: Clock, uses: Mapping[str, Use], tell: Callable[[str], None]
) -> Iterator[Found]:
    for identity, thing in things_of(google).items():
        tell(thing.name)
        use = uses.get(identity)
        if use is None:
            topic = google.watch.topic if google.watch else None
            yield look_at_form(inquiry, thing, identity, now=clock.now(), topic=topic)
        else:
            yield look_at_spreadsheet(inquiry, thing, identity, use=use)


def _uses(google: Google, reads: Mapping[str, Mapping[str, str]], writes: Sequence[str]) -> dict[str, Use]:
    """Return what each spreadsheet is for, by its id."""
    uses = {identity: Use(reads=reads.get(key, {})) for key, identity in google.sheets.items()}
    if google.publish:
        uses[google.publish.data] = Use(
            is_written=True,
            writes=writes,
            holds="what each person answered",
            too_open=frozenset({ANYONE, DOMAIN}),
        )
        for authority, identity in google.publish.summary.items():
            uses[identity] = Use(is_written=True, holds=f"what is for the leaders of “{authority}” only")
    return uses


def _warn_of_clock(ahead: timedelta | None) -> Iterator[str]:
    if ahead is not None and abs(ahead) > CLOCKS_DIFFER:
        side = "ahead of" if ahead > timedelta() else "behind"
        yield (
            f"The clock of this machine is {round(abs(ahead).total_seconds())} seconds {side} Google's; set it, or "
            "Google will refuse the sign-in, and times in the tabs are wrong."
        )
