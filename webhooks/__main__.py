"""`python -m webhooks` serves the web side until it is stopped."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

import click

from config.errors import SettingError
from integration.adapters.user import why_not_root
from integration.errors import CallError, CrescendoError


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8080, show_default=True, help="The port to listen on.")
@click.option(
    "--trusted-proxy", help="The address of the reverse proxy in front, which says in X-Forwarded-For who calls."
)
@click.option("--per-client", default=30_000, show_default=True, help="Requests a minute of one caller at most.")
@click.option("--per-form", default=30_000, show_default=True, help="Signed requests a minute for one form at most.")
@click.option(
    "--config", type=click.Path(path_type=Path), envvar="CRESCENDO_CONFIG", default=Path("config/crescendo"),
    show_default=True, help="Folder of YAML files.",
)  # fmt: skip
@click.option(
    "--home", type=click.Path(path_type=Path), envvar="CRESCENDO_HOME", default=Path("var"), show_default=True,
    help="Folder that the service writes to.",
)  # fmt: skip
def main(  # noqa: PLR0913, PLR0917  # the options of the command
    host: str, port: int, trusted_proxy: str | None, per_client: int, per_form: int, config: Path, home: Path
) -> None:
    """Serve the web side until it is stopped: what it answers 2xx to stands on disk."""
    from config.load import load  # noqa: PLC0415  # not needed for --help
    from config.secrets import database_url, hook_keys  # noqa: PLC0415
    from integration.adapters.log import log_to_stderr  # noqa: PLC0415
    from integration.wiring import build_service  # noqa: PLC0415
    from webhooks.app import create_app  # noqa: PLC0415
    from webhooks.limits import Limits  # noqa: PLC0415
    from webhooks.server import serve  # noqa: PLC0415

    log_to_stderr()
    try:
        service = build_service(settings=load(config), home=home, data=None, key="", database_url=database_url())
        if why := why_not_root(home, uid=os.getuid()):
            raise CallError(why)
        app = create_app(service, hook_keys(home), limits=Limits(per_client, per_form))
        service.store.generation()
    except (CrescendoError, SettingError) as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    signal.signal(signal.SIGTERM, _stop)
    try:
        serve(app, host=host, port=port, trusted_proxy=trusted_proxy)
    except OSError as error:
        click.echo(f"The web side cannot listen on {host}:{port} ({error.strerror}): give another --port.", err=True)
        sys.exit(1)
    finally:
        service.close()


def _stop(*_: object) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    main()
