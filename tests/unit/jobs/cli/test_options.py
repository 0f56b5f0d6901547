"""The options of commands: a code can be given without standing in any list of processes."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from jobs.cli.options import code_option


@pytest.mark.parametrize(
    ("words", "typed", "code"), [(["--code", "-"], " TO12 \n", "TO12"), (["--code", "AB1"], "", "AB1"), ([], "", "")]
)
def test_a_code_is_read_from_standard_input(words: list[str], typed: str, code: str) -> None:
    @click.command()
    @code_option
    def ask(code: str) -> None:
        click.echo(f"<{code}>")

    assert f"<{code}>" in CliRunner().invoke(ask, words, input=typed).output
    assert CliRunner().invoke(ask, ["--code", "-"], input="\n").exit_code == 1
