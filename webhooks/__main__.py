"""`python -m webhooks` serves the web side until it is stopped."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from config.errors import SettingError
from integration.adapters.user import why_not_root
from integration.errors import CallError, CrescendoError

CONNECTIONS, IDLE_SECONDS, LARGEST_BODY = 1000, 5, 256 * 1024
"""So that slow clients keep nobody else waiting: the usual 100 connections for two minutes each would."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8080, show_default=True, help="The port to listen on.")
@click.option(
    "--config", type=click.Path(path_type=Path), envvar="CRESCENDO_CONFIG", default=Path("config/crescendo"),
    show_default=True, help="Folder of YAML files.",
)  # fmt: skip
@click.option(
    "--home", type=click.Path(path_type=Path), envvar="CRESCENDO_HOME", default=Path("var"), show_default=True,
    help="Folder that the service writes to.",
)  # fmt: skip
def serve(host: str, port: int, config: Path, home: Path) -> None:
    """Serve the web side until it is stopped."""
    import waitress  # noqa: PLC0415  # not needed for --help

    from config.load import load  # noqa: PLC0415
    from config.secrets import database_url  # noqa: PLC0415
    from integration.wiring import build_service  # noqa: PLC0415
    from webhooks.app import create_app  # noqa: PLC0415

    try:
        service = build_service(settings=load(config), home=home, data=None, key="", database_url=database_url())
        if why := why_not_root(home, uid=os.getuid()):
            raise CallError(why)
        if service.has_store:
            service.store.generation()
    except (CrescendoError, SettingError) as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    try:
        waitress.serve(
            create_app(service), host=host, port=port, ident=None, connection_limit=CONNECTIONS,
            channel_timeout=IDLE_SECONDS, cleanup_interval=2, max_request_body_size=LARGEST_BODY,
        )  # fmt: skip
    except OSError as error:
        click.echo(f"The web side cannot listen on {host}:{port} ({error.strerror}): give another --port.", err=True)
        sys.exit(1)
    finally:
        service.close()


if __name__ == "__main__":
    serve()
