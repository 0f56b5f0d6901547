"""The command line: what happened, in one sentence, and the exit code that other scripts rely on."""

from __future__ import annotations

import json
import sys
import traceback
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from config.errors import ConfigError, SettingError
from config.schema.jobs import JOB_NAMES
from integration.errors import CallError, CrescendoError
from jobs.cli.data_subjects import forget_command, subject_export_command
from jobs.cli.options import (
    Day,
    GlobalOptions,
    Month,
    global_options,
    load_settings,
    open_service,
    open_without_key,
    progress,
    require_store,
    with_globals,
    with_service,
)
from jobs.cli.running import SAMPLE, serve_command, start_command, worker_command
from jobs.cli.setup import connect_command, scaffold_command
from jobs.cli.store import audit_command, move_store_command, restore_command

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from integration.operations.pipeline import Pipeline
    from integration.wiring import Service

DEMO_HOME = Path("var/demo")
EXIT_FAILED, EXIT_CALL = 1, 2


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(EXIT_CALL)
    except click.Abort:
        _fail("Stopped. What was finished is kept; run it again to go on.", EXIT_FAILED)
    except (CrescendoError, SettingError) as error:
        _fail(str(error), error.exit_code)
    except Exception as error:  # noqa: BLE001  # the last place; it is loud
        _fail(
            f"The service failed inside ({type(error).__name__}); run it again with --debug to see where.", EXIT_FAILED
        )


def _fail(sentence: str, code: int) -> None:
    if "--debug" in sys.argv:
        traceback.print_exc()
    click.echo(sentence, err=True)
    sys.exit(code)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@global_options
@click.pass_context
def cli(context: click.Context, config: Path | None, home: Path | None, data: Path | None, *, debug: bool) -> None:
    """From form responses and shared sheets to tabs, measures and a monthly review pack."""
    context.obj = GlobalOptions(config, home, data, debug)


@cli.command("demo")
@click.option("--as-of", type=Day(), help="The reporting date [the one that the sample names].")
@with_globals
def demo_command(given: GlobalOptions, as_of: date | None) -> None:
    """Run the whole main job on a folder of forms and sheets, and print what to open."""
    from config.loading.load import load_sample_date  # noqa: PLC0415
    from integration.operations.demo import demo  # noqa: PLC0415

    day = as_of or load_sample_date(given.data_folder or SAMPLE) or load_sample_date(SAMPLE)
    if day is None:
        raise CallError("There is no sample.yaml that says as of which day: give --as-of YYYY-MM-DD.")
    home = given.home_folder(DEMO_HOME)
    service = open_service(given, home=home, data=SAMPLE, may_make_keys=True, is_demo=True)
    try:
        done = demo(service, as_of=day, progress=progress)
    finally:
        service.close()
    from integration.operations.demo import describe_demo  # noqa: PLC0415

    click.echo(describe_demo(service, done, day))


@cli.command("check")
@click.option(
    "--live",
    is_flag=True,
    help="Also ask Google and the mail server, and look at the store; nothing is changed or sent.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@with_globals
def check_command(given: GlobalOptions, *, live: bool, as_json: bool) -> None:
    """Check the configuration: every problem at once, with its file, line and what is allowed.

    With --live also, of each form and spreadsheet in google.yaml, whether it can be read and written, with whom it is
    shared and whether it is watched; whether the store can be opened, whether the mail server lets us in, and whether
    the web side has what it needs.
    """
    try:
        settings = load_settings(given)
    except ConfigError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"ok": False, "problems": error.as_dicts()}, ensure_ascii=False, indent=1))
        sys.exit(EXIT_CALL)
    counts = f"{len(settings.forms)} forms, {len(settings.sheets)} sheets, {len(settings.measures)} measures"
    google = f"; {settings.google.in_words()}" if settings.google else ""
    if not as_json:
        click.echo(f"{given.config_folder}: all right ({counts}{google}).")
    elif not live:
        click.echo(json.dumps({"ok": True, "problems": []}))
    if live:
        from integration.operations.check_report import report_as_data, report_in_words  # noqa: PLC0415
        from integration.operations.checks import run_live_checks  # noqa: PLC0415

        with closing(open_without_key(given)) as service:
            found = run_live_checks(service, progress=progress)
            if as_json:
                click.echo(json.dumps(report_as_data(found), ensure_ascii=False, indent=1))
            else:
                click.echo("\n" + report_in_words(found, now=service.clock.now()))
            sys.exit(found.exit_code)


@cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@with_globals
def list_command(given: GlobalOptions, *, as_json: bool) -> None:
    """List the jobs: when each runs, when it last ran and when it runs next."""
    from integration.operations.job_runs import describe_jobs, list_jobs  # noqa: PLC0415

    with closing(open_without_key(given)) as service:
        _print(list_jobs(service), describe_jobs, as_json=as_json)
    if not service.has_store:
        click.echo(
            f"There is no store in {service.home} yet; if you meant another home, name it with --home.", err=True
        )


