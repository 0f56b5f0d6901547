"""connect: the Apps Script by which a form notifies this service at once when a respondent has answered it.

`script.js` is the script as Google runs it; its first lines are for the form's owner. What it needs to know of one form
and of this service stands in it as JSON, so that nothing of it is read as code.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from importlib.resources import files
from urllib.parse import urlsplit

from config.keys import WEBHOOK_SECRET_PREFIX, decode_webhook_secrets
from config.mail_server import LOOPBACK
from config.spelling import quoted
from integration.errors import CallError

PLACEHOLDER = "__SERVICE__"
ADDRESS_ADVICE = "give the address at which this service is reached from outside, such as https://crescendo.example.org"
PRINTABLE = re.compile(r"[!-~]+")


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
