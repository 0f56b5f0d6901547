"""`python -m webhooks` serves the web side until it is stopped."""

from __future__ import annotations

import errno
import ipaddress
import logging
import os
import signal
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import click

from config.errors import SettingError
from integration.adapters.home import RESTORE_NOTE, lock_for_web, reason_against_root
from integration.adapters.store_place import refuse_unreadable_home
from integration.errors import CallError, CrescendoError


def _read_address(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Return the address of the proxy. Raises BadParameter where it is none: then no proxy would be trusted."""
    try:
        return None if value is None else str(ipaddress.ip_address(value))
    except ValueError:
        raise click.BadParameter(f"{value!r} is not one address, such as 127.0.0.1") from None


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8080, type=click.IntRange(1, 65535), show_default=True, help="The port to listen on.")
@click.option(
    "--trusted-proxy", callback=_read_address,
    help="The address of the reverse proxy in front, which says in X-Forwarded-For who calls.",
)  # fmt: skip
@click.option(
    "--per-client", default=30_000, type=click.IntRange(1), show_default=True,
    help="Requests a minute of one caller at most.",
)  # fmt: skip
@click.option(
    "--per-form", default=30_000, type=click.IntRange(1), show_default=True,
    help="Signed requests a minute for one form at most.",
)  # fmt: skip
@click.option(
    "--config", type=click.Path(path_type=Path), envvar="CRESCENDO_CONFIG", default=Path("config/crescendo"),
    show_default=True, help="Folder of YAML files (CRESCENDO_CONFIG).",
)  # fmt: skip
@click.option(
    "--home", type=click.Path(path_type=Path), envvar="CRESCENDO_HOME", default=Path("var"), show_default=True,
    help="Folder that the service writes to (CRESCENDO_HOME).",
)  # fmt: skip
def main(  # noqa: PLR0913, PLR0917  # the options of the command
    host: str, port: int, trusted_proxy: str | None, per_client: int, per_form: int, config: Path, home: Path
) -> None:
    """Serve the web side until it is stopped: what it answers 2xx to stands on disk."""
    from config.environment import read_database_url, read_webhook_credentials  # noqa: PLC0415  # none of these is needed for --help
    from config.loading.load import load_settings  # noqa: PLC0415
    from integration.adapters.log import log_to_stderr  # noqa: PLC0415
    from integration.wiring import build_service  # noqa: PLC0415
    from webhooks.app import create_app  # noqa: PLC0415
    from webhooks.request_checks import RateLimits  # noqa: PLC0415
    from webhooks.server import serve  # noqa: PLC0415

    log_to_stderr()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        if reason := reason_against_root(home, uid=os.getuid()):
            raise CallError(reason)
        refuse_unreadable_home(home)
        settings, keys = load_settings(config), read_webhook_credentials(home)
        service = build_service(settings=settings, home=home, data=None, key="", database_url=read_database_url())
        with closing(service), ExitStack() as locks:
            if (home / RESTORE_NOTE).exists():
                from integration.operations.restore import settle_restore  # noqa: PLC0415  # one was cut short

                logging.getLogger("crescendo.web").warning(settle_restore(service) or "a restore is under way")
            service.refuse_lost_store()  # before even a lock is made
            if service.database_url is None:
                locks.enter_context(lock_for_web(home))
            service.store.generation()  # brings the store up to date
            app = create_app(service, keys, limits=RateLimits(per_client, per_form))
            serve(app, host=host, port=port, trusted_proxy=trusted_proxy)
        logging.getLogger("crescendo.web").info("stopped")
    except (CrescendoError, SettingError) as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except (OSError, ValueError) as error:
        click.echo(f"The web side cannot listen on {host}:{port} ({_explain(error)}).", err=True)
        sys.exit(1)


def _explain(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return "somebody else listens there already; stop that one, or give another --port"
    if isinstance(error, OSError) and error.errno == errno.EACCES:
        return "this user may not; give a --port above 1023"
    return "this machine has no such address; give another --host"


if __name__ == "__main__":
    main()
