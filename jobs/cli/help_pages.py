"""How the command line explains itself: what `--help` of a command and of all commands shows, and what records hold it.

Texts are Markdown with nothing but `code`; `--help` shows them without the marks, docs/commands.md as they stand
(`jobs/cli/reference.py` writes it of the same records).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

PROGRAM = "python -m jobs"
EXIT_DONE, EXIT_FAILED, EXIT_CALL, EXIT_LATER = 0, 1, 2, 75
EXIT_CODES = {
    EXIT_DONE: "done; rows needing attention are not a failure",
    EXIT_FAILED: "the job failed",
    EXIT_CALL: "the configuration or the call is wrong",
    EXIT_LATER: "a temporary failure outside: try again later",
}


class Example(NamedTuple):
    """A call as an operator types it after `python -m jobs`, and what it does."""

    words: str
    what: str


class ExplainedCommand(click.Command):
    """A command with examples; `read_on` is where in docs/ more of it stands, "" where nowhere."""

    def __init__(self, *args: Any, examples: Sequence[Example], read_on: str = "", **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.examples = tuple(examples)
        self.read_on = read_on

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help without the marks of Markdown."""
        super().format_help(ctx, formatter)
        _take_marks_away(formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, each in a line of its own so that it can be copied, and where to read on."""
        del ctx
        with formatter.section("Examples" if len(self.examples) > 1 else "Example"):
            for example in self.examples:
                formatter.write(f"{'':{formatter.current_indent}}{PROGRAM} {example.words}\n")
                with formatter.indentation(), formatter.indentation():
                    formatter.write_text(example.what)
        if self.read_on:
            formatter.write_paragraph()
            formatter.write(f"Read on: docs/{self.read_on}\n")


class ExplainedGroup(click.Group):
    """A group whose commands are explained, in sections by what an operator wants to do."""

    command_class = ExplainedCommand

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.sections: dict[str, tuple[click.Command, ...]] = {}

    def add_section(self, heading: str, commands: Iterable[click.Command]) -> None:
        """Add commands under a heading of their own."""
        self.sections[heading] = tuple(commands)
        for command in self.sections[heading]:
            self.add_command(command)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help without the marks of Markdown."""
        super().format_help(ctx, formatter)
        _take_marks_away(formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands with their whole sentences, a section at a time."""
        del ctx
        width = max(map(len, self.commands))
        for heading, commands in (self.sections or {"Commands": tuple(self.commands.values())}).items():
            with formatter.section(heading):
                formatter.write_dl([(f"{command.name:{width}}", summarise(command)) for command in commands])


def explained_command(
    name: str, *, examples: Sequence[Example], read_on: str = ""
) -> Callable[[Callable[..., Any]], ExplainedCommand]:
    """Make a command of a function; its docstring is the help, whose first paragraph is one sentence."""
    return click.command(name, cls=ExplainedCommand, examples=examples, read_on=read_on)


def summarise(command: click.Command) -> str:
    """Return the sentence that says what a command does: the first paragraph of its help."""
    return " ".join((command.help or "").partition("\n\n")[0].split())


def _take_marks_away(formatter: click.HelpFormatter) -> None:
    formatter.buffer = [text.replace("`", "") for text in formatter.buffer]
