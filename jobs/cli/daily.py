"""The commands of every day: demo, list, run, status, explain."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from config.schema.jobs import JOB_NAMES
from integration.errors import CallError
from jobs.cli.help_pages import Example, explained_command
from jobs.cli.options import (
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


@explained_command(
    "demo",
    examples=[
        Example("demo", "The sample programme, into `var/demo`; `make demo` does the same."),
        Example(
            "demo --config config/yours --data DIR --home var/yours", "Your own programme, from a folder of yours."
        ),
    ],
    read_on="configure.md#your-own-programme",
)
@click.option("--as-of", type=Day(), show_default="the one that the sample names", help="The reporting date.")
@with_globals
def demo_command(given: GlobalOptions, as_of: date | None) -> None:
    """Run the whole main job, from end to end, on a folder of forms and sheets, and print what to open.

    The folder is that of `--data`, else the sample. It reads, publishes, builds the packs of the month and mails them
    into `outbox/`, whatever `SMTP_URL` says. It writes to `var/demo` where no home is named: to look at the demo with
    `status`, `explain` or `pack`, add `--home var/demo`.
    """
    from config.loading.load import load_sample_date  # noqa: PLC0415
    from integration.operations.demo import run_demo  # noqa: PLC0415

    day = as_of or load_sample_date(given.data_folder or SAMPLE) or load_sample_date(SAMPLE)
    if day is None:
        raise CallError("There is no sample.yaml that says as of which day: give --as-of YYYY-MM-DD.")
    home = given.home_folder(DEMO_HOME)
    with closing(open_service(given, home=home, data=SAMPLE, may_make_keys=True, is_demo=True, as_of=day)) as service:
        click.echo(run_demo(service, as_of=day, progress=progress))


@explained_command(
    "list",
    examples=[Example("list", "When the next pack is built, among other things.")],
    read_on="configure.md#when-jobs-run",
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@with_globals
def list_command(given: GlobalOptions, *, as_json: bool) -> None:
    """List the jobs: when each runs, when it last ran, when it runs next, and how missed runs are made good."""
    from integration.operations.job_runs import describe_jobs, list_jobs  # noqa: PLC0415

    with closing(open_without_key(given)) as service:
        print_value(list_jobs(service), describe_jobs, as_json=as_json)
    if not service.has_store:
        click.echo(
            f"There is no store in {service.home} yet; if you meant another home, name it with --home.", err=True
        )


@explained_command(
    "run",
    examples=[
        Example("run sync", "Reads what is new, without waiting for the next time."),
        Example("run publish --dry-run", "Says what would change in the tabs; writes nothing and mails nobody."),
        Example("run pack --authority northbrook --month 2022-07", "One authority's pack of one month."),
        Example("run sync --accept-shrink pulse", "A person confirms that the form really lost so many answers."),
        Example("run retention --confirm", "A person confirms that what is over by the clock goes for good."),
        Example("run publish --confirm", "A person confirms that what counts no more since the YAML changed is meant."),
    ],
    read_on="configure.md#when-jobs-run",
)
@click.argument("job", type=click.Choice(JOB_NAMES), metavar="JOB", help=f"One of {', '.join(JOB_NAMES)}.")
@click.option("--as-of", type=Day(), show_default="today", help="publish, pack: the reporting date.")
@click.option("--authority", default="", metavar="KEY", help="pack: only this authority's.")
@click.option("--month", type=Month(), show_default="the one before the reporting date's", help="pack: which month.")
@click.option(
    "--accept-shrink", multiple=True, metavar="SOURCE",
    help="sync: a person confirms that this form or sheet really lost so much; may be given several times.",
)  # fmt: skip
@click.option(
    "--confirm", is_flag=True,
    help="retention: a person confirms that the clock is right, and that answers whose time is over go for good. "
    "publish: a person confirms that what counts no more since the YAML changed is meant.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing and mail nobody.")
@click.option("--debug-traffic", is_flag=True, help="Print every call to Google, with its bytes, after the job.")
@with_globals
def run_command(given: GlobalOptions, *, dry_run: bool, debug_traffic: bool, **options: Any) -> None:
    """Run one job now.

    The command `list` says what each job does and when it runs by itself. A run by hand is recorded in the audit trail.
    """
    from integration.operations.dispatch import dry_run_job, run_for_operator  # noqa: PLC0415

    with closing(open_service(given)) as service:
        try:
            click.echo((dry_run_job if dry_run else run_for_operator)(service, progress=progress, **options))
        finally:
            if debug_traffic:
                click.echo(service.format_google_requests())


@explained_command(
    "status",
    examples=[Example("status --home var/demo", "How things stand in the demo.")],
    read_on="configure.md#does-it-work-today",
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@with_globals
def status_command(given: GlobalOptions, *, as_json: bool) -> None:
    """Show open alerts, how fresh each source is, the counts that must add up, what needs attention, the last packs."""
    from integration.operations.monitoring.status import describe_status, status  # noqa: PLC0415

    require_store(given)
    with closing(open_service(given)) as service:
        print_value(status(service), describe_status, as_json=as_json)


@explained_command(
    "explain",
    examples=[
        Example(
            "explain ownership_positive --team elm --period 1 --home var/demo", "One team's figure of a fortnight."
        ),
        Example(
            "explain ownership_positive --authority northbrook --period baseline --home var/demo",
            "The authority's figure of a survey window.",
        ),
    ],
    read_on="configure.md#why-a-figure-is-what-it-is",
)
@click.argument("measure", help="The measure's key, as in the tab `measures` and in `measures.yaml`.")
@click.option("--team", default="", metavar="KEY", help="A team's key.")
@click.option("--authority", default="", metavar="KEY", help="Or an authority's key: its figure over all teams.")
@click.option(
    "--period", required=True, metavar="P", help="A fortnight's number, a window's key, a month as 2022-07, or to_date."
)
@click.option("--as-of", type=Day(), show_default="today", help="The reporting date.")
@click.option("--pack", type=Month(), help="As the pack of this month has it, as 2022-07.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@with_globals
def explain_command(given: GlobalOptions, *, as_json: bool, **options: Any) -> None:
    """Show what a figure is, its numerator and denominator, and the rows that it rests on.

    Also what leaders see of it, and why. The rows are named by their `response_id`, as in the tabs of `data.xlsx`.
    """
    from integration.operations.leaders_figures import describe_explanation, explain  # noqa: PLC0415

    require_store(given)
    with closing(open_service(given)) as service:
        print_value(explain(service, **options), describe_explanation, as_json=as_json)
