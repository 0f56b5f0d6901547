"""The programmes of the audit: the same name writes the same bytes, and each is as odd as its name says."""

from __future__ import annotations

import json
from collections import defaultdict
from statistics import mean
from typing import TYPE_CHECKING, Any

import pytest

from config.loading.load import load_settings
from tests.disclosure.answers import question_ids
from tests.disclosure.configuration import CONFIG
from tests.disclosure.programmes import ODD, ORDINARY, PROGRAMMES, SAMPLE, THE_SAMPLE, write_programme
from tests.disclosure.respondents import list_answers, load_responses, said

if TYPE_CHECKING:
    from pathlib import Path

    from tests.disclosure.programmes import Programme

STAFF_FORMS = ("pulse", "time_and_barriers")


@pytest.fixture(scope="module")
def programmes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Programme]:
    folder = tmp_path_factory.mktemp("programmes")
    return {name: write_programme(name, folder / name) for name in PROGRAMMES}


def sizes_of(programme: Programme) -> dict[str, list[int]]:
    """Return the headcounts of the teams of each authority."""
    authorities = load_settings(programme.config).programme.authorities
    return {key: [team.headcount for team in authority.teams.values()] for key, authority in authorities.items()}


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def answers_of(programme: Programme, form: str, field: str) -> dict[tuple[str, str], list[str]]:
    """Return what was said in a field, by team and period."""
    values, ids = defaultdict(list), question_ids(form)
    by_id = {response["responseId"]: response for response in load_responses(programme)[form]}
    for answer in list_answers(programme):
        if answer.form == form and answer.period:
            values[answer.team, answer.period].append(said(by_id[answer.response_id], ids[field]))
    return values


def test_there_are_ten(programmes: dict[str, Programme]) -> None:
    assert len(programmes) == 10
    assert {*ORDINARY, *ODD, THE_SAMPLE} == set(programmes)
    assert len({json.dumps(load_responses(programme)) for programme in programmes.values()}) == 10


@pytest.mark.parametrize("name", ["ordinary_2", "unanimous"])
def test_the_same_name_writes_the_same_bytes(programmes: dict[str, Programme], tmp_path: Path, name: str) -> None:
    again = write_programme(name, tmp_path / name)
    assert files_of(again.config.parent) == files_of(programmes[name].config.parent)


def test_the_sample_is_the_shipped_one(programmes: dict[str, Programme]) -> None:
    sample = programmes[THE_SAMPLE]
    assert files_of(sample.config) == files_of(CONFIG)
    assert files_of(sample.data) == {name: body for name, body in files_of(SAMPLE).items() if name != "sample.yaml"}


def test_ordinary_ones_have_two_authorities_of_two_teams(programmes: dict[str, Programme]) -> None:
    for name in ORDINARY:
        sizes = sizes_of(programmes[name])
        assert [len(teams) for teams in sizes.values()] == [2, 2]
        assert all(5 <= people <= 14 for teams in sizes.values() for people in teams)


def test_half_to_nearly_all_of_the_people_answer_and_not_alike(programmes: dict[str, Programme]) -> None:
    rates, positive = [], []
    for name in ORDINARY:
        headcounts = {
            key: team.headcount
            for authority in load_settings(programmes[name].config).programme.authorities.values()
            for key, team in authority.teams.items()
        }
        by_team: dict[str, list[list[str]]] = defaultdict(list)
        for (team, _), values in answers_of(programmes[name], "pulse", "ownership").items():
            by_team[team].append(values)
        rates += [mean(len(each) / headcounts[team] for each in fortnights) for team, fortnights in by_team.items()]
        positive += [
            mean(value in {"Agree", "Strongly agree"} for each in fortnights for value in each)
            for fortnights in by_team.values()
        ]
    assert all(0.4 < rate <= 1.1 for rate in rates)
    assert max(rates) - min(rates) > 0.3
    assert max(positive) - min(positive) > 0.4


def test_codes_are_left_blank_now_and_then(programmes: dict[str, Programme]) -> None:
    for name in (*ORDINARY, *ODD):
        for form in STAFF_FORMS:
            codes = [code for values in answers_of(programmes[name], form, "code").values() for code in values]
            assert 0.005 < mean(not code for code in codes) < 0.25, (name, form)


def test_the_odd_ones_are_odd(programmes: dict[str, Programme]) -> None:
    assert sizes_of(programmes["four_teams"]) == {"eastfold": [3, 5, 7, 8]}
    assert sizes_of(programmes["one_team"]) == {"eastfold": [14]}
    families = [(answer.team) for answer in list_answers(programmes["uneven_families"]) if answer.form == "families"]
    assert families.count("maple") / len(families) == pytest.approx(0.85)
    assert max(map(len, sizes_of(programmes["uneven_families"]).values())) == 2


def test_in_some_teams_and_periods_everybody_answers_alike(programmes: dict[str, Programme]) -> None:
    for form, field in (("pulse", "ownership"), ("time_and_barriers", "time_share"), ("families", "needs_met")):
        groups = [values for values in answers_of(programmes["unanimous"], form, field).values() if len(values) >= 6]
        alike = sum(len(set(values)) == 1 for values in groups)
        assert 0.05 < alike / len(groups) < 0.9, form
    pulses = [values for values in answers_of(programmes["unanimous"], "pulse", "heard").values() if len(values) >= 6]
    all_but_one = [values for values in pulses if max(map(values.count, values)) == len(values) - 1]
    assert all_but_one


def question(form: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for item in form["items"]:
        parts = [item["questionItem"]["question"]] if "questionItem" in item else item["questionGroupItem"]["questions"]
        found |= {part["questionId"] for part in parts}
    return found


def test_every_answer_is_to_a_question_of_its_form(programmes: dict[str, Programme]) -> None:
    for programme in programmes.values():
        for form, responses in load_responses(programme).items():
            asked = question(json.loads((programme.data / "forms" / form / "form.json").read_text(encoding="utf-8")))
            assert all(set(response.get("answers", {})) <= asked for response in responses)
