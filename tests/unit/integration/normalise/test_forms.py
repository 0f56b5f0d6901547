"""The accepted rows of a form: newest versions, corrections, refusals, and one answer a person and fortnight."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from integration.model import IssueCode, Rows
from integration.normalise.aliases import MANY, suggest_aliases
from tests.example_counts import example_count
from tests.unit.config.folder import Folder
from tests.unit.integration.cast import form_rows, response

if TYPE_CHECKING:
    from pathlib import Path

    from config.schema import Settings

ANSWERED = {"team": "Elm", "code": "TO12", "ownership": "Agree", "hours_direct": "10", "hours_total": "40"}


def found(rows: Rows) -> list[tuple[str, str, str]]:
    return [(issue.key, issue.field, str(issue.code)) for issue in rows.issues]


def test_an_answer_becomes_a_row_with_its_team_and_its_periods(settings: Settings) -> None:
    rows = form_rows(settings, "pulse", [response(settings, "pulse", ANSWERED)])
    row = rows.frame.iloc[0]
    assert (row["team"], row["authority"], row["fortnight"], row["phase"], row["window"]) == (
        "Elm", "Northbrook", 1, "set_up", "baseline",
    )  # fmt: skip
    assert (row["ownership"], row["hours_direct"], row["counted"]) == (4, 10, "yes")
    assert row["submitted_at"] == "2021-09-07T11:00:00+01:00"
    assert "TO12" not in rows.frame.to_csv()


def test_the_clocks_change_decides_which_day_it_was_in_london(settings: Settings) -> None:
    rows = form_rows(settings, "pulse", [response(settings, "pulse", ANSWERED, at="2022-03-27T23:30:00.000000000Z")])
    assert rows.frame["submitted_at"].iloc[0] == "2022-03-28T00:30:00+01:00"
    assert rows.frame["fortnight"].iloc[0] == 15


@pytest.mark.parametrize("year", ["0001", "1600", "2300", "9999"])
def test_an_answer_of_an_odd_year_is_refused_and_the_others_count(settings: Settings, year: str) -> None:
    odd = response(settings, "pulse", ANSWERED, response_id="odd", at=f"{year}-01-01T00:00:00.000000000Z")
    rows = form_rows(settings, "pulse", [odd, response(settings, "pulse", ANSWERED, response_id="good", seq=2)])
    assert rows.frame["response_id"].tolist() == ["good"]
    assert found(rows) == [("odd", "submitted_at", "outside_programme")]


def test_the_newest_version_counts_and_an_older_one_arriving_late_changes_nothing(settings: Settings) -> None:
    newer = response(settings, "pulse", ANSWERED, edited_at="2021-09-09T10:00:00.000000000Z", seq=1)
    older = response(settings, "pulse", ANSWERED | {"ownership": "Disagree"}, seq=2)
    rows = form_rows(settings, "pulse", [newer, older])
    assert rows.counts.received == 1
    assert rows.frame["ownership"].tolist() == [4]


def test_an_edit_does_not_move_an_answer_to_another_fortnight(settings: Settings) -> None:
    edited = response(settings, "pulse", ANSWERED, edited_at="2021-11-09T10:00:00.000000000Z")
    assert form_rows(settings, "pulse", [edited]).frame["fortnight"].tolist() == [1]


def test_of_two_answers_of_one_person_in_a_fortnight_the_later_counts(settings: Settings) -> None:
    first = response(settings, "pulse", ANSWERED, response_id="A", seq=1)
    later = response(settings, "pulse", ANSWERED | {"hours_total": "lots"}, response_id="B", seq=2,
                     edited_at="2021-09-08T10:00:00.000000000Z")  # fmt: skip
    other_team = response(settings, "pulse", ANSWERED | {"team": "Oak"}, response_id="C", seq=3)
    rows = form_rows(settings, "pulse", [first, later, other_team])
    assert dict(zip(rows.frame["response_id"], rows.frame["counted"], strict=True)) == {
        "A": "superseded", "B": "yes", "C": "yes",
    }  # fmt: skip
    assert found(rows) == [("B", "hours_total", "not_a_number")]


@pytest.mark.parametrize(
    ("one_per", "counted"),
    [
        ("week", "yes"),
        ("fortnight", "superseded"),
        ("month", "superseded"),
        ("quarter", "superseded"),
        ("window", "superseded"),
    ],
)
def test_a_form_says_in_which_period_the_later_answer_counts(settings: Settings, one_per: str, counted: str) -> None:
    form = settings.forms["pulse"].model_copy(update={"one_per": one_per})
    asked = settings.model_copy(update={"forms": settings.forms | {"pulse": form}})
    first = response(asked, "pulse", ANSWERED, response_id="A", seq=1, at="2021-09-07T10:00:00.000000000Z")
    second = response(asked, "pulse", ANSWERED, response_id="B", seq=2, at="2021-09-14T10:00:00.000000000Z")
    assert form_rows(asked, "pulse", [first, second]).frame["counted"].tolist() == [counted, "yes"]


def test_outside_every_survey_window_no_answer_supersedes_another(settings: Settings) -> None:
    form = settings.forms["pulse"].model_copy(update={"one_per": "window"})
    asked = settings.model_copy(update={"forms": settings.forms | {"pulse": form}})
    between = [
        response(asked, "pulse", ANSWERED, response_id=name, seq=seq, at=f"2021-12-0{seq}T10:00:00.000000000Z")
        for seq, name in enumerate("AB", 1)
    ]
    rows = form_rows(asked, "pulse", between)
    assert rows.frame["window"].isna().all()
    assert rows.counts.superseded == 0


def test_an_answer_of_a_team_that_does_not_take_part_yet_is_refused_and_says_so(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "config").change(
        "programme.yaml",
        "        aliases: [Elm team, Team Elm]\n",
        "        from: 2021-10-04\n        until: 2022-03-31\n",
    )
    settings = folder.load()
    days = {"before": "2021-10-03", "first": "2021-10-04", "last": "2022-03-31", "after": "2022-04-01"}
    rows = form_rows(
        settings,
        "pulse",
        [
            response(settings, "pulse", ANSWERED, response_id=name, seq=seq, at=f"{day}T11:00:00.000000000Z")
            for seq, (name, day) in enumerate(days.items(), 1)
        ],
    )
    assert rows.frame["response_id"].tolist() == ["first", "last"]
    assert (rows.counts.received, rows.counts.refused) == (4, 2)
    before = next(issue for issue in rows.issues if issue.key == "before")
    assert (before.code, before.found) == ("unknown_team", "Elm, 3 October 2021")
    assert before.allowed == "Elm takes part from 4 October 2021 until 31 March 2022 (from and until in programme.yaml)"
    assert before.what_to_do.startswith("If it did take part on that day, change its from or until in programme.yaml.")

    many = {"pulse": replace(rows, issues=(before,) * MANY)}
    advised = suggest_aliases(many, settings.programme, lambda *_: "programme.yaml:1")
    assert advised["pulse"].issues == (before,) * MANY, "an alias would not make it count"


def test_a_tie_is_decided_by_the_greater_id_and_answers_without_a_code_all_count(settings: Settings) -> None:
    tied = [response(settings, "pulse", ANSWERED, response_id=i, seq=n) for n, i in enumerate(("A", "B"), 1)]
    nameless = {k: v for k, v in ANSWERED.items() if k != "code"}
    free = [response(settings, "pulse", nameless, response_id=i, seq=n) for n, i in enumerate(("C", "D"), 3)]
    rows = form_rows(settings, "pulse", [*tied, *free])
    counted = rows.frame[rows.frame["counted"] == "yes"]["response_id"]
    assert sorted(counted) == ["B", "C", "D"]


def test_a_row_is_refused_whole_for_the_first_reason_that_holds(settings: Settings) -> None:
    versions = [
        response(settings, "pulse", ANSWERED | {"code": "t e st", "team": "Nowhere"}, response_id="test", seq=1),
        response(settings, "pulse", ANSWERED | {"team": "Nowhere"}, response_id="early", seq=2,
                 at="2021-08-01T10:00:00.000000000Z"),
        response(settings, "pulse", ANSWERED | {"team": "Elm/Oak"}, response_id="team", seq=3),
        response(settings, "pulse", {"ownership": "Agree"}, response_id="none", seq=4),
    ]  # fmt: skip
    rows = form_rows(settings, "pulse", versions)
    assert (rows.counts.received, rows.counts.accepted, rows.counts.refused) == (4, 0, 4)
    assert sorted(found(rows)) == [
        ("early", "submitted_at", "outside_programme"),
        ("none", "team", "unknown_team"),
        ("team", "team", "unknown_team"),
    ]


def test_what_was_found_is_shown_but_never_a_code(settings: Settings) -> None:
    bad = response(settings, "pulse", ANSWERED | {"code": "nobody", "hours_total": "10-12"})
    rows = form_rows(settings, "pulse", [bad])
    assert {issue.field: issue.found for issue in rows.issues} == {"code": "(not shown)", "hours_total": "10-12"}


def test_a_correction_counts_instead_of_what_was_typed(settings: Settings) -> None:
    version = response(settings, "pulse", ANSWERED | {"hours_total": "10-12", "team": "Elm/Oak"})
    rows = form_rows(settings, "pulse", [version], {("R1", "team"): "team oak", ("R1", "hours_total"): "about 11"})
    assert rows.frame[["team", "hours_total"]].iloc[0].tolist() == ["Oak", 11]
    assert rows.issues == ()


def test_a_correction_that_cannot_be_read_is_reported_like_an_answer(settings: Settings) -> None:
    version = response(settings, "pulse", ANSWERED | {"hours_total": "10-12"})
    rows = form_rows(settings, "pulse", [version], {("R1", "hours_total"): "eleven"})
    assert [(issue.code, issue.found) for issue in rows.issues] == [(IssueCode.NOT_A_NUMBER, "eleven")]
    assert "cannot be read either" in rows.issues[0].what_to_do


def test_a_correction_may_name_several_ticks(settings: Settings) -> None:
    version = response(settings, "time_and_barriers", {"team": "Elm", "barriers": ["Traffic"]})
    corrections = {("R1", "barriers"): "Travel, Meetings, reviews and conferences"}
    row = form_rows(settings, "time_and_barriers", [version], corrections).frame.iloc[0]
    assert (row["barriers"], row["_n.barriers"]) == ("Travel; Meetings, reviews and conferences", 2)


def test_ticks_and_grids_become_columns(settings: Settings) -> None:
    version = response(
        settings, "time_and_barriers",
        {"team": "Elm", "barriers": ["Travel", "Meetings, reviews and conferences", "The phones"],
         "obstacles.recording": "a lot"},
    )  # fmt: skip
    row = form_rows(settings, "time_and_barriers", [version]).frame.iloc[0]
    assert row["barriers"] == "Travel; Meetings, reviews and conferences; other"
    assert (row["barriers_other"], row["_n.barriers"]) == ("The phones", 3)
    assert (row["obstacles.recording"], pd.isna(row["obstacles.meetings"])) == ("A lot", True)


def test_a_family_that_prefers_not_to_say_has_said_nothing_wrong(settings: Settings) -> None:
    version = response(settings, "families", {"team": "Elm", "needs_met": "Prefer not to say"})
    rows = form_rows(settings, "families", [version])
    assert rows.issues == ()
    assert pd.isna(rows.frame["needs_met"].iloc[0])


def test_a_form_without_any_answer_has_no_rows(settings: Settings) -> None:
    rows = form_rows(settings, "pulse", [])
    assert rows.counts.received == 0
    assert list(rows.frame[[column.name for column in rows.columns]].columns)[:3] == [
        "response_id", "submitted_at", "authority",
    ]  # fmt: skip


times = st.datetimes(min_value=pd.Timestamp("2021-08-20"), max_value=pd.Timestamp("2021-10-20")).map(
    lambda t: f"{t:%Y-%m-%dT%H:%M:%S.%f}000Z"
)
people = st.tuples(
    st.sampled_from(["A", "B", "C", "D", "E"]),
    st.sampled_from(["Elm", "Oak", "Nowhere", ""]),
    st.sampled_from(["TO12", "AB34", "TEST", "bad", ""]),
    times,
    times,
)


@effort(max_examples=example_count(10), deadline=None)
@given(sent=st.lists(people, max_size=12))
def test_no_row_is_lost(settings: Settings, sent: list[tuple[str, str, str, str, str]]) -> None:
    """Received = accepted + refused, accepted = counted + superseded, one counted row a person and fortnight."""
    versions = [
        response(
            settings, "pulse", {"team": team, "code": code}, response_id=i, at=at, edited_at=max(at, edited), seq=n
        )
        for n, (i, team, code, at, edited) in enumerate(sent, start=1)
    ]
    rows = form_rows(settings, "pulse", versions)
    counts = rows.counts
    assert counts.received == len({i for i, *_ in sent}) == counts.accepted + counts.refused
    assert counts.accepted == len(rows.frame) == counts.counted + counts.superseded
    with_code = rows.frame[rows.frame["_counted"] & rows.frame["code"].notna()]
    assert not with_code.duplicated(["team", "code", "fortnight"]).any()
    reversed_rows = form_rows(settings, "pulse", list(reversed(versions)))
    assert reversed_rows.counts == counts
