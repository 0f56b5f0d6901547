"""check --live: whether Google, mail, store and web side can be used, all at once; nothing is changed by asking."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from config.errors import SettingError
from integration.adapters.store.look import look_at_server, look_at_store
from integration.errors import CrescendoError
from integration.wiring import STORE_FILE
from jobs.live_needs import look_at_needs
from jobs.live_seen import Live, MailSeen
from jobs.live_web import look_at_web
from jobs.progress import progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.schema import Google, Settings
    from integration.adapters.google.found import Sight
    from integration.wiring import Service


def tell_live(service: Service, *, as_json: bool) -> int:
    """Ask, print what was found, and return the exit code."""
    from jobs.live_data import live_as_data  # noqa: PLC0415
    from jobs.live_words import live_in_words  # noqa: PLC0415

    live = check_live(service)
    if as_json:
        click.echo(json.dumps(live_as_data(live), ensure_ascii=False, indent=1))
    else:
        click.echo("\n" + live_in_words(live, now=service.clock.now()))
    return live.exit_code


def check_live(service: Service) -> Live:
    """Ask, and return what was found; raises nothing that a person can put right."""
    from jobs.due import schedule_in_words  # noqa: PLC0415

    url = service.database_url
    store = look_at_server(url) if url else look_at_store(service.home / STORE_FILE)
    mail, needs, web = _look_at_mail(service), look_at_needs(service), look_at_web(service)
    schedule = schedule_in_words(service.settings.jobs["sync"])
    google = service.settings.google
    if google is None:
        return Live(schedule, needs, web, store, mail, None, None)
    try:
        return Live(schedule, needs, web, store, mail, _ask(service, google), None)
    except (SettingError, CrescendoError) as error:
        return Live(schedule, needs, web, store, mail, None, error)


def _look_at_mail(service: Service) -> MailSeen:
    """Connect to the mail server, sign in, and say goodbye."""
    from integration.adapters.smtp import SmtpMailer  # noqa: PLC0415

    try:
        mailer = service.mailer
    except SettingError as error:
        return MailSeen(problem=error)
    if not isinstance(mailer, SmtpMailer):
        return MailSeen()
    try:
        mailer.look()
    except CrescendoError as error:
        return MailSeen(mailer.in_words, error)
    return MailSeen(mailer.in_words)


def _ask(service: Service, google: Google) -> Sight:
    from integration.adapters.google.look_live import look_live  # noqa: PLC0415
    from integration.publish.tabs import ATTENTION, MEASURES, RECONCILIATION  # noqa: PLC0415

    settings, client = service.settings, service.google
    reads = {spreadsheet: dict(_tabs(settings, spreadsheet)) for spreadsheet in google.sheets}
    writes = (*settings.forms, *settings.sheets, ATTENTION, MEASURES, RECONCILIATION)
    summaries = 1 + len(google.publish.summary) if google.publish else 0
    with progress("check", len(google.forms) + len(google.sheets) + summaries) as tell:
        return look_live(client, google, clock=service.clock, reads=reads, writes=writes, tell=tell)


def _tabs(settings: Settings, spreadsheet: str) -> Iterator[tuple[str, str]]:
    """Give each tab that is read of a spreadsheet, and where its name is written."""
    for key, sheet in settings.sheets.items():
        if sheet.spreadsheet == spreadsheet:
            yield sheet.tab, settings.place("sheets", key, "tab")
