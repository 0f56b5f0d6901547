"""check --live: whether store, mail, settings, web side and Google can be used, all at once; asking changes nothing.

`run_live_checks` asks them one after the other and returns a report: the findings about each, with what is to be put
right (a problem) and what works and yet is worth a look (a warning). `check_report` shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.environment import (
    Environment,
    read_drive_channel_key,
    read_heartbeat_url,
    read_pseudonym_key,
    read_pubsub_identity,
    read_webhook_secrets,
)
from config.errors import SettingError
from config.keys import KEYS_FILE, WEBHOOK_SECRET_ADVICE, read_keys
from integration.adapters.home import STORE_FILE
from integration.adapters.store.health import StoreHealth, check_server, check_store_file
from integration.errors import CallError, CrescendoError, StoreLostError
from integration.operations.job_runs import Progress, no_progress
from integration.operations.subscriptions import NO_ADDRESS
from integration.text_format import format_count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from config.schema import Google
    from integration.adapters.google.checks.probe import GoogleFindings
    from integration.wiring import Service


EXIT_CODES = (2, 1, 75)
"""What counts most first: what an operator must put right comes before what passes by itself."""


@dataclass(frozen=True, slots=True)
class Requirements:
    """What is configured, as (name, words); why the service could not run, and what is worth a look."""

    lines: tuple[tuple[str, str], ...]
    problems: tuple[SettingError | CrescendoError, ...] = ()
    warnings: tuple[str, ...] = ()


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
        service=_check_each(
            service,
            {
                "key": _check_key,
                "answers from": _check_source,
                "heartbeat": _check_heartbeat,
                "alerts to": _check_owner,
            },
        ),
        web=_check_each(service, {"forms' scripts": _check_scripts, "Pub/Sub": _check_pubsub, "Drive": _check_drive}),
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
        return check_server(service.database_url)
    path = service.home / STORE_FILE
    try:
        service.refuse_lost_store()
    except StoreLostError as problem:
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


@dataclass(frozen=True, slots=True)
class NotConfigured:
    """A setting that is not there yet: what to say of it, and why that is worth a look."""

    words: str
    warning: str


def _check_each(service: Service, checks: Mapping[str, Callable[[Service], str | NotConfigured]]) -> Requirements:
    """Return what these checks find, each by its name; what one of them raises is to put right."""
    lines: list[tuple[str, str]] = []
    problems: list[SettingError | CrescendoError] = []
    warnings: list[str] = []
    for name, check in checks.items():
        try:
            finding = check(service)
        except (SettingError, CrescendoError) as problem:
            problems.append(problem)
            finding = "cannot be used"
        if isinstance(finding, NotConfigured):
            warnings.append(finding.warning)
            finding = finding.words
        lines.append((name, finding))
    return Requirements(tuple(lines), tuple(problems), tuple(warnings))


NO_OWNER = (
    "alerts.yaml names no owner, so nobody is told when something goes wrong: write name and email of whoever is to be "
    "told after owner."
)
NO_SECRET = (
    "WEBHOOK_SECRETS is not set, so no form can tell us of its answers at once, and the web side needs it: "
    f"{WEBHOOK_SECRET_ADVICE}."
)
NO_PUSHER = (
    "google.yaml names a topic, but PUBSUB_AUDIENCE and PUBSUB_SERVICE_ACCOUNT are not set, so the web side refuses "
    "what Google tells it of the forms: set both, or take topic away."
)
NO_TOPIC = (
    "PUBSUB_AUDIENCE and PUBSUB_SERVICE_ACCOUNT are set, but google.yaml names no topic, so Google tells us of no "
    "form: write “topic: projects/…/topics/…” under watch, or set neither."
)
OFF = "off"


def _check_key(service: Service) -> str | NotConfigured:
    if Environment().pseudonym_key is None and not (service.home / KEYS_FILE).exists():
        return NotConfigured(
            "none yet",
            "PSEUDONYM_KEY is not set, and only the demo and serve make a key by themselves: set it to a random text "
            f"of 32 characters or more, which you keep safe and never change, or put back the file {KEYS_FILE}.",
        )
    read_pseudonym_key(service.home, may_make=False)
    return "is there: codes become hashes with it"


def _check_source(service: Service) -> str | NotConfigured:
    if service.reads_google:
        return "Google"
    if service.data is None:
        return NotConfigured(
            "nowhere yet",
            "Neither Google nor a folder of forms and sheets is named: write google.yaml, set CRESCENDO_DATA, or give "
            "each command --data DIR; start reads nothing without.",
        )
    service.source  # noqa: B018  # it says what is wrong with the folder
    return str(service.data)


def _check_heartbeat(_: Service) -> str | NotConfigured:
    if read_heartbeat_url() is None:
        return "none (HEARTBEAT_URL): if this machine stops, nobody is told"
    return "an outside monitor is told while nothing is late; it was not asked"


def _check_owner(service: Service) -> str | NotConfigured:
    owner = service.settings.alerts.owner
    return owner.email if owner else NotConfigured("nobody", NO_OWNER)


def _check_scripts(service: Service) -> str | NotConfigured:
    # Without a web side the service works: only what is there, and cannot be used, is wrong.
    if Environment().webhook_secrets is None and not read_keys(service.home).get("WEBHOOK_SECRETS", "").split():
        return NotConfigured("none can sign yet", NO_SECRET)
    return f"sign with {format_count(len(read_webhook_secrets(service.home)), 'secret')}"


def _check_pubsub(service: Service) -> str | NotConfigured:
    identity, topic = read_pubsub_identity(), _watch_settings(service)[0]
    if identity and topic:
        return f"is pushed to {identity.audience} by {identity.service_account}"
    if identity:
        return NotConfigured(OFF, NO_TOPIC)
    if topic is None:
        return f"{OFF}: Google tells us of no form"
    if service.database_url is None:
        raise CallError(NO_PUSHER)
    # Another of several machines may run the web side, and alone need these.
    return NotConfigured("not to this machine", NO_PUSHER)


def _check_drive(service: Service) -> str:
    key, address = read_drive_channel_key(), _watch_settings(service)[1]
    google = service.settings.google
    if key and address:
        return f"tells {address} of changed spreadsheets"
    if key and google and google.sheets:
        raise CallError(NO_ADDRESS)
    return f"{OFF}, for DRIVE_CHANNEL_KEY is not set" if address else f"{OFF}: Google tells us of no spreadsheet"


def _watch_settings(service: Service) -> tuple[str | None, str | None]:
    """Return the topic and the address that google.yaml names, None where it does not."""
    watch = service.settings.google.watch if service.settings.google else None
    return (watch.topic, watch.address) if watch else (None, None)
