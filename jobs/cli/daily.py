"""The commands of every day: demo, check, list, run, status, explain."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from config.errors import ConfigError
from config.schema.jobs import JOB_NAMES
from integration.errors import CallError
from jobs.cli.options import (
    EXIT_CALL,
    SAMPLE,
    Day,
    GlobalOptions,
    Month,
    open_service,
    open_without_key,
    print_value,
    progress,
    require_store,
    with_globals,
)

if TYPE_CHECKING:
    from datetime import date

DEMO_HOME = Path("var/demo")


@click.command("demo")
@click.option("--as-of", type=Day(), help="The reporting date [the one that the sample names].")
@with_globals
def demo_command(given: GlobalOptions, as_of: date | None) -> None:
    """Run the whole main job on a folder of forms and sheets, and print what to open."""
    from config.loading.load import load_sample_date  # noqa: PLC0415
    from integration.operations.demo import run_demo  # noqa: PLC0415

    day = as_of or load_sample_date(given.data_folder or SAMPLE) or load_sample_date(SAMPLE)
    if day is None:
        raise CallError("There is no sample.yaml that says as of which day: give --as-of YYYY-MM-DD.")
    home = given.home_folder(DEMO_HOME)
    with closing(open_service(given, home=home, data=SAMPLE, may_make_keys=True, is_demo=True)) as service:
        click.echo(run_demo(service, as_of=day, progress=progress))


@click.command("check")
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
        settings = given.load_settings()
    except ConfigError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"ok": False, "problems": error.as_dicts()}, ensure_ascii=False, indent=1))
        sys.exit(EXIT_CALL)
    if not as_json:
        click.echo(f"{given.config_folder}: all right ({settings.in_words()}).")
    elif not live:
        click.echo(json.dumps({"ok": True, "problems": []}))
    if not live:
        return
    from integration.operations.check_report import report_as_data, report_in_words  # noqa: PLC0415
    from integration.operations.checks import run_live_checks  # noqa: PLC0415

    with closing(open_without_key(given)) as service:
        report = run_live_checks(service, progress=progress)
        if as_json:
            click.echo(json.dumps(report_as_data(report), ensure_ascii=False, indent=1))
        else:
            click.echo("\n" + report_in_words(report, now=service.clock.now()))
        sys.exit(report.exit_code)


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@with_globals
def list_command(given: GlobalOptions, *, as_json: bool) -> None:
    """List the jobs: when each runs, when it last ran and when it runs next."""
    from integration.operations.job_runs import describe_jobs, list_jobs  # noqa: PLC0415

    with closing(open_without_key(given)) as service:
        print_value(list_jobs(service), describe_jobs, as_json=as_json)
    if not service.has_store:
        click.echo(
            f"There is no store in {service.home} yet; if you meant another home, name it with --home.", err=True
        )


@click.command("run")
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
    from integration.operations.dispatch import dry_run_job, run_for_operator  # noqa: PLC0415

    with closing(open_service(given)) as service:
        try:
            click.echo((dry_run_job if dry_run else run_for_operator)(service, progress=progress, **options))
        finally:
            if debug_traffic:
                click.echo(service.format_google_requests())


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@with_globals
def status_command(given: GlobalOptions, *, as_json: bool) -> None:
    """Show how fresh each source is, the counts that must add up, what needs attention, the last packs."""
    from integration.operations.status import describe_status, status  # noqa: PLC0415

    require_store(given)
    with closing(open_service(given)) as service:
        print_value(status(service), describe_status, as_json=as_json)


@click.command("explain")
@click.argument("measure")
@click.option("--team", default="", help="A team's key.")
@click.option("--authority", default="", help="An authority's key: its figure over all teams.")
@click.option("--period", required=True, help="A fortnight's number, a window's key, 2022-07, or to_date.")
@click.option("--as-of", type=Day(), help="The reporting date [today].")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@with_globals
def explain_command(given: GlobalOptions, *, as_json: bool, **options: Any) -> None:
    """Show what a figure is and the rows that it rests on."""
    from integration.operations.explain import describe_explanation, explain  # noqa: PLC0415

    require_store(given)
    with closing(open_service(given)) as service:
        print_value(explain(service, **options), describe_explanation, as_json=as_json)
