"""The command line: its group of commands, and how it ends: one sentence, and an exit code that scripts rely on."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

import click

from config.errors import SettingError
from integration.errors import CrescendoError, name_exhaustion
from jobs.cli.daily import demo_command, explain_command, list_command, run_command, status_command
from jobs.cli.data_subjects import forget_command, subject_export_command
from jobs.cli.help_pages import EXIT_CALL, EXIT_FAILED, ExplainedGroup
from jobs.cli.options import GlobalOptions, global_options
from jobs.cli.pack import pack_group, put_right_command, withdraw_command
from jobs.cli.running import serve_command, start_command, worker_command
from jobs.cli.setup import check_command, connect_command, scaffold_command
from jobs.cli.store import audit_command, move_store_command, new_store_command, restore_command

if TYPE_CHECKING:
    from pathlib import Path


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_CALL)
    except click.Abort:
        _fail("Stopped. What was finished is kept; run it again to go on.", EXIT_FAILED)
    except (CrescendoError, SettingError) as error:
        _fail(str(error), error.exit_code)
    except Exception as error:  # noqa: BLE001  # the last place; it is loud
        inside = f"The service failed inside ({type(error).__name__}); run it again with --debug to see where."
        _fail(name_exhaustion(error) or inside, EXIT_FAILED)


def _fail(sentence: str, code: int) -> None:
    if "--debug" in sys.argv:
        traceback.print_exc()
    click.echo(sentence, err=True)
    sys.exit(code)


@click.group(cls=ExplainedGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@global_options
@click.pass_context
def cli(context: click.Context, config: Path | None, home: Path | None, data: Path | None, *, debug: bool) -> None:
    """From form responses and shared sheets to tabs, measures and a monthly review pack.

    The options below may stand before or after any command; each command says more with `--help`.
    """
    context.obj = GlobalOptions(config, home, data, debug)


cli.add_section("Try it and set it up", (demo_command, check_command, scaffold_command, connect_command))
cli.add_section("See how things stand", (status_command, list_command, explain_command))
cli.add_section("Run the jobs", (run_command, start_command, serve_command, worker_command))
cli.add_section("Build and read the review pack", (pack_group, withdraw_command, put_right_command))
cli.add_section("Give out or erase a person's answers", (subject_export_command, forget_command))
cli.add_section("Look after the store", (restore_command, new_store_command, move_store_command, audit_command))
