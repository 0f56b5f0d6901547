"""The web side's log: the first of each kind at once, and then the count of what came since."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from webhooks.intake_service import MAX_KINDS, EventLog

if TYPE_CHECKING:
    import pytest


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, int]]:
    facts = [record.__dict__ for record in caplog.records]
    return [(each["message"], each.get("form", ""), each.get("count", 1)) for each in facts]


def test_a_flood_of_the_same_makes_no_flood_of_lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    log = EventLog(every_seconds=0.2)
    for _ in range(50):
        log.write("refused", form="pulse")
    log.write("refused", form="families")
    assert lines(caplog) == [("refused", "pulse", 1), ("refused", "families", 1)]
    time.sleep(0.25)
    log.write("refused", form="pulse")
    assert lines(caplog)[2:] == [("refused", "pulse", 50)]


def test_kinds_without_end_do_not_fill_the_memory(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    log = EventLog()
    for number in range(MAX_KINDS + 50):
        log.write("refused", form=f"form-{number}")
    assert len(caplog.records) == MAX_KINDS
