"""Whether answers may go by the clock alone: a wrong clock must not erase everybody.

A programme that has ended for long is erased all at once, long after its last answer: just what a wrong clock looks
like. So a person confirms it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from integration.words import long_date
from jobs.counted import counted

if TYPE_CHECKING:
    from datetime import datetime

    from integration.wiring import Service
    from jobs.whose import Whose

SHARE = 0.2
"""More than this part of all responses goes at once only where a person confirms it."""
QUIET_AT_MOST = timedelta(days=400)
"""So long after the last thing that was received, either the programme has ended or the clock is wrong."""
CONFIRM = "python -m jobs run retention --confirm"


def doubt(service: Service, answers: Whose, *, corrections: int, now: datetime) -> str:
    """Return why a person must confirm that these answers and so many corrections go, a sentence; "" where not."""
    going = sum(map(len, answers.values()))
    if not going and not corrections:
        return ""
    store = service.store
    stored = sum(len(store.response_ids(source)) for source in store.erasures.sources())
    newest = max(store.newest_received().values(), default=None)
    # Rounded, because 0.29 of 100 is 28.999999999999996 in a computer's arithmetic.
    if going <= round(stored * SHARE, 6) and newest is not None and now - newest <= QUIET_AT_MOST:
        return ""
    last = f"the last answer or sheet came on {long_date(newest.date())}" if newest else "nothing was ever received"
    return (
        f"By this machine's clock it is {long_date(now.date())}, and {last}; so the time of "
        f"{going} of {counted(stored, 'response')} and of {counted(corrections, 'correction')} is over "
        f"(retention.yaml). None of these was erased: check the clock, and if they are to go for good, run: {CONFIRM}"
    )
