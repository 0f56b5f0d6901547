"""connect: the Apps Script by which a form notifies this service at once when a respondent has answered it.

`script.js` is the script as Google runs it; its first lines are for the form's owner. What it needs to know of one form
and of this service stands in it as JSON, so that nothing of it is read as code.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.addresses import LOOPBACK
from config.environment import read_webhook_secrets
from config.errors import SecretMissing
from config.keys import WEBHOOK_SECRET_PREFIX, decode_webhook_secrets
from config.spelling import listed, quoted
from integration.errors import CallError

if TYPE_CHECKING:
    from pathlib import Path

    from config.schema import Settings

PLACEHOLDER = "__SERVICE__"
ADDRESS_ADVICE = "give the address at which this service is reached from outside, such as https://crescendo.example.org"
PRINTABLE = re.compile(r"[!-~]+")
WHAT_TO_DO = """\
Give this to whoever owns the form “{form}”: its first lines say where to paste it, and how to see that it works.
It holds a secret: whoever has it can send answers in the name of any of your forms. Hand it over in a folder that only
you two can open, not by e-mail, and leave no copy behind.\
"""


def connect(settings: Settings, home: Path, form: str, *, address: str = "") -> tuple[str, list[str]]:
    """Return the script for a form by its key, and what an operator has to know when they hand it over.

    It has the newest secret that the web side of the home folder accepts.
    `address` is where the service is reached from outside; "" takes google.yaml's. Raises CallError for a form or an
    address that cannot be used, SecretMissing where there is no secret.
    """
    if form not in settings.forms:
        raise CallError(f"There is no form {quoted(form)}: name one of {listed(settings.forms)}.")
    google = settings.google
    named = address or (google.watch.address if google and google.watch else None)
    if not named:
        raise CallError(
            f"--address is missing, and google.yaml has no address under watch: {ADDRESS_ADVICE}, or write it there."
        )
    reached_at = parse_address(named)
    try:
        secret = read_webhook_secrets(home)[0]
    except SecretMissing as error:
        raise SecretMissing(
            f"{error} It must be the secret of the web side that is to be told: run this where that runs, with its "
            "environment and its --home; every message with another secret is refused."
        ) from None
    form_id = google.forms.get(form, "") if google else ""
    advice = [WHAT_TO_DO.format(form=form)]
    if is_loopback(reached_at):
        advice.append(
            f"Google cannot reach {reached_at}, which is this machine itself: a script with it serves for tests only."
        )
    return make_script(form=form, form_id=form_id, address=reached_at, secret=secret), advice


def make_script(*, form: str, form_id: str, address: str, secret: str) -> str:
    """Return the script's text for a form by its key, whose id in Google is "" where it is not known.

    `address` is that of the service, as `parse_address` gives it; `secret` a `whsec_…` that the web side accepts.
    """
    (key,) = decode_webhook_secrets(secret, "WEBHOOK_SECRETS")
    service = {
        "form": form,
        "formId": form_id,
        "address": f"{address}/hooks/forms/{form}",
        # With all the padding of its Base64, which Apps Script asks for and we do not.
        "secret": WEBHOOK_SECRET_PREFIX + b64encode(key).decode(),
    }
    template = files("integration.operations.connect").joinpath("script.js").read_text(encoding="utf-8")
    return template.replace(PLACEHOLDER, json.dumps(service, indent=2), 1)


def parse_address(text: str) -> str:
    """Return the address of the service without a slash at its end.

    Raises CallError for what is no address, and where answers would travel openly.
    """
    try:
        parts = urlsplit(text)
        is_address = bool(parts.hostname) and parts.port != 0 and bool(PRINTABLE.fullmatch(text))
    except ValueError:
        is_address = False
    rest = (parts.path.strip("/"), parts.query, parts.fragment) if is_address else ("",)
    if not is_address or parts.scheme not in {"http", "https"} or "@" in parts.netloc or any(rest):
        raise CallError(f"--address is {quoted(text)}: {ADDRESS_ADVICE}, and nothing after the host.")
    if parts.scheme == "http" and not is_loopback(text):
        raise CallError(f"--address is {quoted(text)}, to which answers would travel openly: use https.")
    return text.rstrip("/")


def is_loopback(address: str) -> bool:
    """Whether the address leads to the machine itself, which Google cannot reach."""
    return urlsplit(address).hostname in LOOPBACK
