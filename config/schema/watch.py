"""What google.yaml says of watching: whom Google tells that something is new."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from config.schema.base import Model

TOPIC_PATTERN = r"projects/([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]/topics/(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{2,254}"
A_TOPIC = "the whole name of a Pub/Sub topic, as Google Cloud shows it: projects/PROJECT/topics/TOPIC"

ADDRESS_PATTERN = r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?"
AN_ADDRESS = "https:// and a host only, such as https://crescendo.example.org"


def _read_topic(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not re.fullmatch(TOPIC_PATTERN, text):
        raise PydanticCustomError("no_topic", A_TOPIC)
    return text


def _read_address(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not re.fullmatch(ADDRESS_PATTERN, text):
        raise PydanticCustomError("no_address", AN_ADDRESS)
    try:
        parts = urlsplit(text)
        is_address = bool(parts.hostname and parts.hostname.strip(".-")) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise PydanticCustomError("no_address", AN_ADDRESS)
    return text.rstrip("/").lower()


def _shape(pattern: str, what: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$", "description": what})


Topic = Annotated[str, BeforeValidator(_read_topic), _shape(TOPIC_PATTERN, A_TOPIC)]
"""A Pub/Sub topic by its whole name."""

Address = Annotated[str, BeforeValidator(_read_address), _shape(ADDRESS_PATTERN, AN_ADDRESS)]
"""Where a server is reached from outside: `https://`, a host, perhaps a port; no slash at its end."""


class Watch(Model):
    """Whom Google tells that something is new; a part that is not named is read at its usual times only."""

    topic: Topic | None = Field(default=None, description="The Pub/Sub topic that Forms tells of new answers.")
    address: Address | None = Field(
        default=None, description="Where the web side is reached from outside: Drive tells it of changed spreadsheets."
    )
