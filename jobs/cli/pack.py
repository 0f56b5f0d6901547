"""The commands on what leaders receive: `pack …`, and what is done about a figure that they have seen."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import click

from jobs.cli.help_pages import Example, ExplainedGroup, explained_command
from jobs.cli.options import (
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


@click.group("pack", cls=ExplainedGroup)
def pack_group() -> None:
    """Build, show and list the monthly review packs."""


@pack_group.command(
    "build",
    examples=[Example("pack build --authority northbrook --month 2022-07", "Writes its files to `packs/`.")],
    read_on="configure.md#the-monthly-pack",
)
@click.option("--authority", required=True, metavar="KEY", help="An authority's key.")
@click.option("--month", type=Month(), required=True, help="The month, as 2022-07.")
@click.option("--as-of", type=Day(), show_default="today", help="The reporting date.")
@with_globals
def pack_build_command(given: GlobalOptions, **options: Any) -> None:
    """Build one authority's pack of a month; nothing is mailed.

    Only the demo mails, into its `outbox/`, until packs can be approved. The job `pack` builds those of all authorities
    by itself, when `jobs.yaml` says so.
    """
    from integration.operations.packs import build_packs, describe_built  # noqa: PLC0415

    with closing(open_service(given)) as service:
        click.echo(describe_built(build_packs(service, progress=progress, **options)))


@pack_group.command(
    "show",
    examples=[Example("pack show --authority northbrook --month 2022-07 --home var/demo", "The demo's pack.")],
)
@click.option("--authority", required=True, metavar="KEY", help="An authority's key.")
@click.option("--month", type=Month(), required=True, help="The month, as 2022-07.")
@with_globals
def pack_show_command(given: GlobalOptions, authority: str, month: str) -> None:
    """Print a pack that was built, as text."""
    from integration.operations.packs import show_pack  # noqa: PLC0415

    with closing(open_without_key(given)) as service:
        click.echo(show_pack(service, authority=authority, month=month))


@pack_group.command("list", examples=[Example("pack list --home var/demo", "The demo's packs.")])
@click.option("--authority", default="", metavar="KEY", help="Only this authority's.")
@click.option("--month", type=Month(), help="Only this month's, as 2022-07.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@with_globals
def pack_list_command(given: GlobalOptions, *, authority: str, month: str | None, as_json: bool) -> None:
    """List the packs that were built, with their versions and whether they were mailed."""
    from integration.operations.packs import describe_packs, list_packs  # noqa: PLC0415

    with closing(open_without_key(given)) as service:
        print_value(list_packs(service, authority=authority, month=month), describe_packs, as_json=as_json)


_MEASURE = click.argument("measure", help="The measure's key, as in the tab `measures` and in `measures.yaml`.")
_TEAM = click.option("--team", default="", metavar="KEY", help="A team's key.")
_AUTHORITY = click.option("--authority", default="", metavar="KEY", help="Or an authority's key: its figure over all.")
_PERIOD = click.option(
    "--period", required=True, metavar="P", help="A fortnight's number, a window's key, a month as 2022-07, or to_date."
)
_REASON = click.option(
    "--reason",
    required=True,
    metavar="TEXT",
    help="Why, in a sentence that names nobody; it is kept in the audit trail.",
)


@explained_command(
    "withdraw",
    examples=[
        Example(
            'withdraw heard_positive --team elm --period 5 --reason "Another form was read."',
            "Leaders see [w] in its place.",
        )
    ],
    read_on="privacy.md#when-a-figure-changes",
)
@_MEASURE
@_TEAM
@_AUTHORITY
@_PERIOD
@_REASON
@with_globals
def withdraw_command(given: GlobalOptions, **options: Any) -> None:
    """Take back a figure that leaders have seen and that is wrong: from the next publishing on they see `[w]`."""
    from integration.operations.leaders_figures import withdraw_figure  # noqa: PLC0415

    require_store(given)
    with closing(open_service(given)) as service:
        click.echo(withdraw_figure(service, **options).in_words())


@explained_command(
    "put-right",
    examples=[
        Example(
            'put-right heard_positive --authority northbrook --period 5 --reason "A fault of ours."',
            "Says what that would give away.",
        ),
        Example(
            'put-right heard_positive --authority northbrook --period 5 --reason "A fault of ours." --confirm',
            "Shows leaders the figure as it is now.",
        ),
    ],
    read_on="privacy.md#when-a-figure-changes",
)
@_MEASURE
@_TEAM
@_AUTHORITY
@_PERIOD
@_REASON
@click.option("--confirm", is_flag=True, help="Do it, after reading what it gives away.")
@with_globals
def put_right_command(given: GlobalOptions, *, confirm: bool, **options: Any) -> None:
    """Show leaders a figure as it is now, though few answers to it have changed, because a fault of ours made it wrong.

    Says first what leaders could tell of those few; does nothing without `--confirm`.
    """
    from integration.operations.leaders_figures import put_figure_right  # noqa: PLC0415

    require_store(given)
    with closing(open_service(given)) as service:
        click.echo(put_figure_right(service, confirm=confirm, **options).in_words())
