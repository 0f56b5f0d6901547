"""Durations in words, and their arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError

from config.schema.base import FIXED_LENGTHS, MONTHS_PER_UNIT, Duration, LongDuration, ShortDuration, parse_duration


class Kept(BaseModel):
    within: ShortDuration = Duration(1, "hour")
    answers: LongDuration = Field(default=Duration(24, "month"), json_schema_extra={"default": "24 months"})


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc,arg-type]  # year, month, day, hour, minute


@pytest.mark.parametrize(
    ("words", "duration"),
    [
        ("30 minutes", Duration(30, "minute")),
        ("1 hour", Duration(1, "hour")),
        ("  2   Hours ", Duration(2, "hour")),
        ("1 days", Duration(1, "day")),
        ("24 months", Duration(24, "month")),
        ("6 YEARS", Duration(6, "year")),
    ],
)
def test_a_length_is_read_whatever_its_case_and_spaces(words: str, duration: Duration) -> None:
    assert parse_duration(words) == duration


@pytest.mark.parametrize(
    "words",
    ["", "0 days", "-1 day", "half an hour", "30", "30 min", "1.5 hours", "101 years", "999999 weeks", "٣ days"],
)
def test_what_is_no_length_is_refused_with_what_may_be_written(words: str) -> None:
    with pytest.raises(ValueError, match="a number of minutes, hours"):
        parse_duration(words)


@given(count=st.integers(1, 1000), unit=st.sampled_from([*FIXED_LENGTHS, *MONTHS_PER_UNIT]))
def test_a_duration_in_words_is_parsed_as_itself(count: int, unit: str) -> None:
    duration = Duration(count, unit)
    if unit != "year" or count <= 100:
        assert parse_duration(duration.in_words()) == duration


def test_months_and_years_are_those_of_the_calendar() -> None:
    assert Duration(1, "month").before(at(2022, 3, 31, 7)) == at(2022, 2, 28, 7)
    assert Duration(1, "month").before(at(2024, 3, 31)) == at(2024, 2, 29)
    assert Duration(24, "month").before(at(2022, 1, 15)) == at(2020, 1, 15)
    assert Duration(1, "year").after(at(2024, 2, 29)) == at(2025, 2, 28)
    assert Duration(13, "month").after(at(2021, 12, 5)) == at(2023, 1, 5)


def test_shorter_units_are_exact() -> None:
    assert Duration(90, "minute").timedelta == timedelta(hours=1, minutes=30)
    assert Duration(2, "week").before(at(2022, 3, 15)) == at(2022, 3, 1)
    with pytest.raises(ValueError, match="24 months are not of one length"):
        _ = Duration(24, "month").timedelta


def test_what_lies_before_the_calendar_is_its_first_moment() -> None:
    assert Duration(100, "year").before(at(50, 1, 1)) == at(1, 1, 1)


def test_a_model_takes_the_words_and_gives_them_back() -> None:
    kept = Kept.model_validate({"within": "90 minutes", "answers": "6 years"})
    assert kept.within.timedelta == timedelta(minutes=90)
    assert kept.model_dump() == {"within": "90 minutes", "answers": "6 years"}
    assert Kept.model_json_schema()["properties"]["answers"]["default"] == "24 months"


@pytest.mark.parametrize("given", [{"within": "2 months"}, {"answers": "30 minutes"}, {"within": 30}, {"within": None}])
def test_a_deadline_is_no_month_and_nothing_is_kept_for_minutes(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="not written as it should be"):
        Kept.model_validate(given)
