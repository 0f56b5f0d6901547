# ruff: noqa: E501  # a table reads best with one case a line
"""Mistakes within the files: each is one line with its position, and all of them come at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from config.errors import ConfigError
from config.loading.load import load_settings
from config.schema.fields import FIELD_MODELS, type_name

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.config.folder import Folder


def test_three_mistakes_in_one_file_are_reported_at_once_with_their_places(folder: Folder) -> None:
    folder.change("forms/pulse.yaml", "asks: staff", "asks: stuff")
    folder.change("forms/pulse.yaml", "    minimum: 0", "    minimun: 0")
    folder.change("forms/pulse.yaml", "type: likert5", "type: likert")
    types = ", ".join(map(type_name, FIELD_MODELS))
    keys = "name, id, question, heading, required, title, reworded, type, minimum, maximum, unit"
    assert folder.lines() == [
        "forms/pulse.yaml:9:7: asks: found “stuff”; allowed: staff, families (did you mean “staff”?)",
        f"forms/pulse.yaml:26:11: fields.involved.type: found “likert”; allowed: {types} (did you mean “likert5”?)",
        f"forms/pulse.yaml:45:5: fields.hours_direct.minimun: found “minimun”, a key that is not known here; allowed: {keys} (did you mean “minimum”?)",
    ]


def test_mistakes_of_every_sort_in_every_file_are_reported_at_once(folder: Folder) -> None:
    folder.change("programme.yaml", "start: 2021-09-06", "start: soon")
    folder.change("forms/pulse.yaml", "asks: staff", "asks: everybody")
    folder.change("sheets/teams.yaml", "tab: Teams", "tab:")
    folder.change("measures.yaml", "field: ownership", "field: ownreship")
    folder.change("packs.yaml", "change.crescendo@example.org", "nobody")
    folder.change("packs.yaml", "- commitment_mean", "- comitment_mean")
    folder.change("jobs.yaml", "  sync:", "  synch:")
    places = [(p.file.removeprefix(f"{folder.path}/"), p.key, p.nearest) for p in folder.problems()]
    assert places == [
        ("programme.yaml", "start", ""),
        ("forms/pulse.yaml", "asks", ""),
        ("sheets/teams.yaml", "tab", ""),
        ("measures.yaml", "measures.ownership_positive.field", "ownership"),
        ("packs.yaml", "sender.email", ""),
        ("packs.yaml", "headlines.4", "commitment_mean"),
        ("jobs.yaml", "jobs.synch", "sync"),
    ]


def test_files_are_named_as_the_person_typed_them(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.change("jobs.yaml", "    every: 10 minutes", "    every: often")
    monkeypatch.chdir(folder.path.parent)
    relative = folder.path.relative_to(folder.path.parent)
    with pytest.raises(ConfigError, match=r"^programme/jobs\.yaml:21:12: jobs\.sync\.every: found “often”"):
        load_settings(relative)


def test_a_config_error_ends_a_command_with_2_and_gives_plain_data(folder: Folder) -> None:
    folder.change("jobs.yaml", "missed: each", "missed: never")
    with pytest.raises(ConfigError) as caught:
        folder.load()
    assert caught.value.exit_code == 2
    (data,) = caught.value.as_dicts()
    assert (data["line"], data["column"], data["key"]) == (30, 13, "jobs.pack.missed")
    assert (data["found"], data["allowed"]) == ("“never”", "once, each")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("dayly at 7:15", "daily at 07:15"),
        ("every weekday at 8.30", "every working day at 08:30"),
        ("every 10 mins", "every 10 minutes"),
        ("15 minutes", "every 15 minutes"),
        ("weekly on Mon at 5pm", "weekly on Monday at 17:00"),
        ("monthly on the secnd workingday at 9am", "monthly on the second working day at 09:00"),
        ("manually", "by hand"),
    ],
)
def test_a_schedule_in_other_words_is_refused_with_the_one_that_was_meant(
    folder: Folder, written: str, meant: str
) -> None:
    line = folder.change("jobs.yaml", "when: daily at 03:10", f"when: {written}").only_line()
    assert line.endswith(f"; by hand (did you mean “{meant}”?)")


def test_what_follows_every_is_guessed_without_it(folder: Folder) -> None:
    assert (
        folder.change("jobs.yaml", "    every: 10 minutes", "    every: 10 mins")
        .only_line()
        .endswith("(did you mean “10 minutes”?)")
    )
    assert "did you mean" not in folder.change("jobs.yaml", "every: 10 mins", "every: day at 7").only_line()


ELM, WHITFIELD = "authorities.northbrook.teams.elm", "leaders.northbrook.recipients.Amara Whitfield"


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "problem"),
    [
        (
            "programme.yaml",
            "2021-09-06",
            "06/09/2021",
            "06",
            "start: found “06/09/2021”; allowed: a day of the calendar",
        ),
        ("programme.yaml", "2021-09-06", "2021", "2021", "start: found “2021”; allowed: a day of the calendar"),
        (
            "programme.yaml",
            "2021-09-06",
            "2021-02-30",
            "2021",
            "start: found “2021-02-30”; allowed: a day of the calendar",
        ),
        (
            "programme.yaml",
            "- Agree\n  - Strongly agree\n",
            "- Agree\n",
            None,
            "likert5: found a list of 4; allowed: exactly 5",
        ),
        ("programme.yaml", "true", "maybe", "maybe", f"{ELM}.statutory: found “maybe”; allowed: true or false"),
        (
            "programme.yaml",
            "headcount: 8",
            "headcount: many",
            "many",
            f"{ELM}.headcount: found “many”; allowed: a whole number",
        ),
        (
            "programme.yaml",
            "elm:",
            "Elm:",
            "Elm",
            "authorities.northbrook.teams.Elm: found “Elm”; allowed: lower-case letters",
        ),
        (
            "programme.yaml",
            "2021-10-31",
            "2021-08-01",
            None,
            "phases.set_up: found an end of 2021-08-01, before the start of 2021-09-06",
        ),
        (
            "programme.yaml",
            "[Elm team, Team Elm]",
            "Elm team",
            "Elm",
            f"{ELM}.aliases: found “Elm team”; allowed: a list",
        ),
        (
            "programme.yaml",
            "name: Elm",
            'name: "Elm\\nOak"',
            '"',
            f"{ELM}.name: found “Elm Oak”; allowed: one line of text",
        ),
        (
            "programme.yaml",
            "contact:",
            "contacts:",
            "contacts",
            "contacts: found “contacts”, a key that is not known here",
        ),
        (
            "forms/pulse.yaml",
            "name: team\n    type: team",
            "name: team",
            "name",
            "fields.team.type: found nothing; allowed: a line “type: …”",
        ),
        (
            "measures.yaml",
            "kind: held",
            "kind: helt",
            "helt",
            "measures.reviews_held.kind: found “helt”; allowed: share, mean",
        ),
        (
            "measures.yaml",
            "target: 0.7",
            "target: .inf",
            ".inf",
            "measures.pulse_response_rate.target: found “.inf”; allowed: a number",
        ),
        ("packs.yaml", "group: 6", "group: 3", "3", "audience.minimum_group: found “3”; allowed: 6 to 50"),
        ("packs.yaml", "amara.whitfield@", "amara whitfield@", "amara", f"{WHITFIELD}.email: found “amara whitfield@"),
        (
            "packs.yaml",
            "at: 14:00",
            "at: 2pm",
            "2pm",
            "leaders.northbrook.meeting.at: found “2pm”; allowed: a time of day",
        ),
        (
            "packs.yaml",
            "at: 14:00",
            "at: 840",
            "840",
            "leaders.northbrook.meeting.at: found “840”; allowed: a time of day",
        ),
        ("jobs.yaml", "    every: 10 minutes\n", "", None, "jobs.sync: found neither when nor every"),
        (
            "jobs.yaml",
            "    every: 10 minutes",
            "    every: hour\n    when: by hand",
            None,
            "jobs.sync: found when and every",
        ),
        (
            "jobs.yaml",
            "10 minutes\n\n",
            "10\n\n",
            "10",
            "jobs.sync.every: found “10”; allowed: what goes on after “every”",
        ),
        (
            "jobs.yaml",
            "daily at 03:10",
            "daily",
            None,
            "jobs.retention.when: found “daily”; allowed: a schedule such",
        ),
        ("jobs.yaml", "missed: each", "missed: all", "all", "jobs.pack.missed: found “all”; allowed: once, each"),
        (
            "jobs.yaml",
            "missed: each",
            "within: long",
            "long",
            "jobs.pack.within: found “long”; allowed: a number of minutes",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_its_place(  # noqa: PLR0913, PLR0917  # the columns of the table
    folder: Folder, file: str, old: str, new: str, at: str | None, problem: str
) -> None:
    lines = folder.change(file, old, new).lines()
    assert any(re.fullmatch(rf"{file}:\d+:\d+: {re.escape(problem)}.*", line) for line in lines), lines
    if at is not None:
        text = (folder.path / file).read_text(encoding="utf-8")
        before = text[: text.index(at, text.index(new))]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        assert any(found.startswith(f"{file}:{line}:{column}: {problem}") for found in lines), lines


def test_words_stay_the_words_that_were_typed(folder: Folder) -> None:
    folder.change("forms/pulse.yaml", "title: Fortnightly pulse for social workers", "title: 12:30")
    folder.change("forms/families.yaml", "options: [Child,", "options: [No, 1.10,")
    folder.change("programme.yaml", "title: Before the start", "title: 2021-09-06")
    settings = folder.load()
    assert settings.forms["pulse"].title == "12:30"
    assert settings.programme.windows["baseline"].title == "2021-09-06"
    assert settings.forms["families"].model_dump()["fields"][1]["options"][:2] == ("No", "1.10")


def test_an_option_that_looks_like_a_number_can_be_counted(folder: Folder) -> None:
    folder.change("forms/families.yaml", "options: [Child,", "options: [0, 1,")
    folder.change("measures.yaml", "field: needs_met\n    values: [4, 5]", "field: who\n    values: [0, 1]")
    folder.load()


def test_a_folder_that_is_not_there_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere:1:1: found no folder that can be read"):
        load_settings(tmp_path / "nowhere")


def test_a_missing_file_and_a_file_that_nothing_reads_are_problems(folder: Folder) -> None:
    (folder.path / "measures.yaml").rename(folder.path / "mesures.yaml")
    lines = folder.write("forms/Pulse 2.yaml", "a: 1").write("old/pulse.yml", "a: 1").lines()
    assert [line.split(";")[0] for line in lines] == [
        "forms/Pulse 2.yaml:1:1: found a file named “Pulse 2.yaml”",
        "measures.yaml:1:1: found no such file",
        "mesures.yaml:1:1: found a YAML file named “mesures.yaml”, which nothing reads",
        "old/pulse.yml:1:1: found a YAML file named “pulse.yml”, which nothing reads",
    ]
    assert "did you mean “measures.yaml”?" in lines[2]
