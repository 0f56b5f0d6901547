"""`python -m jobs.cli.reference` writes docs/commands.md from the command line, its exit codes and the settings.

What stands on the page is changed where it is said: a command in its module here, a variable in config/variables.py,
a job in config/crescendo/jobs.yaml.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from config.loading.load import load_settings
from config.variables import VARIABLES
from jobs.cli.app import cli
from jobs.cli.help_pages import EXIT_CODES, PROGRAM, ExplainedCommand, ExplainedGroup, summarise
from jobs.cli.options import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PAGE = PROJECT / "docs" / "commands.md"

INTRODUCTION = """\
<!-- Written by `make docs`: change the texts in jobs/cli/, config/variables.py and config/crescendo/jobs.yaml. -->
# Commands and settings

`.venv/bin/python -m jobs COMMAND`, or `crescendo COMMAND` where the service is [installed](operations.md#installing);
each explains itself with `--help`. Below the table stand the [options of every command](#options-of-every-command), the
[exit codes](#exit-codes), each command, and the [environment variables](#environment-variables)."""

EVERY_COMMAND = "They may stand before or after the command; what stands after it wins."

VARIABLES_BELOW = """\
An option wins over its variable. A **secret** belongs into no file that others can read; how one is changed stands in
[operations.md](operations.md#changing-a-secret)."""


def render_page() -> str:
    """Return the text of docs/commands.md; the same commands and settings always give the same text."""
    parts = [
        INTRODUCTION,
        _table(("you want to", "command", "what it does"), _overview()),
        "## Options of every command",
        EVERY_COMMAND,
        _table(OPTION_COLUMNS, map(_option_row, _options(cli))),
        "## Exit codes",
        _table(("code", "means"), ((str(code), meaning) for code, meaning in EXIT_CODES.items())),
    ]
    for heading, commands in cli.sections.items():
        parts.append(f"## {heading}")
        for words, command in _leaves(commands):
            parts += _describe_command(words, command)
            if words == "run":
                parts += _describe_jobs()
    parts += ["## Environment variables", VARIABLES_BELOW, _table(VARIABLE_COLUMNS, _variable_rows())]
    return "\n\n".join(parts) + "\n"


def _overview() -> Iterator[Sequence[str]]:
    for heading, commands in cli.sections.items():
        shown = heading
        for words, command in _leaves(commands):
            yield shown, f"[`{words}`](#{words.replace(' ', '-')})", _without_full_stop(summarise(command))
            shown = ""


def _leaves(commands: Iterable[click.Command], before: str = "") -> Iterator[tuple[str, ExplainedCommand]]:
    """Yield each command with its words, such as `pack build`; a group stands for its commands."""
    for command in commands:
        words = f"{before}{command.name}"
        if isinstance(command, ExplainedGroup):
            yield from _leaves(command.commands.values(), f"{words} ")
        elif isinstance(command, ExplainedCommand):
            yield words, command
        else:
            raise TypeError(f"The command {words} is not made by explained_command.")


def _describe_command(words: str, command: ExplainedCommand) -> list[str]:
    own = [option for option in _options(command) if option.name not in {its.name for its in _options(cli)}]
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    synopsis = " ".join([words, *map(_metavar, arguments), *map(_synopsis, own)])
    paragraphs = [" ".join(text.split()) for text in (command.help or "").split("\n\n")]
    parts = [f"### {words}", *([f"`{synopsis}`"] if synopsis != words else []), *paragraphs]
    if command.read_on:
        document, _, heading = command.read_on.partition("#")
        where = f"{document}, {heading.replace('-', ' ')}" if heading else document
        parts[-1] += f" More: [{where}]({command.read_on})."
    rows = [(f"`{_metavar(each)}`", each.help or "", "required") for each in arguments] + [*map(_option_row, own)]
    if rows:
        parts.append(_table(OPTION_COLUMNS, rows))
    lines = (f"# {each.what.replace('`', '')}\n{PROGRAM} {each.words}" for each in command.examples)
    return [*parts, "\n".join(["```sh", *lines, "```"])]


OPTION_COLUMNS = ("option or argument", "what it means", "default")


def _options(command: click.Command) -> list[click.Option]:
    return [each for each in command.params if isinstance(each, click.Option)]


def _option_row(option: click.Option) -> Sequence[str]:
    default = ""
    if option.required:
        default = "required"
    elif isinstance(option.show_default, str):
        default = option.show_default
    elif option.show_default:
        default = str(option.default)
    return f"`{_named(option)}`", option.help or "", default


def _synopsis(option: click.Option) -> str:
    return _named(option) if option.required else f"[{_named(option)}]"


def _named(option: click.Option) -> str:
    return option.opts[0] if option.is_flag else f"{option.opts[0]} {_metavar(option)}"


def _metavar(parameter: click.Parameter) -> str:
    if parameter.metavar:
        return parameter.metavar
    if isinstance(parameter, click.Argument):
        return (parameter.name or "").upper()
    return "NUMBER" if isinstance(parameter.type, click.IntRange) else parameter.type.name.upper()


def _describe_jobs() -> list[str]:
    jobs = load_settings(PROJECT / "config" / "crescendo").jobs
    rows = ((f"`{name}`", _without_full_stop(job.about), job.when.in_words()) for name, job in jobs.items())
    return [
        "The jobs, and when each runs by itself as shipped:",
        _table(("job", "what it does", "when"), rows),
    ]


VARIABLE_COLUMNS = ("variable", "what it sets", "where it is not set", "needed by")


def _variable_rows() -> Iterator[Sequence[str]]:
    for name, variable in VARIABLES.items():
        secret = ", **secret**" if variable.is_secret else ""
        yield f"`{name}`{secret}", variable.sets, variable.without, variable.needed_by


def _without_full_stop(sentence: str) -> str:
    return sentence.removesuffix(".")


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(render_page(), encoding="utf-8")
