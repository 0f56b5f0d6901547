"""The project team's tabs: columns and rows that others rely on."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from config.schema import Settings
from integration.model import Counts, IssueCode, Rows, Tab
from integration.publish import build_data_tabs
from tests.unit.integration.publish.cast import (
    AS_OF,
    MORNING,
    all_rows,
    count,
    figure,
    hidden_figure,
    make_figures,
    make_issue,
    make_rows,
    make_settings,
    pulse_rows,
)


def tabs_of(
    rows: dict[str, Rows] | None = None,
    *figures: dict[str, object],
    since: list[datetime] | None = None,
    checked_at: dict[str, datetime] | None = None,
) -> dict[str, Tab]:
    rows = rows or all_rows()
    all_figures, disclosure = make_figures(*(figures or (figure(),)))
    count_of_issues = sum(len(source.issues) for source in rows.values())
    tabs = build_data_tabs(
        settings=make_settings(),
        rows=rows,
        figures=all_figures,
        disclosure=disclosure,
        issues_since=since or [MORNING] * count_of_issues,
        checked_at=checked_at or {},
    )
    return {tab.name: tab for tab in tabs}


def lines(tab: Tab) -> list[dict[str, object]]:
    return [{str(name): value for name, value in line.items()} for line in tab.frame.to_dict("records")]


def test_there_is_a_tab_for_every_source_and_then_for_attention_measures_and_counts() -> None:
    names = ["pulse", "small_changes", "blueprint", "needs_attention", "measures", "reconciliation"]
    assert list(tabs_of()) == names


def test_the_shipped_programme_has_its_tabs_in_the_order_that_people_know(settings: Settings) -> None:
    rows = {source: make_rows(source) for source in sorted([*settings.forms, *settings.sheets])}
    figures, disclosure = make_figures()
    tabs = build_data_tabs(
        settings=settings, rows=rows, figures=figures, disclosure=disclosure, issues_since=[], checked_at={}
    )
    assert ", ".join(tab.name for tab in tabs) == (
        "pulse, time_and_barriers, families, change_idea, small_changes, blueprint, reviews, teams, needs_attention, "
        "measures, reconciliation"
    )


def test_every_tab_has_just_the_columns_it_names() -> None:
    for tab in tabs_of(all_rows(pulse_rows([make_issue()]))).values():
        assert list(tab.frame.columns) == [column.name for column in tab.columns]


def test_technical_columns_are_left_out() -> None:
    assert not [name for name in tabs_of()["pulse"].frame.columns if name.startswith("_")]


ATTENTION = "source, key, field, code, found, allowed, what_to_do, since, correction"
MEASURES = (
    "measure, authority, team, period_kind, period, period_start, period_end, n, numerator, denominator, value, "
    "lower, upper, target, hidden, finished, leaders_see"
)
RECONCILIATION = "source, received, accepted, refused, counted, superseded, checked_at"


@pytest.mark.parametrize(
    ("name", "columns"),
    [("needs_attention", ATTENTION), ("measures", MEASURES), ("reconciliation", RECONCILIATION)],
)
def test_the_columns_of_the_tabs_that_others_rely_on(name: str, columns: str) -> None:
    assert ", ".join(column.name for column in tabs_of()[name].columns) == columns


def test_measures_name_authority_and_team_and_leave_the_team_of_a_whole_authority_empty() -> None:
    elm, northbrook = lines(tabs_of(None, figure(team="elm"), count())["measures"])
    assert (elm["authority"], elm["team"]) == ("Northbrook", "Elm")
    assert (northbrook["authority"], northbrook["team"]) == ("Northbrook", "")


def test_a_fortnight_is_a_number_and_any_other_period_is_text() -> None:
    window = figure(period_kind="window", period="baseline")
    month = figure(period_kind="month", period="2022-07")
    values = [line["period"] for line in lines(tabs_of(None, figure(), window, month, count())["measures"])]
    assert values == [23, "baseline", "2022-07", "to_date"]
    assert type(values[0]) is int


def test_a_hidden_figure_is_marked_and_keeps_its_numbers_for_the_project_team() -> None:
    visible, hidden = lines(tabs_of(None, figure(), figure(team="oak", value=0.25, hidden=True))["measures"])
    assert (visible["hidden"], hidden["hidden"]) == ("no", "yes")
    assert hidden["value"] == 0.25


def test_what_is_hidden_follows_the_rows_whatever_their_index() -> None:
    figures, disclosure = make_figures(figure(), hidden_figure(team="oak"), figure(team=""))
    figures.frame.index = disclosure.frame.index = pd.Index([7, 3, 5])
    tabs = build_data_tabs(
        settings=make_settings(),
        rows=all_rows(),
        figures=figures,
        disclosure=disclosure,
        issues_since=[],
        checked_at={},
    )
    assert list(next(tab for tab in tabs if tab.name == "measures").frame["hidden"]) == ["no", "yes", "no"]


def test_attention_stands_in_the_order_of_the_sources_and_the_longest_waiting_first() -> None:
    pulse = pulse_rows([make_issue(key="r9"), make_issue(key="r2", field="team"), make_issue(key="r2", field="hours")])
    changes = make_rows("small_changes", issues=[make_issue("small_changes", "SC-001", "stage")])
    # The sheet's rows come first here, and its issue is the oldest: the sources' order is still the settings'.
    rows = {"small_changes": changes, **all_rows(pulse, small_changes=changes)}
    yesterday, today = datetime(2022, 7, 30, 8, tzinfo=UTC), MORNING
    tab = tabs_of(rows, since=[yesterday, yesterday, today, today])["needs_attention"]
    assert [(line["source"], line["key"], line["field"]) for line in lines(tab)] == [
        ("pulse", "r9", "hours"),
        ("pulse", "r2", "hours"),
        ("pulse", "r2", "team"),
        ("small_changes", "SC-001", "stage"),
    ]


def test_attention_has_what_was_found_since_when_and_what_was_typed_in_vain() -> None:
    issue = make_issue(code=IssueCode.OUT_OF_RANGE, found="99", correction="98")
    late_in_london = datetime(2022, 7, 30, 23, 30, tzinfo=UTC)
    (line,) = lines(tabs_of(all_rows(pulse_rows([issue])), since=[late_in_london])["needs_attention"])
    assert (line["code"], line["found"], line["correction"]) == ("out_of_range", "99", "98")
    assert line["since"] == date(2022, 7, 31)


def test_every_source_is_reconciled_also_one_that_was_never_read() -> None:
    pulse = Rows("pulse", pulse_rows().frame, pulse_rows().columns, (), Counts(12, 10, 2, 9, 1))
    values = lines(tabs_of(all_rows(pulse), checked_at={"pulse": MORNING})["reconciliation"])
    assert values[0] == {
        "source": "pulse", "received": 12, "accepted": 10, "refused": 2, "counted": 9, "superseded": 1,
        "checked_at": "2022-07-31 09:05",
    }  # fmt: skip
    assert [line["source"] for line in values] == ["pulse", "small_changes", "blueprint"]
    assert values[1]["checked_at"] == ""


def test_figures_are_as_of_the_reporting_date() -> None:
    (line,) = lines(tabs_of(None, count())["measures"])
    assert line["period_end"] == AS_OF
