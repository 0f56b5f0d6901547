"""How leaders see figures on people: what is hidden, told in words, held back; as examples and as laws."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from config.schema import Answers, RowsField
from integration.disclose import build_leaders_view
from integration.measure.figures import calculate_figures
from integration.model import FIGURE_COLUMNS, Figures
from integration.text_format import format_one_decimal, format_percent, round_as_shown
from tests.example_counts import example_count
from tests.unit.integration.cast import form_rows, response, sheet_rows
from tests.unit.integration.disclose.answers import (
    Answer,
    Leaders,
    fortnight_days,
    list_seen,
    make_figures,
    team_answers,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.schema import FieldSpec, Settings

Groups = dict[str, tuple[int, int]]
OWNERSHIP, HEARD, RATE, TIME = "ownership_positive", "heard_positive", "pulse_response_rate", "time_share_mean"


def answers_of(groups: Groups, **other: int) -> list[Answer]:
    return [answer for team, (so, n) in groups.items() for answer in team_answers(team, so, n, **other)]


def seen(settings: Settings, groups: Groups, headcounts: Mapping[str, int] | None = None) -> dict[str, str]:
    """Return how one share of one fortnight is seen, by group."""
    figures = make_figures({OWNERSHIP: answers_of(groups)}, tuple(groups), headcounts=headcounts)
    return list_seen(Leaders(settings).see(figures))


# One figure alone.


def test_a_figure_on_five_people_is_hidden_and_on_six_is_not(settings: Settings) -> None:
    assert seen(settings, {"elm": (3, 6), "oak": (4, 7)}) == {"all": "figure", "elm": "figure", "oak": "figure"}
    assert seen(settings, {"elm": (3, 6), "oak": (3, 5)})["oak"] == "hidden"


def test_a_figure_on_nobody_is_not_available(settings: Settings) -> None:
    assert seen(settings, {"elm": (0, 0), "oak": (3, 7)}) == {"all": "figure", "elm": "no_answers", "oak": "figure"}
    assert set(seen(settings, {"elm": (0, 0), "oak": (0, 0)}).values()) == {"no_answers"}


@pytest.mark.parametrize("so", [0, 1, 9, 10])
def test_none_one_all_but_one_and_all_are_told_alike(settings: Settings, so: int) -> None:
    figures = make_figures({OWNERSHIP: team_answers("elm", so, 10)}, ("elm",))
    of_all = Leaders(settings).see(figures).frame.iloc[0]
    assert of_all["shown_as"] == "band"
    assert of_all["told"] == ("1 or fewer of 10" if so < 2 else "9 or more of 10")


def test_what_nearly_everybody_of_a_small_group_said_is_hidden(settings: Settings) -> None:
    assert seen(settings, {"elm": (1, 7)})["elm"] == "hidden"
    assert seen(settings, {"elm": (2, 7)})["elm"] == "figure"


def test_work_items_are_not_people(settings: Settings) -> None:
    figures = make_figures({"changes_implemented": answers_of({"elm": (1, 2), "oak": (1, 1)})})
    assert set(list_seen(Leaders(settings).see(figures), "changes_implemented").values()) == {"figure"}


def test_a_response_rate_needs_as_many_responses_and_may_be_all_of_them(settings: Settings) -> None:
    def rate(elm: int, oak: int) -> dict[str, str]:
        answers = {RATE: [*team_answers("elm", 0, elm), *team_answers("oak", 0, oak)]}
        figures = make_figures(answers, headcounts={"elm": 9, "oak": 8}, responses=RATE)
        return list_seen(Leaders(settings).see(figures), RATE)

    assert rate(9, 8) == {"all": "figure", "elm": "figure", "oak": "figure"}
    assert rate(5, 8) == {"all": "figure", "elm": "hidden", "oak": "hidden"}
    assert rate(0, 8) == {"all": "figure", "elm": "figure", "oak": "figure"}


def test_a_mean_of_answers_alike_but_for_one_is_hidden(settings: Settings) -> None:
    def mean(*numbers: float) -> str:
        answers = [Answer("elm", f"elm-{place}", number) for place, number in enumerate(numbers)]
        return list_seen(Leaders(settings).see(make_figures({TIME: answers}, ("elm",))), TIME)["elm"]

    assert mean(3, 3, 3, 3, 3, 3, 3) == "hidden"
    assert mean(3, 3, 3, 3, 3, 3, 9) == "hidden"
    assert mean(3, 3, 3, 3, 3, 4, 9) == "figure"
    assert mean(*[0] * 29, 0.4, 0.4) == "hidden", "it is shown as 0.0, an end of the scale"


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
    frame = Leaders(settings).see(found).frame
    of_answers = [
        key for key, spec in settings.measures.items() if spec.source in settings.forms and not spec.needs_headcounts
    ]
    has_value = frame["measure"].isin(of_answers) & frame["value"].notna()
    assert set(frame["measure"][has_value]) == set(of_answers), "each has a figure that could be shown"
    assert frame["shown_as"][has_value].isin(["hidden", "band"]).all()


def answer_alike(field: FieldSpec, place: int) -> dict[str, str]:
    """Return what everybody answers: the first or the last possible answer, to each row of a grid."""
    possible = field.list_possible_answers()
    number = "4" if field.name == "hours_direct" else "40"  # 0.1 is no binary fraction: its sums round
    others = {Answers.OWNER: "Elm", Answers.NUMBER: number, Answers.DAY: "7 September 2021"}
    answer = str(possible.names[place]) if possible else others.get(field.answers, "the same words")
    rows = field.rows if isinstance(field, RowsField) else ()
    return dict.fromkeys([f"{field.name}.{row}" for row in rows] or [field.name], answer)


# What follows from others.


def test_the_other_of_two_teams_is_hidden_as_well_and_the_authority_stays(settings: Settings) -> None:
    assert seen(settings, {"elm": (3, 9), "oak": (1, 3)}) == {"all": "figure", "elm": "hidden", "oak": "hidden"}


def test_everything_is_hidden_where_all_together_are_too_few(settings: Settings) -> None:
    assert set(seen(settings, {"elm": (1, 2), "oak": (2, 3)}).values()) == {"hidden"}


def test_three_teams_of_whom_nobody_said_so_are_not_told_by_the_fourth(settings: Settings) -> None:
    """An authority's 2 of 19 less one team's 2 of 7: nobody in the other three."""
    groups = {"elm": (2, 7), "oak": (0, 4), "ash": (0, 4), "fir": (0, 4)}
    assert seen(settings, groups) == {
        "all": "figure", "elm": "hidden", "oak": "hidden", "ash": "hidden", "fir": "hidden"
    }  # fmt: skip


def test_two_told_in_words_are_not_given_away_by_their_sum(settings: Settings) -> None:
    """Two of 19 in all, and in either team one or fewer: it would be one in each."""
    by_group = seen(settings, {"elm": (1, 9), "oak": (1, 10)})
    assert by_group["all"] == "figure"
    assert "band" not in {by_group["elm"], by_group["oak"]}


def test_where_all_responded_headcounts_tell_no_hidden_number(settings: Settings) -> None:
    """Thirteen of thirteen responded, six and seven; twelve answered: five and seven, or six and six."""
    who = [*team_answers("elm", 0, 6), *team_answers("oak", 0, 7)]
    answered = answers_of({"elm": (2, 5), "oak": (3, 7)})
    figures = make_figures({RATE: who, OWNERSHIP: answered}, headcounts={"elm": 6, "oak": 7}, responses=RATE)
    by_group = list_seen(Leaders(settings).see(figures))
    assert by_group == {"all": "figure", "elm": "hidden", "oak": "hidden"}
    full = make_figures(
        {RATE: who, OWNERSHIP: answers_of({"elm": (6, 6), "oak": (4, 7)})},
        headcounts={"elm": 6, "oak": 7},
        responses=RATE,
    )
    assert list_seen(Leaders(settings).see(full))["all"] == "hidden", "its teams' numbers would be 6 and 7"


def test_no_answers_beside_hidden_ones_are_hidden_too(settings: Settings) -> None:
    """`[x]` beside `[c]` would tell how many are hidden."""
    with_heard = make_figures({OWNERSHIP: team_answers("elm", 1, 3), HEARD: team_answers("oak", 4, 9)})
    assert list_seen(Leaders(settings).see(with_heard), HEARD)["elm"] == "hidden"


def test_answers_that_all_went_are_hidden_beside_what_stands_hidden(settings: Settings) -> None:
    leaders, own = Leaders(settings), answers_of({"elm": (1, 3), "oak": (4, 9)})
    heard = answers_of({"elm": (3, 8), "oak": (4, 9)})
    leaders.see(make_figures({OWNERSHIP: own, HEARD: heard}))
    then = leaders.see(make_figures({OWNERSHIP: own, HEARD: [each for each in heard if each.team == "oak"]}))
    assert list_seen(then) == {"all": "figure", "elm": "hidden", "oak": "hidden"}
    assert list_seen(then, HEARD)["elm"] == "hidden"


def test_a_survey_round_is_shown_though_one_of_its_fortnights_is_hidden(settings: Settings) -> None:
    answers = [*team_answers("elm", 2, 5), *team_answers("elm", 3, 7, fortnight=2)]
    leaders = Leaders(settings).see(make_figures({OWNERSHIP: answers}, ("elm",), rounds=[(1, 2)]))
    assert list_seen(leaders, period="round_0")["all"] == "figure"
    assert list_seen(leaders, period="1")["all"] == "hidden"
    assert list_seen(leaders, period="2")["all"] == "hidden", "the round less this would be the other"


def test_a_round_of_all_teams_is_not_told_by_one_teams_fortnight(settings: Settings) -> None:
    """Two of 25 in the round, one of Elm in its first fortnight: one of 18 would be the others."""
    answers = [
        *team_answers("elm", 2, 7),
        *team_answers("oak", 0, 6),
        *team_answers("elm", 0, 5, fortnight=2),
        *team_answers("oak", 1, 7, fortnight=2),
    ]
    found = Leaders(settings).see(make_figures({OWNERSHIP: answers}, rounds=[(1, 2)]))
    whole, elm = list_seen(found, period="round_0")["all"], list_seen(found, period="1")["elm"]
    assert (whole, elm) == ("figure", "hidden")


# Over time.


def then_late(settings: Settings, before: Groups, late: Groups) -> dict[str, str]:
    """Return how figures are seen when these answers have come late."""
    leaders, first = Leaders(settings), answers_of(before)
    leaders.see(make_figures({OWNERSHIP: first}))
    return list_seen(leaders.see(make_figures({OWNERSHIP: [*first, *answers_of(late, first=50)]})))


def test_a_late_answer_changes_nothing_that_leaders_see(settings: Settings) -> None:
    leaders = Leaders(settings)
    leaders.see(make_figures({OWNERSHIP: answers_of({"elm": (3, 6), "oak": (4, 7)})}))
    again = leaders.see(make_figures({OWNERSHIP: answers_of({"elm": (3, 7), "oak": (4, 7)})}))
    assert list_seen(again) == {"all": "older", "elm": "older", "oak": "figure"}
    assert not again.new
    rows = {source: sheet_rows(settings, source, []) for source in settings.sheets}
    view = build_leaders_view(again, rows, settings, "northbrook").frame.set_index("team")
    assert (view.loc["", "numerator"], view.loc["", "n"]) == (7, 13)
    assert (view.loc["elm", "numerator"], view.loc["elm", "n"]) == (3, 6)
    why = again.frame.set_index("team")["why"]
    assert why["elm"] == (
        "leaders see what was published on 1 February 2022: held until the answers of 5 more people have changed"
    )


def test_an_edited_and_an_erased_answer_change_nothing_either(settings: Settings) -> None:
    for after in ({"elm": (2, 6), "oak": (4, 7)}, {"elm": (3, 6), "oak": (4, 6)}):
        leaders = Leaders(settings)
        leaders.see(make_figures({OWNERSHIP: answers_of({"elm": (3, 6), "oak": (4, 7)})}))
        assert list_seen(leaders.see(make_figures({OWNERSHIP: answers_of(after)})))["all"] == "older"


def test_a_correction_uncovers_no_hidden_team(settings: Settings) -> None:
    then = then_late(settings, {"elm": (3, 5), "oak": (4, 8)}, {"elm": (0, 1)})
    assert then == {"all": "older", "elm": "hidden", "oak": "hidden"}


def test_a_figure_is_published_anew_when_enough_answers_have_changed(settings: Settings) -> None:
    then = then_late(settings, {"elm": (3, 7), "oak": (4, 7)}, {"elm": (1, 3), "oak": (2, 3)})
    assert then == {"all": "figure", "elm": "older", "oak": "older"}
    then = then_late(settings, {"elm": (3, 7), "oak": (4, 7)}, {"elm": (3, 6)})
    assert then == {"all": "figure", "elm": "figure", "oak": "figure"}


def test_what_came_of_both_teams_never_tells_that_of_a_few_in_one(settings: Settings) -> None:
    """Eight late answers, six of Elm and two of Oak: all less Elm, then and now, would be those two."""
    then = then_late(settings, {"elm": (3, 7), "oak": (4, 7)}, {"elm": (3, 6), "oak": (1, 2)})
    assert then == {"all": "figure", "elm": "older", "oak": "older"}


def test_six_late_answers_that_are_all_alike_are_not_told(settings: Settings) -> None:
    assert then_late(settings, {"elm": (3, 7), "oak": (4, 7)}, {"elm": (6, 6)})["elm"] == "older"


def test_changes_add_up_over_several_publications(settings: Settings) -> None:
    leaders, answers, late_ones = Leaders(settings), team_answers("elm", 3, 7), team_answers("elm", 3, 6, first=50)
    for more in range(7):
        figures = make_figures({OWNERSHIP: [*answers, *late_ones[:more]]}, ("elm",))
        assert list_seen(leaders.see(figures))["all"] == ("older" if 0 < more < 6 else "figure")


def test_what_comes_back_to_what_stood_once_is_compared_with_all_that_stood(settings: Settings) -> None:
    leaders, first, late_ones = Leaders(settings), team_answers("elm", 3, 7), team_answers("elm", 3, 7, first=50)
    for answers in (first, [*first, *late_ones]):
        assert list_seen(leaders.see(make_figures({OWNERSHIP: answers}, ("elm",))))["all"] == "figure"
    figures = make_figures({OWNERSHIP: [*first, *late_ones[:1]]}, ("elm",))
    assert list_seen(leaders.see(figures))["all"] == "older", "one answer more than what stood first"


def test_a_round_is_not_told_by_a_fortnight_that_stands_as_it_was(settings: Settings) -> None:
    leaders = Leaders(settings)
    first = team_answers("elm", 3, 7)
    leaders.see(make_figures({OWNERSHIP: first}, ("elm",)))
    more = [*first, *team_answers("elm", 0, 1, first=50), *team_answers("elm", 3, 8, fortnight=2)]
    then = leaders.see(make_figures({OWNERSHIP: more}, ("elm",), rounds=[(1, 2)]))
    assert list_seen(then, period="1")["all"] == "older"
    assert list_seen(then, period="round_0")["all"] == "figure"
    assert list_seen(then, period="2")["all"] == "hidden", "the round less this, less what stood, would be one answer"


def test_a_withdrawn_figure_stays_withdrawn_until_enough_has_changed(settings: Settings) -> None:
    leaders = Leaders(settings)
    leaders.see(make_figures({OWNERSHIP: answers_of({"elm": (3, 7)})}, ("elm",)))
    leaders.withdraw(("northbrook", OWNERSHIP, "", "fortnight", "1"), "the wrong form was read")
    first, late_ones = team_answers("elm", 3, 7), team_answers("elm", 3, 7, first=50)
    again = leaders.see(make_figures({OWNERSHIP: [*first, *late_ones[:1]]}, ("elm",)))
    assert list_seen(again)["all"] == "withdrawn"
    assert "the wrong form was read" in again.frame["why"].iloc[0]
    anew = leaders.see(make_figures({OWNERSHIP: [*first, *late_ones]}, ("elm",)))
    assert list_seen(anew)["all"] == "figure"


def test_a_period_is_shown_a_week_after_its_last_day(settings: Settings) -> None:
    figures, (_, last) = make_figures({OWNERSHIP: answers_of({"elm": (3, 7)})}, ("elm",)), fortnight_days(1)
    before = Leaders(settings).see(figures, today=last + timedelta(days=6))
    assert before.frame["leaders_see"].tolist() == ["nothing", "nothing"]
    assert before.frame["why"].iloc[0] == "leaders see it from 26 September 2021 on"
    assert not before.new
    assert list_seen(Leaders(settings).see(figures, today=last + timedelta(days=7)))["all"] == "figure"


def test_what_is_kept_holds_no_id_and_no_answer(settings: Settings) -> None:
    figures = make_figures({TIME: [Answer("elm", f"Qx{place}", place) for place in range(8)]}, ("elm",))
    kept = repr(Leaders(settings).see(figures).new)
    assert "Qx" not in kept
    assert TIME + "-" not in kept


# At the door.


def view_of(settings: Settings, figures: Figures):  # type: ignore[no-untyped-def]  # noqa: ANN201
    rows = {source: sheet_rows(settings, source, []) for source in settings.sheets}
    return build_leaders_view(Leaders(settings).see(figures), rows, settings, "northbrook").frame


def test_leaders_get_no_more_than_they_are_to_see(settings: Settings) -> None:
    view = view_of(settings, make_figures({OWNERSHIP: answers_of({"elm": (3, 9), "oak": (1, 3)})}))
    own = {"sd", "median", "ids", "series_from", "shown_as", "told", "is_older", "leaders_see", "why"}
    assert set(view) <= {*FIGURE_COLUMNS, *own}
    hidden = view[view["shown_as"] == "hidden"]
    assert len(hidden) == 2
    assert hidden[["n", "numerator", "denominator", "value", "lower", "upper", "sd", "median"]].isna().all(axis=None)
    assert set(hidden["ids"]) == {()}


def test_leaders_get_no_more_digits_than_they_read_and_no_sum_of_what_people_answered(settings: Settings) -> None:
    shares = make_figures({OWNERSHIP: answers_of({"elm": (3, 7), "oak": (5, 8)})})
    shares.frame["lower"], shares.frame["upper"] = 0.125, 2 / 3
    share = view_of(settings, shares).set_index("team").loc["oak"]
    assert (share["value"], share["lower"], share["upper"], share["numerator"]) == (0.63, 0.13, 0.67, 5)
    hours = [Answer("elm", f"elm-{place}", number) for place, number in enumerate([0.1, 0.22, 0.31, 0.4, 0.5, 0.3333])]
    part = view_of(settings, make_figures({"direct_time_share": hours}, ("elm",))).iloc[0]
    assert part["value"] == 0.31
    assert np.isnan(part["numerator"])
    told = view_of(settings, make_figures({OWNERSHIP: team_answers("elm", 1, 9)}, ("elm",))).iloc[0]
    assert np.isnan([told["value"], told["numerator"], told["lower"], told["upper"]]).all()
    assert (told["n"], told["told"]) == (9, "1 or fewer of 9")


@given(st.floats(0, 1), st.floats(-1e6, 1e6))
def test_what_is_rounded_is_written_as_before(share: float, number: float) -> None:
    assert format_percent(round_as_shown(share, places=2)) == format_percent(share)
    assert format_one_decimal(round_as_shown(number, places=1)) == format_one_decimal(number)


# Laws.

group = st.integers(0, 14).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@effort(max_examples=example_count(25), deadline=None)
@given(teams=st.lists(group, min_size=2, max_size=5))
def test_no_hidden_team_can_be_worked_out_by_subtraction(settings: Settings, teams: list[tuple[int, int]]) -> None:
    """The law of disclosure: what remains of the authority without what is shown is a group as any other."""
    named = {f"team_{place}": team for place, team in enumerate(teams)}
    by_group = seen(settings, named)
    minimum = settings.packs.audience.minimum_group
    groups = {**named, "all": (sum(so for so, _ in teams), sum(n for _, n in teams))}
    for name, (so, n) in groups.items():
        if 0 < n < minimum:
            assert by_group[name] == "hidden"
        if n and (so <= 1 or so >= n - 1):
            assert by_group[name] != "figure"
    secret = [named[name] for name in named if by_group[name] == "hidden"]
    if by_group["all"] == "figure" and secret and "band" not in by_group.values():
        so, n = sum(each for each, _ in secret), sum(each for _, each in secret)
        assert len(secret) > 1
        assert n >= minimum
        assert 1 < so < n - 1


@effort(max_examples=example_count(15), deadline=None)
@given(first=st.lists(group, min_size=2, max_size=3), data=st.data())
def test_the_difference_between_two_publications_is_never_that_of_a_few(
    settings: Settings, first: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Of each group what is seen first and what is seen then differs by nobody, or by a group's worth of people."""
    names, leaders = [f"team_{place}" for place in range(len(first))], Leaders(settings)
    answers = answers_of(dict(zip(names, first, strict=True)))
    shown: dict[str, set[tuple[str, float]]] = {}
    for _ in range(3):
        disclosed = leaders.see(make_figures({OWNERSHIP: answers}, tuple(names))).frame.set_index("team")
        for team, row in disclosed.iterrows():
            own = {(a.person, a.number) for a in answers if team in {"", a.team}}
            if row["shown_as"] in {"figure", "band"} and not row["is_older"]:
                changed = {person for person, _ in shown.get(str(team), own) ^ own}
                assert not changed or len(changed) >= settings.packs.audience.minimum_group
                shown[str(team)] = own
        gone = data.draw(st.integers(0, 2))
        team = data.draw(st.sampled_from(names))
        answers = [*answers[gone:], *team_answers(team, data.draw(st.integers(0, 2)), 4, first=50 + len(answers))]
