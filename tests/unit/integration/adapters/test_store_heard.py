"""What the store tells of answers that came by themselves, and of those that came only by reading."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from integration.adapters.clock import as_datetime, write_moment
from integration.model import Arrival
from tests.unit.integration.adapters.stored import EVENING, LATER, MORNING, NOW, response

if TYPE_CHECKING:
    from integration.adapters.store import Store

SECOND = timedelta(seconds=1)
HEARD = as_datetime(MORNING)


def submitted(seconds: int) -> str:
    return write_moment(HEARD + seconds * SECOND)


def test_the_newest_version_of_each_response_is_told(store: Store) -> None:
    store.responses.land(
        "pulse", [response(submitted_at=EVENING), response(submitted_at=MORNING), response("R2")], received_at=NOW
    )
    store.responses.land("families", [response("R3")], received_at=NOW)
    assert store.responses.last_submitted("pulse") == {"R1": EVENING, "R2": MORNING}
    assert store.responses.last_submitted("time_and_barriers") == {}


def test_responses_are_counted_that_were_submitted_and_stored_after_a_moment(store: Store) -> None:
    store.responses.receive([Arrival("pulse", response("by itself", submitted(2)))], received_at=HEARD)
    store.responses.land("pulse", [response("before", submitted(0)), response("R1", submitted(1))], received_at=LATER)
    store.responses.land("pulse", [response("R2", submitted(2)), response("R2", submitted(3))], received_at=NOW)
    store.responses.land("pulse", [response("R1", submitted(2))], received_at=NOW)
    store.responses.land("pulse", [response("early", submitted(1))], received_at=HEARD + SECOND)
    store.responses.land("families", [response("R4", submitted(3))], received_at=NOW)
    for after, until, count in (
        (HEARD, NOW - SECOND, 1),
        (HEARD, NOW, 3),
        (HEARD + 2 * SECOND, NOW, 1),
        (HEARD + 3 * SECOND, NOW, 0),
        (NOW - SECOND, NOW, 0),
    ):
        assert store.responses.count_between("pulse", after=after, until=until) == count, (after, until)