@cli.command("run")
@click.argument("job", type=click.Choice(JOB_NAMES))
@click.option("--as-of", type=Day(), help="The reporting date [today].")
@click.option("--authority", default="", help="pack: only this authority's.")
@click.option("--month", type=Month(), help="pack: which month [the one before the reporting date's].")
@click.option("--accept-shrink", multiple=True, metavar="SOURCE", help="sync: this source really lost so much.")
@click.option("--confirm", is_flag=True, help="retention: answers whose time is over by the clock really are to go.")
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@click.option("--debug-traffic", is_flag=True, help="Print every call to Google with its bytes.")
@with_globals
def run_command(given: GlobalOptions, *, dry_run: bool, debug_traffic: bool, **options: Any) -> None:
    """Run one job now."""
    from integration.operations.dispatch import dry_run_job, run_job  # noqa: PLC0415

    def work(service: Service) -> None:
        was_run = not dry_run
        try:
            click.echo((dry_run_job if dry_run else run_job)(service, progress=progress, **options))
        except CallError:
            was_run = False
            raise
        finally:
            if was_run:
                _record_run(service, **options)
            if debug_traffic:
                click.echo(service.traffic_in_words())

    with_service(given, work)


def _record_run(
    service: Service, *, job: str, accept_shrink: tuple[str, ...] = (), confirm: bool = False, **_: Any
) -> None:
    from integration.operations.audit import record_action  # noqa: PLC0415

    record_action(service, "run", job)
    if confirm:
        record_action(service, "confirm", job, "a person confirmed that what is over by the clock goes for good")
    for source in accept_shrink:
        record_action(service, "accept-shrink", source, "a person confirmed that it really lost so much")


@cli.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@with_globals
def status_command(given: GlobalOptions, *, as_json: bool) -> None:
    """Show how fresh each source is, the counts that must add up, what needs attention, the last packs."""
    from integration.operations.status import describe_status, status  # noqa: PLC0415

    require_store(given)
    with_service(given, lambda service: _print(status(service, _flow(service)), describe_status, as_json=as_json))


@cli.command("explain")
@click.argument("measure")
@click.option("--team", default="", help="A team's key.")
@click.option("--authority", default="", help="An authority's key: its figure over all teams.")
@click.option("--period", required=True, help="A fortnight's number, a window's key, 2022-07, or to_date.")
@click.option("--as-of", type=Day(), help="The reporting date [today].")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@with_globals
def explain_command(given: GlobalOptions, *, as_of: date | None, as_json: bool, **which: str) -> None:
    """Show what a figure is and the rows that it rests on."""
    from integration.operations.explain import describe_explanation, explain  # noqa: PLC0415
    from integration.operations.job_runs import today  # noqa: PLC0415

    require_store(given)

    def work(service: Service) -> None:
        told = explain(service, _flow(service), **which, as_of=as_of or today(service))
        _print(told, describe_explanation, as_json=as_json)

    with_service(given, work)


cli.add_command(scaffold_command)
cli.add_command(connect_command)
cli.add_command(start_command)
cli.add_command(serve_command)
cli.add_command(worker_command)
cli.add_command(restore_command)
cli.add_command(move_store_command)
cli.add_command(forget_command)
cli.add_command(subject_export_command)
cli.add_command(audit_command)


@cli.group("pack")
def pack_group() -> None:
    """Build, show and list the monthly review packs."""


@pack_group.command("build")
@click.option("--authority", required=True, help="An authority's key.")
@click.option("--month", type=Month(), required=True, help="YYYY-MM.")
@click.option("--as-of", type=Day(), help="The reporting date [today].")
@with_globals
def pack_build_command(given: GlobalOptions, **options: Any) -> None:
    """Build one authority's pack of a month; nothing is mailed."""
    from integration.operations.dispatch import run_job  # noqa: PLC0415

    with_service(given, lambda service: click.echo(run_job(service, "pack", progress=progress, **options)))


@pack_group.command("show")
@click.option("--authority", required=True, help="An authority's key.")
@click.option("--month", type=Month(), required=True, help="YYYY-MM.")
@with_globals
def pack_show_command(given: GlobalOptions, authority: str, month: str) -> None:
    """Print a pack that was built, as text."""
    from integration.operations.packs import show_pack  # noqa: PLC0415

    with closing(open_without_key(given)) as service:
        click.echo(show_pack(service, authority=authority, month=month))


@pack_group.command("list")
@click.option("--authority", default="", help="Only this authority's.")
@click.option("--month", type=Month(), help="Only this month's.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@with_globals
def pack_list_command(given: GlobalOptions, *, authority: str, month: str | None, as_json: bool) -> None:
    """List the packs that were built, with their versions and whether they were mailed."""
    from integration.operations.packs import describe_packs, list_packs  # noqa: PLC0415

    with closing(open_without_key(given)) as service:
        _print(list_packs(service, authority=authority, month=month), describe_packs, as_json=as_json)


def _flow(service: Service) -> Pipeline:
    from integration.operations.pipeline import Pipeline  # noqa: PLC0415

    return Pipeline(service)


def _print(told: Any, in_words: Callable[[Any], str], *, as_json: bool) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=1) if as_json else in_words(told))
