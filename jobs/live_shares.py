"""With whom a form or spreadsheet in Google is shared, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from integration.adapters.google.sharing import Share

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
