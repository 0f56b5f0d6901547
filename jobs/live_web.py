"""What the web side needs to be told at once: a secret for the forms' scripts, and what Google is known by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.hook_keys import HOW
from config.keys import read_keys
from config.secrets import Secrets, drive_channel_key, pusher, webhook_secrets
from integration.errors import CallError
from jobs.counted import counted
from jobs.live_needs import Unnamed, needs_of
from jobs.renew_watches import NO_ADDRESS

if TYPE_CHECKING:
    from integration.wiring import Service
    from jobs.live_needs import Needs

NO_SECRET = (
    f"WEBHOOK_SECRETS is not set, so no form can tell us of its answers at once, and the web side needs it: {HOW}."
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


def look_at_web(service: Service) -> Needs:
    """Return what there is; nothing is made or called, and no value of a secret is told."""
    return needs_of(service, {"forms' scripts": _forms, "Pub/Sub": _pubsub, "Drive": _drive})


def _forms(service: Service) -> str | Unnamed:
    # Without a web side the service works: only what is there, and cannot be used, is wrong.
    if Secrets().webhook_secrets is None and not read_keys(service.home).get("WEBHOOK_SECRETS", "").split():
        return Unnamed("none can sign yet", NO_SECRET)
    return f"sign with {counted(len(webhook_secrets(service.home)), 'secret')}"


def _pubsub(service: Service) -> str | Unnamed:
    named, topic = pusher(), _watch(service)[0]
    if named and topic:
        return f"is pushed to {named.audience} by {named.account}"
    if named:
        return Unnamed(OFF, NO_TOPIC)
    if topic is None:
        return f"{OFF}: Google tells us of no form"
    if service.database_url is None:
        raise CallError(NO_PUSHER)
    # Another of several machines may run the web side, and alone need these.
    return Unnamed("not to this machine", NO_PUSHER)


def _drive(service: Service) -> str:
    key, address = drive_channel_key(), _watch(service)[1]
    google = service.settings.google
    if key and address:
        return f"tells {address} of changed spreadsheets"
    if key and google and google.sheets:
        raise CallError(NO_ADDRESS)
    return f"{OFF}, for DRIVE_CHANNEL_KEY is not set" if address else f"{OFF}: Google tells us of no spreadsheet"


def _watch(service: Service) -> tuple[str | None, str | None]:
    """Return the topic and the address that google.yaml names, None where it does not."""
    watch = service.settings.google.watch if service.settings.google else None
    return (watch.topic, watch.address) if watch else (None, None)
