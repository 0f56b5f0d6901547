"""What every command has: the global options, the service opened with them, and how values and progress are printed."""

from __future__ import annotations

import functools
import json
import os
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from config.environment import Environment, read_database_url, read_pseudonym_key
from integration.adapters.home import RESTORE_NOTE, STORE_FILE, reason_against_root
from integration.adapters.store_place import refuse_unreadable_home
from integration.errors import CallError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from config.schema import Settings
    from integration.wiring import Service

PROJECT = Path(__file__).parents[2]
SAMPLE = PROJECT / "config" / "sample"
F = TypeVar("F", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """Where the configuration, the home folder and the folder source are; None where not given."""

    config: Path | None = None
    home: Path | None = None
    data: Path | None = None
    debug: bool = False

    def or_else(self, other: GlobalOptions) -> GlobalOptions:
        """Return these options, and the other's where these are not given."""
        return GlobalOptions(
            self.config or other.config, self.home or other.home, self.data or other.data, self.debug or other.debug
        )

    @property
    def config_folder(self) -> Path:
        """The folder of YAML files: the option's, the environment's, else the one that is shipped."""
        named = self.config or Environment().crescendo_config
        shipped = Path("config/crescendo")
        return Path(named or (shipped if shipped.is_dir() else PROJECT / shipped))

    def home_folder(self, default: Path = Path("var")) -> Path:
        """Return the folder that the service writes to: the option's, the environment's, else the default."""
        return self.home or Path(Environment().crescendo_home or default)

    @property
    def is_home_named(self) -> bool:
        """Whether the option or the environment names the home folder."""
        return self.home is not None or Environment().crescendo_home is not None

    @property
    def data_folder(self) -> Path | None:
        """The folder of forms and sheets: the option's, or the environment's."""
        named = self.data or Environment().crescendo_data
        return Path(named) if named else None

    def load_settings(self) -> Settings:
        """Read the configuration; raises ConfigError with every problem."""
        from config.loading.load import load_settings  # noqa: PLC0415  # not needed for --help

        return load_settings(self.config_folder)


def global_options(command: F) -> F:
    """Give a command, or the group of all, the options of `GlobalOptions`."""
    folder = click.Path(path_type=Path)
    for option in (
        click.option("--debug", is_flag=True, help="Show the traceback of an error."),
        click.option(
            "--data", type=folder, metavar="DIR", help="Folder with `forms/` and `sheets/` (`CRESCENDO_DATA`)."
        ),
        click.option(
            "--home", type=folder, metavar="DIR", show_default="var; the demo's is var/demo",
            help="Folder that the service writes to (`CRESCENDO_HOME`).",
        ),
        click.option(
            "--config", type=folder, metavar="DIR", show_default="config/crescendo",
            help="Folder of YAML files (`CRESCENDO_CONFIG`).",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def code_option(command: F) -> F:
    """Give a command the option `--code`; `-` asks for it, so that it stands in no list of commands."""
    return click.option(
        "--code",
        default="",
        callback=_read_code,
        metavar="CODE",
        help="A respondent's own code: every answer that carries it; `-` asks for it, or reads it from standard input.",
    )(command)


def _read_code(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if value != "-":
        return value
    typed = click.prompt("Code", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    if not typed.strip():
        raise CallError("No code was given: type it when you are asked, or write it to standard input.")
    return str(typed).strip()


def with_globals(command: F) -> F:
    """Give a command the global options; what stands after it wins over what stands before."""

    @global_options
    @click.pass_context
    @functools.wraps(command)
    def wrapped(context: click.Context, /, **options: Any) -> object:
        given = GlobalOptions(*(options.pop(name) for name in ("config", "home", "data", "debug")))
        context.obj = given.or_else(context.obj or GlobalOptions())
        return context.invoke(command, context.obj, **options)

    return wrapped  # type: ignore[return-value]  # click's decorators lose the type


def open_service(  # noqa: PLR0913  # what commands differ in
    given: GlobalOptions, *, home: Path | None = None, data: Path | None = None, with_key: bool = True,
    may_make_keys: bool = False, is_demo: bool = False, as_of: date | None = None,
) -> Service:  # fmt: skip
    """Return the service for the folders that were named, `with_key` with the key of the codes' hash.

    Google is read where google.yaml says so and no --data was given; `data` is the folder where neither is said. A
    demo hands no mail to a mail server. `as_of` is the reporting date, where it is not today.
    """
    from integration.wiring import build_service, refuse_lost_store  # noqa: PLC0415  # not needed for --help

    settings, folder, key = given.load_settings(), home or given.home_folder(), ""
    if with_key and folder.exists() and not folder.is_dir():
        raise CallError(f"{folder} is a file, and the home must be a folder: name another with --home.")
    if reason := reason_against_root(folder, uid=os.getuid()):
        raise CallError(reason)
    refuse_unreadable_home(folder)
    if (folder / RESTORE_NOTE).exists():
        from integration.operations.restore import settle_restore  # noqa: PLC0415  # only where one was cut short

        with closing(
            build_service(settings=settings, home=folder, data=None, key="", database_url=read_database_url())
        ) as unkeyed:
            if settled := settle_restore(unkeyed):
                click.echo(settled, err=True)
    if with_key:
        refuse_lost_store(folder, read_database_url())
        key, sentence = read_pseudonym_key(folder, may_make=may_make_keys)
        if sentence:
            click.echo(sentence, err=True)
    reads_google = settings.google is not None and settings.google.is_read
    data = given.data if reads_google else given.data_folder or data
    return build_service(
        settings=settings,
        home=folder,
        data=data,
        key=key,
        database_url=read_database_url(),
        is_demo=is_demo,
        reporting_date=as_of,
    )


def open_without_key(given: GlobalOptions) -> Service:
    """Return the service for commands that read no answer: it has no key, and nothing is made by looking."""
    return open_service(given, with_key=False)


def require_store(given: GlobalOptions) -> None:
    """Raise CallError where the home folder holds nothing to look at; a mistyped one is not made."""
    from integration.wiring import refuse_lost_store  # noqa: PLC0415  # not needed for --help

    home = given.home_folder()
    refuse_unreadable_home(home)
    if (home / RESTORE_NOTE).exists():  # one that was cut short: opening the service puts the store back
        return
    refuse_lost_store(home, read_database_url())
    if read_database_url() is None and not (home / STORE_FILE).exists():
        raise CallError(
            f"There is nothing in {home} yet: run sync or the demo first, or name the right folder with --home (the "
            "demo's is var/demo)."
        )


def print_value(value: Any, describe: Callable[[Any], str], *, as_json: bool) -> None:
    """Print what an operation returned: as JSON, or in the words of the function that stands beside the operation."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1) if as_json else describe(value))


class Day(click.ParamType[date]):
    """A date on the command line, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date, or say what is allowed."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no time zone
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as YYYY-MM-DD, such as 2022-07-31", param, ctx)


class Month(click.ParamType[str]):
    """A month on the command line, YYYY-MM."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the month, or say what is allowed."""
        try:
            return f"{datetime.strptime(value, '%Y-%m'):%Y-%m}"  # noqa: DTZ007  # a month has no time zone
        except ValueError:
            self.fail(f"{value!r} is not a month; write it as YYYY-MM, such as 2022-07", param, ctx)


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

        def on_step(step: str) -> None:
            nonlocal begun
            bar.update(task, completed=begun, description=step)
            begun += 1

        yield on_step
        bar.update(task, completed=steps, description="done")
