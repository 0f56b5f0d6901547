"""docs/commands.md is what the command line and the settings say, and each of them says what it is."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields

import click
import pytest
from click.testing import CliRunner

from config.environment import Environment
from config.errors import SettingError
from config.variables import VARIABLES, Variable
from integration.errors import CrescendoError
from jobs.cli.app import cli
from jobs.cli.help_pages import EXIT_CODES, ExplainedCommand, ExplainedGroup, explained_command, summarise
from jobs.cli.reference import PAGE, render_page

MAX_EXAMPLE = 100
"""Longer ones are broken off, or scrolled, where people read."""


def every_command(group: ExplainedGroup = cli, before: str = "") -> dict[str, ExplainedCommand]:
    """Return each command by its words, such as `pack build`."""
    commands: dict[str, ExplainedCommand] = {}
    for name, command in group.commands.items():
        if isinstance(command, ExplainedGroup):
            commands |= every_command(command, f"{before}{name} ")
        else:
            assert isinstance(command, ExplainedCommand), f"{before}{name}: make it by explained_command"
            commands[f"{before}{name}"] = command
    return commands


COMMANDS = every_command()


def test_the_page_is_what_the_commands_and_settings_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_page(), "docs/commands.md is stale: run `make docs`"


def test_a_new_command_makes_the_page_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    @explained_command("count", examples=[])
    @click.option("--twice", is_flag=True, help="Count again.")
    def count_command(*, twice: bool) -> None:
        """Count what is there."""

    monkeypatch.setattr(cli, "sections", cli.sections | {"Count": (count_command,)})
    assert "\n### count\n\n`count [--twice]`\n\nCount what is there.\n" in render_page()


@pytest.mark.parametrize("words", ["", "pack", *COMMANDS])
def test_every_command_says_in_a_sentence_what_it_does(words: str) -> None:
    command: click.Command = cli
    for word in words.split():
        assert isinstance(command, click.Group)
        command = command.commands[word]
    assert re.fullmatch(r"[A-Z][^\n]{10,}\.", summarise(command)), f"{words} lacks its sentence"
    for parameter in command.params:
        assert isinstance(parameter, click.Argument | click.Option)
        assert re.fullmatch(r".{5,}\.", parameter.help or ""), f"{words} {parameter.name} lacks its sentence"


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_has_an_example_that_can_be_typed(words: str) -> None:
    examples = COMMANDS[words].examples
    assert examples
    for example in examples:
        assert example.words.startswith(words)
        assert len(example.words) < MAX_EXAMPLE
        assert example.what.endswith(".")
        typed = shlex.split(example.words.partition(" > ")[0].replace("--code -", "--code AB12"))
        assert COMMANDS[words].make_context(words, typed[len(words.split()) :])


def test_every_command_has_its_place_among_the_others() -> None:
    assert {command for commands in cli.sections.values() for command in commands} == set(cli.commands.values())


@pytest.mark.parametrize("words", ["", *COMMANDS])
def test_help_is_plain_text_within_the_screen(words: str) -> None:
    help_text = CliRunner().invoke(cli, [*words.split(), "--help"], terminal_width=80).output
    assert "`" not in help_text
    for line in help_text.splitlines():
        assert len(line) <= 80 or line.startswith(("  python -m jobs ", "Read on: ")), line
    if words:
        assert COMMANDS[words].examples[0].words in help_text


def test_every_variable_has_its_record_and_every_record_its_variable() -> None:
    assert VARIABLES
    assert set(VARIABLES) == {field.name.upper() for field in fields(Environment)}


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_says_what_it_sets(name: str) -> None:
    """So that the page has no empty cell."""
    for part in (VARIABLES[name].sets, VARIABLES[name].without, VARIABLES[name].needed_by):
        assert part.strip()
        assert not part.endswith(".")
    assert f"| `{name}`{', **secret**' if VARIABLES[name].is_secret else ''} |" in render_page()


def test_a_variable_without_its_sentence_is_no_record() -> None:
    with pytest.raises(TypeError, match="needed_by"):
        Variable(sets="something", without="nothing")  # type: ignore[call-arg]


def errors_below(error: type[Exception]) -> set[type[Exception]]:
    return {error}.union(*map(errors_below, error.__subclasses__()))


def test_every_exit_code_is_explained() -> None:
    codes = {getattr(error, "exit_code", 1) for error in errors_below(CrescendoError) | errors_below(SettingError)}
    assert codes | {0} == set(EXIT_CODES)
