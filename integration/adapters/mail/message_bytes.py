"""A mail as the bytes of an Internet message: the same mail always gives the same bytes.

The text of a header is cleaned, because this Python lets an encoded word in a subject become a header of its own
(CVE-2024-6923), and the bytes are parsed again before they are sent.
"""

from __future__ import annotations

import hashlib
import re
from email import message_from_bytes, policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from integration.errors import RenderError

if TYPE_CHECKING:
    from integration.model import Mail

UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|=\?")
LONGEST_HEADER = 120
HEADERS = (
    "Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type",
)  # fmt: skip
PART_HEADERS = {"content-type", "content-transfer-encoding", "content-disposition", "content-id"}


def to_bytes(mail: Mail) -> bytes:
    """Return the mail as text and HTML with its pictures, then the attachments, for SMTP or a file.

    Raises RenderError for an address that is not valid, and for anything that parses as other than what was meant.
    """
    try:
        message = _compose(mail)
        content = message.as_bytes(policy=policy.SMTP)
        _check(message_from_bytes(content, policy=policy.SMTP), mail)
    except (ValueError, MessageError, LookupError) as error:  # UnicodeError and HeaderParseError are among them
        raise RenderError(
            f"mail {mail.message_id}: it could not be written as a message ({type(error).__name__}); "
            "check the names and addresses in packs.yaml."
        ) from None
    return content


def _compose(mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP)
    message["Message-ID"] = UNSAFE.sub(" ", mail.message_id)
    message["Date"] = format_datetime(mail.date)
    message["From"] = Address(_clean(mail.from_name), addr_spec=mail.from_email)
    message["To"] = Address(_clean(mail.to_name), addr_spec=mail.to_email)
    message["Subject"] = _clean(mail.subject)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    html = message.get_payload()[1]  # type: ignore[index]  # a multipart's payload is a list of its parts
    for cid, picture in mail.inline.items():
        html.add_related(picture, "image", "png", cid=f"<{cid}>", disposition="inline")  # type: ignore[union-attr]
    for name, content_type, content in mail.attachments:
        kind, *parameters = (part.strip() for part in content_type.split(";"))
        main, sub = kind.split("/")
        params = dict(parameter.split("=", 1) for parameter in parameters)
        message.add_attachment(content, maintype=main, subtype=sub, filename=_clean(name), params=params)
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            # A boundary that depends on the message id alone. "=_" occurs in no base64 and in no quoted-printable text.
            part.set_boundary(f"=_{hashlib.sha256(f'{mail.message_id}{number}'.encode()).hexdigest()[:32]}")
        if part is not message:
            del part["MIME-Version"]
    return message


def _clean(text: str) -> str:
    return " ".join(UNSAFE.sub(" ", text).split())[:LONGEST_HEADER]


def _check(parsed: EmailMessage, mail: Mail) -> None:
    """Raise ValueError where the parsed message has other headers, addresses or parts than the mail."""
    if sorted(parsed.keys()) != sorted(HEADERS):
        raise ValueError("headers that were not meant")
    for part in parsed.walk():
        if part is not parsed and not {name.casefold() for name in part.keys()} <= PART_HEADERS:  # noqa: SIM118  # headers
            raise ValueError("headers of a part that were not meant")
    for field, email in (("To", mail.to_email), ("From", mail.from_email)):
        if [address.addr_spec for address in parsed[field].addresses] != [email]:
            raise ValueError("another address than the one that was meant")
    attached = [content_type.split(";")[0].strip() for _, content_type, _ in mail.attachments]
    meant = ["text/plain", "text/html", *["image/png" for _ in mail.inline], *attached]
    if [part.get_content_type() for part in parsed.walk() if not part.is_multipart()] != meant:
        raise ValueError("other parts than those that were meant")
