"""Settings as check --live sees them: of each that the service and the web side need, whether it is there and usable.

What is there and cannot be used is to put right; what is not there yet is worth a look, for a command may name it.
"""

from __future__ import annotations

from dataclasses import dataclass
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
from integration.errors import CallError, CrescendoError
from integration.operations.subscriptions import NO_ADDRESS
from integration.text_format import format_count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from integration.wiring import Service


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


@dataclass(frozen=True, slots=True)
class Requirements:
    """What is configured, as (name, words); why the service could not run, and what is worth a look."""

    lines: tuple[tuple[str, str], ...]
    problems: tuple[SettingError | CrescendoError, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotConfigured:
    """A setting that is not there yet: what to say of it, and why that is worth a look."""

    words: str
    warning: str


def check_service_settings(service: Service) -> Requirements:
    """Return what is found of the settings that the service itself needs."""
    checks = {
        "key": _check_key,
        "answers from": _check_source,
        "heartbeat": _check_heartbeat,
        "alerts to": _check_owner,
    }
    return _check_each(service, checks)


def check_web_settings(service: Service) -> Requirements:
    """Return what is found of the settings by which the web side authenticates its callers."""
    return _check_each(service, {"forms' scripts": _check_scripts, "Pub/Sub": _check_pubsub, "Drive": _check_drive})


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
