"""The file and the line of each value; what is refused as YAML, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.yaml_positions import parse_yaml, to_plain_data

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


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: &x 1\nb: *x\n", "f:1:4: a: found an anchor, “&x”"),
        ("a: 1\nb: *x\n", "f:2:4: b: found an alias, “*x”"),
        ("a: !!python/object:os.system 1\n", "f:1:4: a: found a tag, “tag:yaml.org,2002:python/object:os.system”"),
        ("a: !secret 1\n", "f:1:4: a: found a tag, “!secret”"),
        ("a: 1\nb: 2\na: 3\n", "f:3:1: a: found the same key again; allowed: each key once; it stands on line 1"),
        ("a: 1\n---\nb: 2\n", "f:2:1: found a second document after ---"),
        ("? [a]\n: 1\n", "f:1:3: found a list or a group of keys in place of a key"),
        ("[" * 100_000, "f:1:22: found keys or lists nested more than 20 deep"),
        ("a: b: c\n", "f:1:5: found a second colon on the line"),
        ("a:\n\tb: 1\n", "f:2:1: found a tab; allowed: spaces only"),
        ("a: 'b\n", "f:1:4: found a quotation mark that is never closed"),
        ("a: [b, c\n", "f:1:4: found a list or group in brackets that is never closed"),
        ("a: {b: ", "f:2:1: found a list or group in brackets that is never closed"),
        ("a: @b\n", "f:1:4: found a value that begins with “@”"),
        ("a: *\n", "f:1:5: found a value that begins with & or *"),
        ("a\n", "f:1:1: found “a”"),
        ("a: \x07\n", "f:1:4: found an invisible control character"),
        ("%FOO\n", "f:1:5: found something that is not YAML (found unknown directive name)"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_place(text: str, line: str) -> None:
    node, problems = parse_yaml("f", text.encode())
    lines = [str(problem) for problem in problems]
    if not problems:
        assert node is not None
        lines = [f"f:{node.position.line}:{node.position.column}: found “{to_plain_data(node)}”"]
    assert lines[0].startswith(line), lines


def test_text_that_is_not_utf8_is_refused_at_its_character() -> None:
    assert str(parse_yaml("f", b"a: 1\nb: x\xff\n")[1][0]).startswith("f:2:5: found a character that is not UTF-8")
    assert parse_yaml("f", "a: 1".encode("utf-16"))[1]


def test_a_byte_order_mark_does_no_harm() -> None:
    node, problems = parse_yaml("f", b"\xef\xbb\xbfa: 1\n")
    assert not problems
    assert node is not None
    assert to_plain_data(node) == {"a": "1"}


def test_invisible_characters_in_plain_text_do_no_harm_and_joiners_of_words_stay() -> None:
    word = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    node, problems = parse_yaml("f", f"na\u200bme: El\u00adm\ufeff\nother: '{word}'\n".encode())
    assert not problems
    assert node is not None
    assert to_plain_data(node) == {"name": "Elm", "other": word}


def test_only_null_and_nothing_are_nothing() -> None:
    node, _ = parse_yaml("f", b"a:\nb: null\nc: ~\nd: ''\ne: 'null'\nf: No\ng: 12:30\nh: Null\n")
    assert node is not None
    assert to_plain_data(node) == {
        "a": None, "b": None, "c": None, "d": "", "e": "null", "f": "No", "g": "12:30", "h": "Null",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", "found an empty file"),
        ("- a\n", "found a list"),
        ("words\n", "found “words”"),
        ("x" * (1024 * 1024 + 1), "found a file of more than 1 MiB; allowed: at most 1 MiB"),
    ],
)
def test_a_file_that_is_no_group_of_keys_is_refused(folder: Folder, content: str, found: str) -> None:
    assert folder.write("jobs.yaml", content).only_line().startswith(f"jobs.yaml:1:1: {found}")
