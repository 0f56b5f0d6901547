"""check --live: whether store, mail, settings, web side and Google can be used, all at once; asking changes nothing.

`run_live_checks` asks them one after the other and returns a report: the findings about each, with what is to be put
right (a problem) and what works and yet is worth a look (a warning). `check_report` shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.errors import SettingError
from integration.adapters.home import STORE_FILE
from integration.adapters.store.health import StoreHealth, check_server, check_store_file
from integration.errors import CrescendoError, StoreError, StoreLostError
from integration.operations.job_runs import Progress, no_progress
from integration.operations.monitoring.setting_checks import Requirements, check_service_settings, check_web_settings

if TYPE_CHECKING:
    from config.schema import Google
    from integration.adapters.google.checks.probe import GoogleFindings
    from integration.wiring import Service


EXIT_CODES = (2, 1, 75)
"""What counts most first: what an operator must put right comes before what passes by itself."""


@dataclass(frozen=True, slots=True)
class MailFinding:
    """Where mails go: to a mail server, in words, or None for a folder; and why it cannot be used, if so."""

    server: str | None = None
    problem: SettingError | CrescendoError | None = None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was found. `google` is None where Google is off, or could not be asked at all: then `unasked` says why."""

    store: StoreHealth
    mail: MailFinding
    service: Requirements
    web: Requirements
    schedule: str
    google: GoogleFindings | None = None
    unasked: SettingError | CrescendoError | None = None

    @property
    def problems(self) -> tuple[SettingError | CrescendoError, ...]:
        """Everything to put right, each once; what is about more than one thing first."""
        every = [
            *self.service.problems,
            *self.web.problems,
            self.store.problem,
            self.mail.problem,
            self.unasked,
            *(self.google.problems if self.google else ()),
        ]
        every += [problem for each in (self.google.resources if self.google else ()) for problem in each.problems]
        return tuple({str(problem): problem for problem in every if problem}.values())

    @property
    def worth_a_look(self) -> tuple[str, ...]:
        """Everything that works, and yet is worth a look."""
        google = self.google
        of_google = (*google.warnings, *(each for one in google.resources for each in one.warnings)) if google else ()
        return (*self.service.warnings, *self.web.warnings, *of_google)

    @property
    def exit_code(self) -> int:
        """What the command ends with: 0, or that of the problem that counts most."""
        codes = {problem.exit_code for problem in self.problems}
        return next((code for code in EXIT_CODES if code in codes), 0)


def run_live_checks(service: Service, *, progress: Progress = no_progress) -> CheckReport:
    """Ask, and return what was found; raises nothing that an operator can put right.

    Nothing is made or changed, and no value of a secret is shown. Of the settings, what is there and cannot be used is
    to put right; what is not there yet is worth a look, for a command may name it.
    """
    report = CheckReport(
        store=_check_store(service),
        mail=_check_mail(service),
        service=check_service_settings(service),
        web=check_web_settings(service),
        schedule=service.settings.jobs["sync"].when.in_words(),
    )
    if service.settings.google is None:
        return report
    try:
        return replace(report, google=_check_google(service, service.settings.google, progress))
    except (SettingError, CrescendoError) as error:
        return replace(report, unasked=error)


def _check_store(service: Service) -> StoreHealth:
    """Look at the store; one that is lost is not to be made by the next run."""
    if service.database_url:
        health = check_server(service.database_url)
        if health.problem is None and health.is_blank and (lost := service.describe_lost_database(health.name)):
            return replace(health, state="cannot be used.", problem=StoreLostError(lost))
        return health
    path = service.home / STORE_FILE
    try:
        service.refuse_lost_store()
    except StoreError as problem:
        return StoreHealth(str(path), "cannot be used.", problem)
    return check_store_file(path)


def _check_mail(service: Service) -> MailFinding:
    """Connect to the mail server, sign in, and say goodbye."""
    from integration.adapters.mail.smtp import SmtpMailer  # noqa: PLC0415

    server: str | None = None
    try:
        mailer = service.mailer
        if isinstance(mailer, SmtpMailer):
            server = mailer.description
            mailer.check_connection()
    except (SettingError, CrescendoError) as error:
        return MailFinding(server, error)
    return MailFinding(server)


def _check_google(service: Service, google: Google, progress: Progress) -> GoogleFindings:
    from integration.adapters.google.checks.account import check_google  # noqa: PLC0415
    from integration.publish.tabs import ATTENTION, MEASURES, RECONCILIATION  # noqa: PLC0415

    settings = service.settings
    # Of each spreadsheet the tabs that are read, and where the name of each is written.
    reads = {
        spreadsheet: {
            sheet.tab: settings.positions.file_and_line(f"sheets/{key}.yaml", "tab")
            for key, sheet in settings.sheets.items()
            if sheet.spreadsheet == spreadsheet
        }
        for spreadsheet in google.sheets
    }
    writes = (*settings.forms, *settings.sheets, ATTENTION, MEASURES, RECONCILIATION)
    summaries = 1 + len(google.publish.summary) if google.publish else 0
    with progress("check", len(google.forms) + len(google.sheets) + summaries) as on_step:
        return check_google(service.google, google, clock=service.clock, reads=reads, writes=writes, on_step=on_step)
