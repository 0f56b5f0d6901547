"""alerts.yaml: the forms that it names are there, and nothing ends twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.nearest import listed, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.draft import Draft
    from config.errors import Problem


def check_alerts(draft: Draft) -> Iterator[Problem]:
    """Give a problem for each form that is not there, and for what ends twice."""
    document = draft.alerts
    if document is None:
        return
    if not draft.unread:
        for name in document.model.silent_after:
            if name not in draft.forms:
                found, guess = f"{quoted(name)}, which is no form", nearest(name, draft.forms)
                yield document.problem_of_key(("silent_after", name), found, listed(draft.forms), guess)
    seen = set()
    for place, expiry in enumerate(document.model.expiries):
        if expiry.what.casefold() in seen:
            found = f"{quoted(expiry.what)}, which stands above already"
            yield document.problem(("expiries", place, "what"), found, "another name for each thing that ends")
        seen.add(expiry.what.casefold())
