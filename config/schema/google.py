"""google.yaml: the forms and spreadsheets in Google, by id or link, and whom Google notifies of changes."""

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from config.addresses import split_address
from config.schema.base import Key, Model

TOPIC_PATTERN = r"projects/([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]/topics/(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{2,254}"
TOPIC_ADVICE = "the whole name of a Pub/Sub topic, as Google Cloud shows it: projects/PROJECT/topics/TOPIC"

ADDRESS_PATTERN = r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?"
ADDRESS_ADVICE = "https:// and a host only, such as https://crescendo.example.org"


def _parse_topic(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not re.fullmatch(TOPIC_PATTERN, text):
        raise PydanticCustomError("no_topic", TOPIC_ADVICE)
    return text


def _parse_address(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    parts = split_address(text)
    if parts is None or not (parts.hostname or "").strip(".-") or not re.fullmatch(ADDRESS_PATTERN, text):
        raise PydanticCustomError("no_address", ADDRESS_ADVICE)
    return text.rstrip("/").lower()


def _schema(pattern: str, description: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$", "description": description})


Topic = Annotated[str, BeforeValidator(_parse_topic), _schema(TOPIC_PATTERN, TOPIC_ADVICE)]
"""A Pub/Sub topic by its whole name."""

Address = Annotated[str, BeforeValidator(_parse_address), _schema(ADDRESS_PATTERN, ADDRESS_ADVICE)]
"""Where a server is reached from outside: `https://`, a host, perhaps a port; no slash at its end."""


class Watch(Model):
    """Whom Google tells that something is new; a part that is not named is read at its usual times only."""

    topic: Topic | None = Field(default=None, description="The Pub/Sub topic that Forms tells of new answers.")
    address: Address | None = Field(
        default=None, description="Where the web side is reached from outside: Drive tells it of changed spreadsheets."
    )


ID_PATTERN = r"[A-Za-z0-9_-]+"
ID_OR_LINK_PATTERN = rf"({ID_PATTERN}|(https?://)?docs\.google\.com/(.*/)?{{}}/.+)"
LINK = re.compile(
    r"(?:https?://)?docs\.google\.com(?:/a/[^/]+)?/(?P<kind>forms|spreadsheets)(?:/u/[0-9]+)?"
    rf"/d/(?P<id>(?!e/){ID_PATTERN})(?:[/?#].*)?"
)
"""A link to a form or spreadsheet open for editing; what follows the id (`/edit#gid=0`) does not identify it."""
PUBLIC_LINK = re.compile(r".*forms\.gle/.*|.*/d/e/.*|1FAIpQLS.*|2PACX-.*")
"""A public link, or an id out of one: Google's interfaces do not know a form or spreadsheet by that."""

FORM_ADVICE = "the form's id, or its link as it is open for editing: https://docs.google.com/forms/d/…/edit"
SPREADSHEET_ADVICE = (
    "the spreadsheet's id, or its link as you have it open: https://docs.google.com/spreadsheets/d/…/edit"
)


def _id_parser(kind: str, allowed: str, public: str) -> Callable[[object], str]:
    """Return the function that takes the id of a form or spreadsheet out of its link; `public` is a wrong link."""

    def parse(value: object) -> str:
        text = value.strip() if isinstance(value, str) else ""
        link = LINK.fullmatch(text)
        if link and link["kind"] == kind:
            text = link["id"]
        elif link:
            other = link["kind"].removesuffix("s")
            raise PydanticCustomError("other_link", f"{allowed} (this is the link of a {other})")
        if PUBLIC_LINK.fullmatch(text):
            raise PydanticCustomError("public_link", f"{allowed} (this is {public})")
        if not re.fullmatch(ID_PATTERN, text):
            raise PydanticCustomError("no_id", allowed)
        return text

    return parse


parse_form_id = _id_parser("forms", FORM_ADVICE, "the link at which people answer")
"""Returns the id of a form out of its id or link; raises ValueError, whose text says what to type."""

FormId = Annotated[str, BeforeValidator(parse_form_id), _schema(ID_OR_LINK_PATTERN.format("forms"), FORM_ADVICE)]
"""A form by its id; its link as it is open for editing is read as that."""

SpreadsheetId = Annotated[
    str,
    BeforeValidator(_id_parser("spreadsheets", SPREADSHEET_ADVICE, "the link of what was published to the web")),
    _schema(ID_OR_LINK_PATTERN.format("spreadsheets"), SPREADSHEET_ADVICE),
]
"""A spreadsheet by its id; its link is read as that."""


class Publish(Model):
    """Where the tabs go."""

    data: SpreadsheetId = Field(description="The project team's spreadsheet: every tab, every answer.")
    summary: dict[Key, SpreadsheetId] = Field(description="The leaders' summary, a spreadsheet for each authority.")


class Google(Model):
    """google.yaml: what is read from Google and what is written there; a part that is not named stays on disk."""

    forms: dict[Key, FormId] = Field(default_factory=dict, description="The form in Google of each forms/<key>.yaml.")
    sheets: dict[Key, SpreadsheetId] = Field(
        default_factory=dict, description="The spreadsheet in Google of each “spreadsheet:” that sheets/*.yaml names."
    )
    publish: Publish | None = Field(default=None, description="The spreadsheets into which the tabs are written.")
    watch: Watch | None = Field(default=None, description="Whom Google tells that something is new.")

    @property
    def is_read(self) -> bool:
        """Whether forms and sheets come from Google."""
        return bool(self.forms or self.sheets)

    def in_words(self) -> str:
        """Return what goes by Google, such as `4 forms and 1 spreadsheet from Google, tabs to 3 spreadsheets`."""
        parts = []
        counts = ((len(self.forms), "form"), (len(self.sheets), "spreadsheet"))
        if self.is_read:
            read = [f"{number} {what}{'s' * (number != 1)}" for number, what in counts if number]
            parts.append(f"{' and '.join(read)} from Google")
        if self.publish:
            parts.append(f"tabs to {1 + len(self.publish.summary)} spreadsheets in Google")
        return ", ".join(parts) or "nothing by Google yet"
