"""When a webhook counts as silent: it was called once, and since then answers came only by reading."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from integration.alerts.kinds import headline
from integration.alerts.service_conditions import SilentWebhook, find_silent_webhooks, measure_webhook_silence

if TYPE_CHECKING:
    from collections.abc import Sequence

LAST_CALL = datetime(2026, 11, 28, 9, 12, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return LAST_CALL + timedelta(minutes=minutes)


def silence(
    answers: Sequence[tuple[int, int]], *, last_call: datetime | None = LAST_CALL, now: datetime
) -> SilentWebhook | None:
    """Return the silence after answers that were submitted, and stored, so many minutes after the last call."""

    def count_stored(*, after: datetime, until: datetime) -> int:
        moments = [(at(submitted), at(stored)) for submitted, stored in answers]
        return sum(submitted > after and after < stored <= until for submitted, stored in moments)

    return measure_webhook_silence("pulse", last_call, count_stored, now=now)


@pytest.mark.parametrize(
    ("answers", "minutes", "silent"),
    [
        ((), 9999, 0),  # nobody answers: nothing could be heard
        (((-5, 0),), 9999, 0),  # it brought that one
        (((-5, 10),), 9999, 0),  # submitted before it spoke: it may have been a hint about just that one
        (((2, 0),), 9999, 0),  # it brought that one, and this machine's clock is two minutes behind Google's
        (((1, 10),), 9999, 0),  # a hint about just that one, heard by a clock that is a minute behind
        (((5, 10),), 69, 0),  # the script may try again
        (((5, 10),), 70, 1),
        (((5, 10), (8, 10), (90, 100)), 110, 2),
        (((5, 10), (8, 10), (90, 100)), 160, 3),
    ],
)
def test_a_webhook_is_silent_once_answers_came_only_by_reading(
    answers: Sequence[tuple[int, int]], minutes: int, silent: int
) -> None:
    found = silence(answers, now=at(minutes))
    assert found == (SilentWebhook("pulse", LAST_CALL, silent) if silent else None)


def test_a_webhook_that_was_never_called_is_never_silent() -> None:
    assert silence([(5, 10)], last_call=None, now=at(9999)) is None


def test_a_webhook_that_was_called_again_is_not_silent() -> None:
    assert silence([(5, 10)], now=at(120))
    assert silence([(5, 10)], last_call=at(119), now=at(9999)) is None


def test_a_silent_webhook_is_one_condition_that_says_what_to_do() -> None:
    one, more = find_silent_webhooks([SilentWebhook("pulse", LAST_CALL, 1), SilentWebhook("families", LAST_CALL, 1204)])
    assert one.key == "unheard/pulse"
    assert headline(one.key) == "the webhook of pulse is silent"
    assert "silent since 09:12 on 28 November 2026; 1 answer came only by reading" in one.description
    assert "python -m jobs connect pulse" in one.advice
    assert "1,204 answers came only by reading" in more.description
