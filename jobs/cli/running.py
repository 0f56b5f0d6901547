"""The commands that run until they are stopped: start, serve, worker."""

from __future__ import annotations

from contextlib import closing

import click

from jobs.cli.help_pages import Example, explained_command
from jobs.cli.options import SAMPLE, GlobalOptions, open_service, with_globals


@explained_command("start", examples=[Example("start", "Until Ctrl-C.")], read_on="configure.md#running-by-itself")
@with_globals
def start_command(given: GlobalOptions) -> None:
    """Run everything that is due, by itself, in the foreground until stopped: the scheduler on one machine."""
    from integration.adapters.log import log_to_stderr  # noqa: PLC0415
    from jobs.scheduling.single_machine import run_scheduler  # noqa: PLC0415

    log_to_stderr()
    with closing(open_service(given)) as service:
        run_scheduler(service)


@explained_command(
    "serve",
    examples=[Example("serve --home var/serve", "On the sample; `make serve` does the same.")],
    read_on="web.md",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8080, type=click.IntRange(1, 65535), show_default=True, help="The port to listen on.")
@with_globals
def serve_command(given: GlobalOptions, host: str, port: int) -> None:
    """Run the web side and the scheduler together, on one store, until stopped.

    Without `--data`, and where Google is not read, on the sample. It makes the keys that it needs in `keys.json` in the
    home folder.
    """
    from integration.adapters.log import log_to_stderr  # noqa: PLC0415
    from jobs.scheduling.serve import serve_web_and_jobs  # noqa: PLC0415

    log_to_stderr()
    with closing(open_service(given, data=SAMPLE, may_make_keys=True)) as service:
        serve_web_and_jobs(service, config=given.config_folder, host=host, port=port, announce=click.echo)


@explained_command(
    "worker",
    examples=[Example("worker", "On each machine, with `DATABASE_URL` set.")],
    read_on="operations.md#from-one-machine-to-several",
)
@with_globals
def worker_command(given: GlobalOptions) -> None:
    """Run what is due from the queue that several machines share (`DATABASE_URL`), until stopped.

    As many as you like, on any of the machines.
    """
    from integration.adapters.log import log_to_stderr  # noqa: PLC0415
    from jobs.scheduling.worker import run_worker  # noqa: PLC0415

    log_to_stderr()
    with closing(open_service(given)) as service:
        run_worker(service)
