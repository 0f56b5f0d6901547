"""A progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress(title: str, steps: int) -> Iterator[Callable[[str], None]]:
    """Give a function that is told the name of each of so many steps as it begins."""
    if not sys.stderr.isatty():
        yield lambda step: click.echo(f"{title}: {step}", err=True)
        return
    from rich.console import Console  # noqa: PLC0415  # only where there is a terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    bar = Progress(
        TextColumn("{task.fields[title]:<8}"), BarColumn(24), MofNCompleteColumn(), TextColumn("{task.description}"),
        console=Console(stderr=True),
    )  # fmt: skip
    with bar:
        task = bar.add_task("", total=steps, title=title)
        begun = 0

        def tell(step: str) -> None:
            nonlocal begun
            bar.update(task, completed=begun, description=step)
            begun += 1

        yield tell
        bar.update(task, completed=steps, description="done")
