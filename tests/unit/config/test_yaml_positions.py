"""The file and the line of each value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from config.yaml_positions import Step
    from tests.unit.config.folder import Folder


def line_with(folder: Folder, file: str, text: str, *, after: str = "") -> int:
    whole = (folder.path / file).read_text(encoding="utf-8")
    return whole[: whole.index(text, whole.index(after))].count("\n") + 1


@pytest.mark.parametrize(
    ("key", "steps", "after", "text"),
    [
        ("pulse", ("title",), "", "title: "),
        ("pulse", ("fields", "ownership"), "", "- name: ownership"),
        ("pulse", ("fields", "ownership", "question"), "", "question: I feel ownership"),
        ("pulse", ("fields", 3, "id"), "name: ownership", "id: "),
        ("time_and_barriers", ("fields", "barriers", "options"), "name: barriers", "options:"),
        ("time_and_barriers", ("fields", "barriers", "options", "Travel"), "", "- Travel"),
        ("time_and_barriers", ("fields", "obstacles", "rows", "approvals", "id"), "approvals:", "id: "),
        # What is not there is where it would stand.
        ("pulse", ("fields", "ownership", "options", "Travel"), "", "- name: ownership"),
        ("pulse", ("fields", "mood", "question"), "", "fields:"),
        ("pulse", ("colour",), "", "# yaml"),
    ],
)
def test_a_value_is_found_by_names_and_places(
    folder: Folder, key: str, steps: tuple[Step, ...], after: str, text: str
) -> None:
    line = line_with(folder, f"forms/{key}.yaml", text, after=after)
    assert (
        folder.load().positions.file_and_line(f"forms/{key}.yaml", *steps) == f"{folder.path}/forms/{key}.yaml:{line}"
    )


def test_a_question_of_several_lines_is_found_at_its_first(folder: Folder) -> None:
    folder.change("forms/pulse.yaml", "question: I feel ownership", "question: >-\n      I feel\n      ownership")
    line = line_with(folder, "forms/pulse.yaml", "question: >-")
    assert (
        folder.load()
        .positions.file_and_line("forms/pulse.yaml", "fields", "ownership", "question")
        .endswith(f":{line}")
    )


def test_any_file_is_found_and_one_that_is_not_there_is_only_named(folder: Folder) -> None:
    settings = folder.write("google.yaml", "\nsheets:\n  register: abc\n").load()
    assert settings.positions.file_and_line("google.yaml", "sheets", "register") == f"{folder.path}/google.yaml:3"
    assert settings.positions.file_and_line("sheets/teams.yaml", "fields", "headcount", "unit").endswith(
        "/sheets/teams.yaml:30"
    )
    assert settings.positions.file_and_line("forms/nowhere.yaml", "title") == "forms/nowhere.yaml"


def test_where_it_is_written_makes_no_difference_to_what_it_says(folder: Folder) -> None:
    before = folder.load()
    after = folder.change("forms/pulse.yaml", "fields:", "\n\nfields:").load()
    assert after.positions.file_and_line("forms/pulse.yaml", "fields") != before.positions.file_and_line(
        "forms/pulse.yaml", "fields"
    )
    assert after == before.model_copy(update={"digest": after.digest})
    assert before.model_copy(update={"digest": ""}).positions.file_and_line(
        "forms/pulse.yaml"
    ) == before.positions.file_and_line("forms/pulse.yaml")
