# ruff: noqa: E501  # a table reads best with one case a line
"""What must agree between the files, one disagreement at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.config.folder import Folder

PROGRAMME, MEASURES, PACKS = "programme.yaml", "measures.yaml", "packs.yaml"
PULSE, FAMILIES, TIME = "forms/pulse.yaml", "forms/families.yaml", "forms/time_and_barriers.yaml"
CHANGES, REVIEWS, TEAMS = "sheets/small_changes.yaml", "sheets/reviews.yaml", "sheets/teams.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "found"),
    [
        (PROGRAMME, "end: 2023-03-05", "end: 2021-03-05", "end", "2021-03-05, before the start"),
        (PROGRAMME, "end: 2022-12-04", "end: 2023-12-04", "windows.ongoing_3.end", "2023-12-04"),
        (PROGRAMME, "end: 2021-10-31", "end: 2021-11-01", "phases.small_changes.start", "on or before the end of set_up"),
        (PROGRAMME, "end: 2021-10-03", "end: 2022-01-01", "windows.after_phase_2.start", "the end of baseline"),
        (PROGRAMME, "name: Southmere", "name: NORTHBROOK", "authorities.southmere.name", "a name of the authority northbrook"),
        (PROGRAMME, "Birch team", "ELM  team", "authorities.southmere.teams.birch.aliases.1", "a name of the team elm"),
        (PROGRAMME, "      birch:", "      oak:", "authorities.southmere.teams.oak", "a team of northbrook"),
        (PROGRAMME, "  - Agree", "  - disagree", "likert5.4", "label 2"),
        (PROGRAMME, "headcounts: teams", "headcounts: team", "headcounts", "which is no sheet"),
        (TEAMS, "name: headcount", "name: people", "headcounts", "a sheet without headcount"),
        (TEAMS, "tab: Teams", "tab: blueprint", "tab", "which sheets/blueprint.yaml reads already"),
        (PULSE, "name: heard", "name: phase", "fields.phase.name", "a column that the service makes"),
        (PULSE, "name: going_well", "name: heard", "fields.heard.name", "the name of a field"),
        (PULSE, "name: team", "name: group", "fields.group.name", "for a field of type team"),
        (PULSE, "type: code", "type: text", "one_per", "one_per in a form without a code"),
        (PULSE, "type: code", "type: team", "fields.code", "another field of type team"),
        (PULSE, "id: ffa0fbe4", "id: c30399ec", "fields.code.id", "that of team"),
        (PULSE, "id: 05ca7753\n    question: What got in the way?", "question: what has gone WELL?", "fields.in_the_way.question", "that of going_well"),
        (PULSE, "    minimum: 0", "    minimum: 90", "fields.hours_direct.maximum", "80, below the minimum of 90"),
        (PULSE, "type: code", "type: code\n    pattern: '['", "fields.code.pattern", "unterminated character set"),
        (PULSE, "type: code", "type: code\n    pattern: 'a{9999999999}'", "fields.code.pattern", "too large"),
        (PULSE, "type: code", f"type: code\n    pattern: '{'a' * 121}'", "fields.code.pattern", "a pattern of 121 characters"),
        (FAMILIES, "no_answer: [Prefer not to say]", "no_answer: [carer]", "fields.who.no_answer.1", "the option “Carer”"),
        (FAMILIES, "who\n    type: choice", "who\n    type: choice\n    heading: Who", "fields.who.heading", "heading in a form"),
        (FAMILIES, "    id: cdf2802a\n    question: Who is answering?\n", "", "fields.who", "a field that names no question"),
        (FAMILIES, "    no_answer: [Prefer not to say]\n\n  - name: en", "    no_answer: [agree]\n\n  - name: en", "fields.listened.no_answer.1", "“agree”"),
        (TIME, "      - Travel", "      - Other", "fields.barriers.options.4", "“Other”"),
        (TIME, "      - Travel", "      - duty  system", "fields.barriers.options.4", "the option “Duty system”"),
        (TIME, "high: 10", "high: 0", "fields.time_share.high", "0, not above low (0)"),
        (TIME, "label: Meetings", "label: recording", "fields.obstacles.rows.meetings.label", "the label of the row recording"),
        (TIME, "  - name: comment", "  - name: barriers_other", "fields.barriers_other.name", "the column for the words behind “Other”"),
        (CHANGES, "key: [ref]", "key: [reff]", "key.1", "which is no field of this sheet"),
        (CHANGES, "    heading: Ref\n", "", "fields.ref", "a field that names no column"),
        (CHANGES, "heading: Notes", "heading: ' OWNER '", "fields.notes.heading", "the heading of owner"),
        (CHANGES, "heading: Notes", "heading: Notes\n    id: abc", "fields.notes.id", "id in a sheet"),
        (CHANGES, "title: change", "title: chnge", "shows.title", "which is no field of this sheet"),
        (CHANGES, "stage: stage", "stage: owner", "shows.stage", "a field of type text"),
        (REVIEWS, "type: authority", "type: text", "fields", "neither a team nor an authority"),
        (REVIEWS, "[held_on, authority]", "[held_on, held_on]", "key", "the same field twice"),
        (MEASURES, "source: pulse", "source: pulses", "measures.ownership_positive.source", "which is no form or sheet"),
        (MEASURES, "field: ownership", "field: ownreship", "measures.ownership_positive.field", "which is no field of pulse"),
        (MEASURES, "field: ownership", "field: going_well", "measures.ownership_positive.field", "a field of type text"),
        (MEASURES, "values: [4, 5]", "values: [4, 6]", "measures.ownership_positive.values.2", "“6”"),
        (MEASURES, "values: [A lot]", "values: [A-lot]", "measures.obstacles_a_lot.values.1", "no option of obstacles"),
        (MEASURES, "[Implemented, Embedded]", "[Implmented]", "measures.changes_implemented.where.stage.1", "no option of stage"),
        (MEASURES, "within_phase: small_changes", "within_phase: small", "measures.changes_implemented_in_phase_2.within_phase", "no phase"),
        (MEASURES, "    dated_by: held_on\n    unit", "    unit", "measures.commitment_mean", "no dated_by for the rows of a sheet"),
        (MEASURES, "field: time_share", "field: time_share\n    dated_by: week", "measures.time_share_mean.dated_by", "answers to a form"),
        (MEASURES, "numerator: hours_direct", "numerator: heard", "measures.direct_time_share.numerator", "a field of type likert5"),
        (MEASURES, "rests_on: people", "rests_on: things", "measures.ownership_positive.rests_on", "for answers to a form"),
        (MEASURES, "target: 0.7", "target: 70", "measures.pulse_response_rate.target", "70"),
        (MEASURES, "[fortnight]", "[to_date]", "measures.pulse_response_rate.periods.1", "“to_date”"),
        (MEASURES, "[fortnight]", "[fortnight, fortnight]", "measures.pulse_response_rate.periods.2", "“fortnight” again"),
        (MEASURES, "source: blueprint", "source: pulse", "measures.milestones_on_time.source", "“pulse”, a form"),
        (MEASURES, "kind: response_rate\n    source: pulse", "kind: response_rate\n    source: families", "measures.pulse_response_rate.source", "a form that asks families"),
        (PACKS, "- milestones_on_time", "- milestone_on_time", "headlines.3", "which is no measure"),
        (PACKS, "- milestones_on_time", "- ownership_positive", "headlines.3", "“ownership_positive” again"),
        (PACKS, "title: Pulse", "title: notes", "summary.1.title", "a sheet that the service makes"),
        (PACKS, "title: Pulse", "title: Pulse/staff", "summary.1.title", "“Pulse/staff”"),
        (PACKS, "title: Pulse", f"title: {'P' * 32}", "summary.1.title", "a title of 32 characters"),
        (PACKS, "  southmere:", "  southmeer:", "leaders.southmeer", "which is no authority"),
        (PACKS, "daniel.osei@southmere", "tomasz.keane@northbrook", "leaders.southmere.recipients.Daniel Osei.email", "a recipient in northbrook"),
        ("jobs.yaml", "  publish:", "  publsh:", "jobs.publsh", "a job that the service does not have"),
    ],
)  # fmt: skip
def test_a_disagreement_is_reported_where_it_stands(  # noqa: PLR0913, PLR0917  # the columns of the table
    folder: Folder, file: str, old: str, new: str, key: str, found: str
) -> None:
    problems = folder.change(file, old, new).problems()
    assert any(p.key == key and found in p.found for p in problems), folder.lines()


def test_two_fields_of_the_same_words_are_told_apart_by_their_ids(folder: Folder) -> None:
    folder.change(PULSE, "question: What got in the way?", "question: what has gone WELL?")
    assert folder.load().forms["pulse"]
    folder.change(PULSE, "id: 05ca7753\n    ", "")
    (problem,) = folder.problems()
    assert problem.key == "fields.in_the_way.question"
    assert "an id for each of the two (then “question” may be left out" in problem.allowed


def test_a_mistake_in_a_field_does_not_make_problems_elsewhere(folder: Folder) -> None:
    folder.change(PULSE, "name: ownership\n    type: likert5", "name: ownership\n    type: likert")
    assert folder.only_line().startswith(f"{PULSE}:31:11: fields.ownership.type: found “likert”")


def test_a_file_that_is_no_yaml_does_not_make_problems_elsewhere(folder: Folder) -> None:
    for file in (PULSE, TEAMS, PROGRAMME, MEASURES):
        folder.change(file, "title:" if file != PROGRAMME else "name:", "'")
    assert [line.split(":")[0] for line in folder.lines()] == [PROGRAMME, PULSE, TEAMS, MEASURES]


def test_a_job_without_a_schedule_and_an_authority_without_leaders_are_missed(folder: Folder) -> None:
    folder.write(
        "jobs.yaml", "jobs:\n  sync: {about: reads, every: 5 minutes}\n  pack: {about: builds, when: daily at 07:00}\n"
    )
    text = (folder.path / PACKS).read_text(encoding="utf-8")
    folder.write(PACKS, text[: text.index("  southmere:")])
    line = text[: text.index("\nleaders:")].count("\n") + 2
    assert folder.lines() == [
        f"packs.yaml:{line}:1: leaders: found no leaders for southmere; allowed: leaders for each authority: northbrook, southmere",
        "jobs.yaml:1:1: jobs: found no schedule for publish, retention, backup, lookout, reconcile, renew-watches; allowed: a schedule for each of sync, publish, pack, retention, backup, lookout, reconcile, renew-watches: copy what is missing from the jobs.yaml that is shipped",
    ]  # fmt: skip


def test_the_days_of_a_team_are_days_of_the_programme_in_their_order(folder: Folder) -> None:
    elm = "        aliases: [Elm team, Team Elm]\n"
    folder.change(PROGRAMME, elm, f"{elm}        from: 2020-01-01\n        untill: 2022-01-01\n")
    assert "untill: found “untill”, a key that is not known here" in folder.only_line()
    assert "from, until" in folder.only_line()
    folder.change(PROGRAMME, "untill", "until")
    assert "authorities.northbrook.teams.elm.from: found 2020-01-01; allowed: a day of the pro" in folder.only_line()
    folder.change(PROGRAMME, "from: 2020-01-01", "from: 2022-03-01")
    assert "found an end of 2022-01-01, before the start of 2022-03-01" in folder.only_line()


def test_a_form_and_a_sheet_cannot_share_a_key_nor_take_a_tab_of_the_service(folder: Folder) -> None:
    pulse = (folder.path / PULSE).read_text(encoding="utf-8")
    folder.write("forms/teams.yaml", pulse).write("forms/measures.yaml", pulse).write(f"forms/{'f' * 32}.yaml", pulse)
    founds = [problem.found for problem in folder.problems()]
    assert founds == [
        f"a key of 32 characters, “{'f' * 32}”",
        "the key “measures”",
        "the key “teams”, which is already that of a form",
    ]
