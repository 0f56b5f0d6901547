"""Schedules in words."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.schema import Job
from config.schema.base import Duration
from config.schema.jobs import (
    EVERY_EXAMPLES,
    LAST_OF_MONTH,
    MAX_INTERVAL_MINUTES,
    MAX_ORDINALS,
    SCHEDULE_EXAMPLES,
    ByHand,
    Daily,
    Every,
    Monthly,
    Schedule,
    Weekly,
    parse_schedule,
)

NINE = time(9)


@pytest.mark.parametrize(
    ("words", "when"),
    [
        ("every minute", Every(1)),
        ("every 10 minutes", Every(10)),
        ("Every  60 Minutes", Every(60)),
        ("every hour", Every(60)),
        ("every 6 hours", Every(360)),
        ("daily at 09:00", Daily(NINE)),
        ("every day at 09:00", Daily(NINE)),
        ("every working day at 09:00", Daily(NINE, working=True)),
        (" weekly on MONDAY at 09:00 ", Weekly(0, NINE)),
        ("every Sunday at 09:00", Weekly(6, NINE)),
        ("monthly on the second working day at 09:00", Monthly(2, "working day", NINE)),
        ("monthly on the 15th working day at 09:00", Monthly(15, "working day", NINE)),
        ("monthly on the last working day at 09:00", Monthly(LAST_OF_MONTH, "working day", NINE)),
        ("monthly on the first tuesday at 09:00", Monthly(1, "Tuesday", NINE)),
        ("monthly on the 5th Friday at 09:00", Monthly(5, "Friday", NINE)),
        ("monthly on day 5 at 09:00", Monthly(5, "day", NINE)),
        ("monthly on the 31st at 09:00", Monthly(31, "day", NINE)),
        ("monthly on the first day at 09:00", Monthly(1, "day", NINE)),
        ("monthly on the last day at 09:00", Monthly(LAST_OF_MONTH, "day", NINE)),
        ("by hand", ByHand()),
    ],
)
def test_a_schedule_is_read_whatever_its_case_and_spaces(words: str, when: Schedule) -> None:
    assert parse_schedule(words) == when


@pytest.mark.parametrize(
    "words",
    [
        "", "sometimes", "every", "every 0 minutes", "every 169 hours", "daily", "daily at 24:00",
        "daily at 07:00 daily",
        "monthly on the 32nd at 09:00", "monthly on day 0 at 09:00", "monthly on the sixth Monday at 09:00",
        "monthly on the 16th working day at 09:00", "monthly on the last at 09:00", "monthly on the 2st at 09:00",
        "monthly on the second weekday at 09:00", "* * * * *",
    ],
)  # fmt: skip
def test_what_is_no_schedule_is_refused(words: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # it holds the guess, which may be empty
        parse_schedule(words)


times = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))  # words name no fold
monthly = st.sampled_from(sorted(MAX_ORDINALS)).flatmap(
    lambda kind: st.builds(Monthly, st.integers(1, MAX_ORDINALS[kind]) | st.just(LAST_OF_MONTH), st.just(kind), times)
)
schedules = st.one_of(
    st.builds(Every, st.integers(1, MAX_INTERVAL_MINUTES)),
    st.builds(Daily, times, working=st.booleans()),
    st.builds(Weekly, st.integers(0, 6), times),
    monthly,
    st.just(ByHand()),
)


@given(when=schedules)
def test_a_schedule_in_words_is_parsed_as_itself(when: Schedule) -> None:
    assert parse_schedule(when.in_words()) == when
    assert parse_schedule(when.in_words().upper()) == when


@given(
    words=st.text(max_size=40)
    | st.lists(st.sampled_from(" ".join(SCHEDULE_EXAMPLES).split()), max_size=8).map(" ".join)
)
def test_any_words_are_a_schedule_or_refused_with_a_guess_that_is_one(words: str) -> None:
    try:
        when = parse_schedule(words)
    except ValueError as error:
        guess = str(error)
    else:
        guess = when.in_words()
    assert not guess or parse_schedule(guess).in_words() == guess


def test_the_examples_are_written_as_the_service_would_write_them() -> None:
    assert [parse_schedule(words).in_words() for words in SCHEDULE_EXAMPLES] == list(SCHEDULE_EXAMPLES)
    assert all(parse_schedule(f"every {words}") for words in EVERY_EXAMPLES)


def test_every_says_the_same_as_when() -> None:
    assert Job(about="reads", every="10 minutes").when == Job(about="reads", when="every 10 minutes").when == Every(10)
    assert Job(about="tells", every="working day at 08:30").when == Daily(time(8, 30), working=True)


def test_a_job_has_exactly_one_schedule() -> None:
    for keys in ({}, {"when": "by hand", "every": "hour"}):
        with pytest.raises(ValidationError, match="either when or every"):
            Job.model_validate({"about": "reads", **keys})


def test_what_a_job_leaves_out_has_a_default() -> None:
    job = Job(about="reads", when="by hand")
    assert (job.missed, job.within, job.late_after) == ("once", Duration(1, "hour"), Duration(30, "minute"))
