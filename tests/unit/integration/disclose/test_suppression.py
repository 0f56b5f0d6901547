"""Which figures are hidden from leaders; as laws, that no hidden team and no small group can be worked out."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from config.schema import Answers, RowsField
from integration.disclose import build_leaders_view, find_hidden_figures
from integration.measure.figures import calculate_figures
from integration.model import DIFFERENCING_COLUMNS, FIGURE_COLUMNS, Figures
from integration.text_format import format_one_decimal, format_percent, round_as_shown
from tests.example_counts import example_count
from tests.unit.integration.cast import form_rows, response, sheet_rows

if TYPE_CHECKING:
    from config.schema import FieldSpec, Settings


def figures(teams: dict[str, tuple[int, int]], measure: str = "ownership_positive") -> Figures:
    """Return one share in one fortnight of each team (numerator, n) and of the whole authority."""
    total = (sum(a for a, _ in teams.values()), sum(n for _, n in teams.values()))
    lines = [
        {
            "measure": measure, "authority": "northbrook", "team": team, "period_kind": "fortnight", "period": "1",
            "period_start": date(2021, 9, 6), "period_end": date(2021, 9, 19), "n": n, "numerator": a,
            "denominator": n, "value": a / n if n else np.nan, "lower": np.nan, "upper": np.nan, "target": np.nan,
            "people": np.nan if rests_on_work_items(measure) else a if measure.endswith("rate") else n,
        }
        for team, (a, n) in {"": total, **teams}.items()
    ]  # fmt: skip
    return Figures(date(2021, 10, 1), pd.DataFrame(lines)[[*FIGURE_COLUMNS, "people"]].assign(sd=np.nan))


def rests_on_work_items(measure: str) -> bool:
    return measure == "changes_implemented"


def hidden(settings: Settings, teams: dict[str, tuple[int, int]], measure: str = "ownership_positive") -> list[str]:
    found = figures(teams, measure)
    return found.frame["team"][find_hidden_figures(found, settings.measures, settings.packs.audience)].tolist()


def test_a_figure_on_five_people_is_hidden_and_on_six_is_not(settings: Settings) -> None:
    assert hidden(settings, {"elm": (3, 6), "oak": (4, 7)}) == []
    assert "oak" in hidden(settings, {"elm": (3, 6), "oak": (4, 5)})


@pytest.mark.parametrize("place", [0, -1])
def test_where_everybody_answers_alike_no_figure_of_answers_is_shown(settings: Settings, place: int) -> None:
    rows = {source: sheet_rows(settings, source, []) for source in settings.sheets}
    for source, form in settings.forms.items():
        alike = {name: answer for field in form.fields for name, answer in answer_alike(field, place).items()}
        codes = [{field.name: f"AB{person:02}" for field in form.fields if field.type == "code"} for person in range(9)]
        versions = [
            response(settings, source, alike | code, response_id=f"R{seq}", seq=seq) for seq, code in enumerate(codes)
        ]
        rows[source] = form_rows(settings, source, versions)
    found = calculate_figures(settings, rows, date(2021, 10, 31))
    are_hidden = find_hidden_figures(found, settings.measures, settings.packs.audience)
    of_answers = [
        key for key, spec in settings.measures.items() if spec.source in settings.forms and not spec.needs_headcounts
    ]
    has_value = found.frame["measure"].isin(of_answers) & found.frame["value"].notna()
    assert set(found.frame["measure"][has_value]) == set(of_answers), "each has a figure that could be shown"
    assert are_hidden[has_value].all()


def answer_alike(field: FieldSpec, place: int) -> dict[str, str]:
    """Return what everybody answers: the first or the last possible answer, to each row of a grid."""
    possible = field.list_possible_answers()
    number = "4" if field.name == "hours_direct" else "40"  # 0.1 is no binary fraction: its sums round
    others = {Answers.OWNER: "Elm", Answers.NUMBER: number, Answers.DAY: "7 September 2021"}
    answer = str(possible.names[place]) if possible else others.get(field.answers, "the same words")
    rows = field.rows if isinstance(field, RowsField) else ()
    return dict.fromkeys([f"{field.name}.{row}" for row in rows] or [field.name], answer)


def test_the_other_of_two_teams_is_hidden_as_well(settings: Settings) -> None:
    assert hidden(settings, {"elm": (3, 9), "oak": (2, 3)}) == ["elm", "oak"]


def test_everything_is_hidden_where_all_together_are_too_few(settings: Settings) -> None:
    assert hidden(settings, {"elm": (1, 2), "oak": (2, 3)}) == ["", "elm", "oak"]


def test_a_figure_on_nobody_is_not_hidden(settings: Settings) -> None:
    assert hidden(settings, {"elm": (0, 0), "oak": (3, 7)}) == []
    assert hidden(settings, {"elm": (0, 0), "oak": (0, 0)}) == []


def test_unanimity_is_hidden(settings: Settings) -> None:
    assert hidden(settings, {"elm": (7, 7), "oak": (3, 8)}) == ["elm", "oak"]
    assert hidden(settings, {"elm": (0, 7), "oak": (0, 0)}) == ["", "elm"]


def test_work_items_are_not_people(settings: Settings) -> None:
    assert hidden(settings, {"elm": (1, 2), "oak": (1, 1)}, "changes_implemented") == []


def test_a_response_rate_needs_as_many_responses(settings: Settings) -> None:
    assert hidden(settings, {"elm": (5, 9), "oak": (8, 8)}, "pulse_response_rate") == ["elm", "oak"]
    assert hidden(settings, {"elm": (0, 9), "oak": (8, 8)}, "pulse_response_rate") == []


def test_a_window_never_gives_away_one_of_its_fortnights(settings: Settings) -> None:
    baseline = settings.programme.windows["baseline"]
    middle = baseline.start + timedelta(days=14)
    spans = [
        ("fortnight", "1", baseline.start, middle - timedelta(days=1), 7),
        ("fortnight", "2", middle, baseline.end, 5),
        ("window", "baseline", baseline.start, baseline.end, 12),
    ]
    lines = []
    for kind, period, start, end, n in spans:
        whole = figures({"elm": (3, n), "oak": (0, 0)}).frame.assign(
            period_kind=kind, period=period, period_start=start, period_end=end
        )
        lines.append(whole)
    frame = pd.concat(lines, ignore_index=True)
    is_hidden = frame[
        find_hidden_figures(Figures(date(2021, 10, 31), frame), settings.measures, settings.packs.audience)
    ]
    assert set(is_hidden["period"][is_hidden["team"] == "elm"]) == {"2", "baseline"}
    assert set(is_hidden["period"][is_hidden["team"] == ""]) == {"2", "baseline"}


def test_where_too_few_answered_one_question_the_whole_form_is_hidden(settings: Settings) -> None:
    measures = {"ownership_positive": (3, 5), "heard_positive": (3, 7), "pulse_response_rate": (7, 8)}
    frame = pd.concat([figures({"elm": of, "oak": (4, 9)}, name).frame for name, of in measures.items()])
    frame = frame.reset_index(drop=True)
    is_hidden = find_hidden_figures(Figures(date(2021, 10, 1), frame), settings.measures, settings.packs.audience)
    assert set(frame["measure"][is_hidden & (frame["team"] == "elm")]) == set(measures)


def test_a_mean_of_answers_that_were_all_the_same_is_hidden(settings: Settings) -> None:
    found = figures({"elm": (0, 7), "oak": (9, 8)}, "time_share_mean")
    found.frame["sd"] = [1.0, 0.0, 2.0]
    is_hidden = find_hidden_figures(found, settings.measures, settings.packs.audience)
    assert found.frame["team"][is_hidden].tolist() == ["elm", "oak"]


Group = tuple[int, int]


def reworded(before: dict[str, Group], since: dict[str, Group]) -> Figures:
    """Return figures of the answers to the new words, in a period in which others had answered the old ones."""
    all_of_it = {team: (a + since[team][0], n + since[team][1]) for team, (a, n) in before.items()}
    frame = figures(since).frame
    for columns, teams in zip(DIFFERENCING_COLUMNS, (all_of_it, before), strict=True):
        frame = frame.assign(**{name: figures(teams).frame[what] for what, name in columns.items()})
    return Figures(date(2021, 10, 1), frame)


def hidden_now(settings: Settings, before: dict[str, Group], since: dict[str, Group]) -> set[str]:
    found = reworded(before, since)
    is_hidden = find_hidden_figures(found, settings.measures, settings.packs.audience)
    return set(found.frame["team"][is_hidden])


def test_a_rewording_that_leaves_out_too_few_hides_the_figure(settings: Settings) -> None:
    """3 of 11 less 1 of 6 would tell of five people."""
    assert hidden_now(settings, {"elm": (2, 5), "oak": (3, 7)}, {"elm": (1, 6), "oak": (3, 8)}) == {"elm", "oak"}
    assert hidden_now(settings, {"elm": (2, 6), "oak": (3, 7)}, {"elm": (1, 6), "oak": (3, 8)}) == set()
    assert hidden_now(settings, {"elm": (0, 0), "oak": (3, 7)}, {"elm": (1, 6), "oak": (3, 8)}) == set()
    assert hidden_now(settings, {"elm": (1, 2), "oak": (1, 3)}, {"elm": (1, 6), "oak": (3, 8)}) == {"", "elm", "oak"}


def test_a_rewording_that_leaves_out_people_who_agreed_hides_the_figure(settings: Settings) -> None:
    assert hidden_now(settings, {"elm": (6, 6), "oak": (3, 7)}, {"elm": (1, 6), "oak": (3, 8)}) == {"elm", "oak"}


def test_what_was_hidden_of_the_whole_period_is_hidden_of_its_end(settings: Settings) -> None:
    """Three of Oak answered, and all before the words changed: Elm's figure and the whole period's would tell."""
    assert "elm" in hidden_now(settings, {"elm": (0, 0), "oak": (1, 3)}, {"elm": (4, 10), "oak": (0, 0)})


def test_leaders_never_get_the_differencing_columns(settings: Settings) -> None:
    found = reworded({"elm": (2, 6), "oak": (3, 7)}, {"elm": (1, 6), "oak": (3, 8)})
    found = Figures(found.as_of, found.frame.assign(ids=pd.Series([()] * 3), median=np.nan))
    rows = {source: sheet_rows(settings, source, []) for source in settings.sheets}
    view = build_leaders_view(found, rows, settings, "northbrook").frame
    assert not view["hidden"].any()
    assert set(view) == {*FIGURE_COLUMNS, "people", "sd", "median", "ids", "hidden"}


def test_leaders_get_no_more_digits_than_they_read_and_no_sum_of_what_people_answered(settings: Settings) -> None:
    exact = figures({"elm": (3, 7), "oak": (5, 8)}).frame.assign(lower=0.125, upper=2 / 3)
    means = figures({"elm": (3, 7), "oak": (5, 8)}, "commitment_mean").frame.assign(value=4.25, sd=0.123456, people=7)
    hours = figures({"elm": (3, 7), "oak": (5, 8)}, "direct_time_share").frame.assign(value=0.3010942560290575)
    frame = pd.concat([exact, means, hours], ignore_index=True)
    found = Figures(date(2021, 10, 1), frame.assign(ids=pd.Series([()] * len(frame))))
    rows = {source: sheet_rows(settings, source, []) for source in settings.sheets}
    view = build_leaders_view(found, rows, settings, "northbrook").frame
    assert not view["hidden"].any()
    share, mean, part = view[view["team"] == "oak"].to_dict("records")
    assert (share["value"], share["lower"], share["upper"], share["numerator"]) == (0.63, 0.13, 0.67, 5)
    assert (mean["value"], mean["sd"], mean["n"]) == (4.3, 0.1, 8)
    assert part["value"] == 0.3
    assert np.isnan(mean["numerator"])
    assert np.isnan(part["numerator"])


@given(st.floats(0, 1), st.floats(-1e6, 1e6))
def test_what_is_rounded_is_written_as_before(share: float, number: float) -> None:
    assert format_percent(round_as_shown(share, places=2)) == format_percent(share)
    assert format_one_decimal(round_as_shown(number, places=1)) == format_one_decimal(number)


group = st.integers(0, 14).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@effort(max_examples=example_count(25), deadline=None)
@given(teams=st.lists(group, min_size=2, max_size=5))
def test_no_hidden_team_can_be_worked_out_by_subtraction(settings: Settings, teams: list[tuple[int, int]]) -> None:
    """The law of disclosure: what is hidden is too much, or too many, to be told from total and other teams."""
    named = {f"team_{i}": team for i, team in enumerate(teams)}
    is_hidden = set(hidden(settings, named))
    minimum = settings.packs.audience.minimum_group
    for name, (a, n) in {**named, "": (sum(a for a, _ in teams), sum(n for _, n in teams))}.items():
        if 0 < n < minimum or (n and a in {0, n}):
            assert name in is_hidden
    secret = [named[name] for name in is_hidden if name]
    if "" not in is_hidden and secret:
        assert sum(n > 0 for _, n in secret) > 1
        assert sum(n for _, n in secret) >= minimum


@effort(max_examples=example_count(15), deadline=None)
@given(teams=st.lists(st.tuples(group, group), min_size=1, max_size=4))
def test_no_small_group_can_be_told_by_differencing_over_a_rewording(
    settings: Settings, teams: list[tuple[Group, Group]]
) -> None:
    """The law of series: who holds what was shown of the whole period against what is shown now learns of no few."""
    before = {f"team_{i}": old for i, (old, _) in enumerate(teams)}
    since = {f"team_{i}": new for i, (_, new) in enumerate(teams)}
    all_of_it = {name: (before[name][0] + since[name][0], before[name][1] + since[name][1]) for name in before}
    once, now = set(hidden(settings, all_of_it)), hidden_now(settings, before, since)
    each = np.eye(len(teams))
    known = [(name, row) for name, row in zip(before, each, strict=True)] + [("", each.sum(axis=0))]
    equations = [
        np.zeros(2 * len(teams)),
        *(np.concatenate([row, row]) for name, row in known if name not in once),
        *(np.concatenate([0 * row, row]) for name, row in known if name not in now),
    ]
    people = np.array([n for _, n in (*before.values(), *since.values())])
    groups = np.array([*product((0, 1), repeat=len(people))])
    shadow = groups @ np.linalg.pinv(np.array(equations)) @ np.array(equations)
    sizes = groups[np.isclose(shadow, groups).all(axis=1)] @ people
    assert not [n for n in sizes if 0 < n < settings.packs.audience.minimum_group]
