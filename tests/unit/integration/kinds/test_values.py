"""How each type of value is read, and that nothing is ever guessed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.kinds.values import (
    JOINED_MARK,
    TICK_SEPARATOR,
    Raw,
    from_text,
    read_choice,
    read_choices,
    read_code,
    read_date,
    read_likert,
    read_name,
    read_number,
    read_scale,
    read_text,
    to_text,
)
from integration.model import DateCell, FailedCell, IssueCode

BARRIERS = {
    name.casefold(): name for name in ("Travel", "IT systems", "Meetings, reviews and conferences", "Court work")
}
LABELS = {"strongly disagree": 1, "disagree": 2, "neither agree nor disagree": 3, "agree": 4, "strongly agree": 5}
PREFER_NOT = frozenset({"prefer not to say"})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12", 12),
        ("12.5", 12.5),
        ("12,5", 12.5),
        ("1,200", 1200),
        ("1,200.5", 1200.5),
        (" 10h", 10),
        ("13 hours", 13),
        ("approx 13 hours", 13),
        ("approximately 13", 13),
        ("about 5.5", 5.5),
        ("around 7", 7),
        ("roughly 7", 7),
        ("circa 8", 8),
        ("c. 8", 8),
        ("~14", 14),
        ("~ 14 hrs", 14),
        ("30 %", 30),
        ("-3", -3),
        ("+3", 3),
        ("0", 0),
        ("ABOUT 12 HRS", 12),
        ("12\u00a0hours", 12),
        (7, 7),
        (7.25, 7.25),
        ("25%", 25),
        ("12.5%", 12.5),
        ("-25%", -25),
    ],
)
def test_a_number_is_read_however_people_write_it(typed: Raw, meant: float) -> None:
    assert read_number(typed).value == meant


@pytest.mark.parametrize(
    "typed",
    [
        "10-12",
        "12 or 13",
        "lots",
        "?",
        "1.2.3",
        "12 13",
        "twelve",
        "1e3",
        "0x1f",
        "h",
        "١٢",
        True,
        DateCell("2022-02-01"),
        "1,2,3",
        "12 weeks",
        "about",
        "5:30",
        FailedCell(""),
        FailedCell("#N/A"),
        "inf",
        "nan",
    ],
)
def test_what_is_not_one_number_is_never_guessed(typed: Raw) -> None:
    assert read_number(typed).code is IssueCode.NOT_A_NUMBER


def test_the_limits_of_a_number_are_allowed_themselves() -> None:
    assert read_number("0", 0, 80).value == 0
    assert read_number("80", 0, 80).value == 80
    assert read_number("80.5", 0, 80).code is IssueCode.OUT_OF_RANGE
    assert read_number("-3", 0, 80).code is IssueCode.OUT_OF_RANGE


@pytest.mark.parametrize("typed", [6.5, "6.5", "6,5", "0.5 ", 1e-9])
def test_half_a_person_is_no_number_of_people(typed: str | float) -> None:
    assert read_number(typed, 0, must_be_whole=True).code is IssueCode.NOT_A_NUMBER
    assert read_number("7.0", 0, must_be_whole=True).value == 7


def test_a_moment_keeps_its_time_in_words_and_is_its_day_in_a_date() -> None:
    moment = DateCell("2022-03-01 10:30")
    assert read_text(moment).value == "2022-03-01 10:30"
    assert read_date(moment).value == "2022-03-01"
    assert read_number(moment).code is IssueCode.NOT_A_NUMBER


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2022-03-01", "2022-03-01"),
        ("1/3/2022", "2022-03-01"),
        ("01/03/22", "2022-03-01"),
        ("1-3-2022", "2022-03-01"),
        ("1.3.22", "2022-03-01"),
        ("3 March 2022", "2022-03-03"),
        ("3 mar 2022", "2022-03-03"),
        ("3 SEPT 2022", "2022-09-03"),
        (44517, "2021-11-17"),
        (44517.9, "2021-11-17"),
        ("44517", "2021-11-17"),
        (DateCell("2022-01-15"), "2022-01-15"),
        ("2022-05-02 14:30", "2022-05-02"),
        ("2022-05-02T14:30:00", "2022-05-02"),
        ("2021-10-20T23:00:00Z", "2021-10-21"),
        ("2021-10-20T23:00:00.000Z", "2021-10-21"),
        ("2021-12-20t23:00z", "2021-12-20"),
        ("2021-10-21T00:30:00+05:00", "2021-10-20"),
        ("2021-10-20 23:00:00 +0000", "2021-10-21"),
    ],
)
def test_a_date_is_read_day_first(typed: Raw, day: str) -> None:
    assert read_date(typed).value == day


@pytest.mark.parametrize(
    ("shown", "cell"),
    [
        ("#N/A", FailedCell("#N/A")), ("#DIV/0!", FailedCell("#DIV/0!")), ("#NAME?", FailedCell("#NAME?")),
        ("#GETTING_DATA", FailedCell("#GETTING_DATA")), ("########", FailedCell("########")),
        ("Err:502", FailedCell("Err:502")), ("(a formula without a result)", FailedCell("")),
        ("#1", "#1"), ("#teamwork", "#teamwork"), ("# N/A", "# N/A"), ("25%", "25%"), ("", ""),
    ],
)  # fmt: skip
def test_a_cell_that_was_written_down_as_words_is_known_again(shown: str, cell: Raw) -> None:
    assert from_text(shown) == cell
    assert to_text(cell) == shown


@pytest.mark.parametrize(("number", "words"), [(12.0, "12"), (1234567890123456.0, "1234567890123456"), (2.5, "2.5")])
def test_a_whole_number_is_written_without_a_point_however_long(number: float, words: str) -> None:
    assert to_text(number) == words


@pytest.mark.parametrize(
    "typed",
    [
        "12/25/2021",
        "31/2/2022",
        "soon",
        "1/3",
        "1/3-2022",
        29999,
        60001,
        3.0,
        True,
        "3rd March 2022",
        "2022",
        "2021-02-30T00:00:00Z",
        "9999-12-31T23:00:00-05:00",
        "2021-10-20T25:00:00Z",
        DateCell("1899-12-30"),
        FailedCell("#REF!"),
        "5:30",
    ],
)
def test_what_is_no_date_is_reported(typed: Raw) -> None:
    assert read_date(typed).code is IssueCode.NOT_A_DATE


def test_a_label_or_its_bare_number_is_read_and_nothing_else() -> None:
    assert read_likert(" AGREE ", LABELS, PREFER_NOT).value == 4
    assert read_likert("neither  agree nor disagree", LABELS, PREFER_NOT).value == 3
    assert read_likert("5", LABELS, PREFER_NOT).value == 5
    assert read_likert(5.0, LABELS, PREFER_NOT).value == 5
    for typed in ("6", "0", "agree-ish", "see above", "4.0"):
        assert read_likert(typed, LABELS, PREFER_NOT).code is IssueCode.UNKNOWN_CHOICE


def test_prefer_not_to_say_is_an_empty_answer_and_no_issue() -> None:
    read = read_likert("Prefer not to say", LABELS, PREFER_NOT)
    assert (read.value, read.code) == (None, None)


def test_a_scale_takes_whole_numbers_only() -> None:
    assert read_scale("7", 0, 10).value == 7
    assert read_scale(7.0, 0, 10).value == 7
    assert read_scale("11", 0, 10).code is IssueCode.OUT_OF_RANGE
    assert read_scale("7.5", 0, 10).code is IssueCode.NOT_A_NUMBER
    assert read_scale("seven", 0, 10).code is IssueCode.NOT_A_NUMBER


def test_ticks_with_a_comma_inside_are_read_whole_from_one_cell() -> None:
    read = read_choices(
        JOINED_MARK + "Travel, Meetings, reviews and conferences, IT systems", BARRIERS, frozenset(), other=False
    )
    assert read.value == "Travel; Meetings, reviews and conferences; IT systems"
    assert read.ticks == 3


def test_what_matches_no_option_is_one_other_text() -> None:
    read = read_choices(JOINED_MARK + "Travel, The phones, and the printer", BARRIERS, frozenset(), other=True)
    assert (read.value, read.other, read.ticks) == ("Travel; other", "The phones, and the printer", 2)


def test_a_bad_tick_is_reported_and_the_good_ones_are_kept() -> None:
    read = read_choices(TICK_SEPARATOR.join(["Travel", "Trave"]), BARRIERS, frozenset(), other=False)
    assert (read.value, read.code, read.ticks) == ("Travel", IssueCode.UNKNOWN_CHOICE, 1)


def test_ticks_that_come_one_by_one_are_never_split() -> None:
    read = read_choices(TICK_SEPARATOR.join(["Travel, IT systems", "Court work"]), BARRIERS, frozenset(), other=True)
    assert (read.value, read.other) == ("Court work; other", "Travel, IT systems")


def test_anything_else_under_other_is_kept_as_text() -> None:
    read = read_choice(" The phone system ", BARRIERS, frozenset(), other=True)
    assert (read.value, read.other) == ("other", "The phone system")
    assert read_choice("Trave", BARRIERS, frozenset(), other=False).code is IssueCode.UNKNOWN_CHOICE


def test_a_code_leaves_only_as_its_hash() -> None:
    pattern = re.compile(r"^[A-Z]{2}\d{2}$", re.ASCII)
    hashes = {read_code(typed, pattern, b"key").value for typed in ("TO12", " to12", "TO 12", "t o 1 2")}
    assert len(hashes) == 1
    (value,) = hashes
    assert isinstance(value, str)
    assert re.fullmatch("[0-9a-f]{12}", value)
    assert read_code("TO12", pattern, b"another key").value != value
    assert read_code("12AB", pattern, b"key").code is IssueCode.BAD_FORMAT
    assert read_code("TO1\n2", pattern, b"key").value == value


def test_words_are_kept_as_they_were_typed() -> None:
    assert read_text('=HYPERLINK("http://example.org")').value == '=HYPERLINK("http://example.org")'
    assert read_text("  Line one\nline two ").value == "Line one\nline two"
    assert read_text("Zaz\u0301o").value == "Zaźo".replace("z\u0301", "ź")


@given(st.text() | st.floats() | st.integers() | st.booleans() | st.none())
def test_no_answer_at_all_breaks_a_reader(typed: Raw) -> None:
    for read in (
        read_number(typed),
        read_date(typed),
        read_scale(typed, 0, 10),
        read_likert(typed, LABELS, PREFER_NOT),
        read_choice(typed, BARRIERS, PREFER_NOT, other=False),
        read_choices(typed, BARRIERS, PREFER_NOT, other=True),
        read_text(typed),
        read_code(typed, re.compile("^[A-Z]{2}[0-9]{2}$"), b"key"),
    ):
        assert read.value is None or read.code in (None, IssueCode.UNKNOWN_CHOICE)


@given(st.lists(st.sampled_from(sorted(set(BARRIERS.values()))), unique=True, min_size=1))
def test_ticks_joined_in_a_cell_come_back_as_they_were_ticked(ticked: list[str]) -> None:
    for joint in (", ", ";"):
        read = read_choices(JOINED_MARK + joint.join(ticked), BARRIERS, frozenset(), other=False)
        assert read.value == "; ".join(ticked)


@given(
    st.floats(min_value=0, max_value=80).map(lambda hours: round(hours, 2)), st.sampled_from(["{} hours", "~{}", "{}h"])
)
def test_hours_written_in_any_way_come_back(hours: float, way: str) -> None:
    assert read_number(way.format(f"{hours:g}"), 0, 80).value == float(f"{hours:g}")


MARKS = ("\u200b", "\u00ad", "\ufeff", "\u200e", "\u200d", "\u2060")


@pytest.mark.parametrize("mark", MARKS)
def test_what_nobody_sees_makes_no_value_another(mark: str) -> None:
    assert read_choice(f"Court{mark} work{mark}", BARRIERS, frozenset(), other=False).value == "Court work"
    assert read_likert(f"{mark}Agree", LABELS, PREFER_NOT).value == 4
    assert read_likert(f"Prefer{mark} not to say", LABELS, PREFER_NOT).code is None
    assert read_name(f"El{mark}m", {"elm": "elm"}, IssueCode.UNKNOWN_TEAM).value == "elm"
    assert read_number(f"{mark}1{mark}2,5 hours").value == 12.5
    assert read_scale(f"7{mark}", 0, 10).value == 7
    assert read_date(f"3{mark} March{mark} 2022").value == "2022-03-03"
    code = re.compile(r"^[A-Z]{2}\d{2}$", re.ASCII)
    assert read_code(f"a{mark}b1{mark}2", code, b"key") == read_code("AB12", code, b"key")
    assert read_choices(f"{JOINED_MARK}Travel,{mark} Court{mark} work", BARRIERS, frozenset(), other=False).value == (
        "Travel; Court work"
    )


def test_a_text_keeps_what_it_holds_but_one_with_a_pattern_only_what_is_seen() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    assert read_text(f" {family} ").value == family
    assert read_text("AB\u200b-12", re.compile(r"^AB-\d+$")).value == "AB-12"
    assert read_text("AB\u200b-x", re.compile(r"^AB-\d+$")).code is IssueCode.BAD_FORMAT
    # Under "Other" the words stay as they were typed.
    assert read_choice(family, BARRIERS, frozenset(), other=True).other == family


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2021-10-20T23:00:00Z", "2021-10-21"),
        ("2021-10-20T22:59:59.999Z", "2021-10-20"),
        ("2021-12-20T23:30:00Z", "2021-12-20"),
        ("2021-10-21T00:30:00+02:00", "2021-10-20"),
        ("2021-10-20 11:30:00 pm GMT", "2021-10-21"),
        ("2021-10-20 23:30 BST", "2021-10-20"),
        ("01/03/2022 00:00:00", "2022-03-01"),
        ("1/3/22, 9:05", "2022-03-01"),
        ("1.3.2022 23:59:59", "2022-03-01"),
        ("3 March 2022 10:00", "2022-03-03"),
        ("2022-03-03T10:00", "2022-03-03"),
    ],
)
def test_a_time_after_the_day_is_left_out_and_with_a_zone_it_is_the_day_in_london(typed: str, day: str) -> None:
    assert read_date(typed).value == day


@pytest.mark.parametrize(
    "typed",
    ["01/03/2022 25:00", "01/03/2022 10:60", "12/25/2021 00:00:00", "10:00", "2022-03-03T", "9999-12-31T23:00-10:00"],
)
def test_a_day_with_a_time_that_no_clock_has_is_no_date(typed: str) -> None:
    assert read_date(typed).code is IssueCode.NOT_A_DATE
