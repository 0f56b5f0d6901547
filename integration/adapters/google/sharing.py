"""With whom a file in Google is shared, from Drive's permissions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from integration.adapters.google.inquiry import Inquiry
    from integration.adapters.google.things import Thing

PERMISSIONS = "https://www.googleapis.com/drive/v3/files/{}/permissions"
WHICH = {
    "fields": "nextPageToken,permissions(type,role,emailAddress,domain,displayName,deleted,view)",
    "supportsAllDrives": "true",
    "pageSize": "100",
}
PAGES_AT_MOST = 100

ANYONE, DOMAIN, GROUP, USER = "anyone", "domain", "group", "user"

EDITORS = frozenset({"owner", "organizer", "fileOrganizer", "writer"})
"""The roles in which a file can be changed."""


@dataclass(frozen=True, slots=True)
class Share:
    """One share: `to` is user, group, domain or anyone; `who` is an address, a domain, or "" for anyone."""

    to: str
    who: str
    role: str

    @property
    def may(self) -> str:
        """What one may do by it."""
        return "edit" if self.role in EDITORS else {"commenter": "comment on"}.get(self.role, "view")


class Permission(msgspec.Struct, rename="camel"):
    """A permission as Drive gives it."""

    type: str = ""
    role: str = ""
    email_address: str = ""
    domain: str = ""
    display_name: str = ""
    deleted: bool = False
    view: str = ""


class _Page(msgspec.Struct, rename="camel"):
    permissions: list[Permission] = []
    next_page_token: str = ""


def fetch_shares(inquiry: Inquiry, thing: Thing, identity: str) -> tuple[Share, ...] | None:
    """Return every share of a file but the account's own; None where it is not for this account to see."""
    permissions: list[Permission] = []
    token: dict[str, str] = {}
    for _ in range(PAGES_AT_MOST):
        reply = inquiry.ask(thing, PERMISSIONS.format(identity), _Page, **WHICH, **token)
        if reply.answer is None:
            return None
        permissions += reply.answer.permissions
        if not reply.answer.next_page_token:
            return read_shares(permissions, account=inquiry.account)
        token = {"pageToken": reply.answer.next_page_token}
    return None


def read_shares(permissions: list[Permission], *, account: str) -> tuple[Share, ...]:
    """Return the shares of people; those who may only answer a form (Drive's view `published`) are no part of them."""
    return tuple(
        Share(each.type, each.email_address or each.domain or each.display_name, each.role)
        for each in permissions
        if not (each.deleted or each.view or each.email_address == account)
    )


def warn_of_open(thing: Thing, shares: tuple[Share, ...], *, holds: str, to: frozenset[str]) -> tuple[str, ...]:
    """Return a sentence for each share `to` (anyone, domain) a multitude; `holds` says what they see, or is ""."""
    return tuple(
        f"{thing.opening}: {_many(share)} may {share.may} it{f', and it holds {holds}' if holds else ''}; in Google, "
        "choose Share → General access → Restricted, and share it with each person."
        for share in shares
        if share.to in to
    )


def _many(share: Share) -> str:
    return "anyone who has the link" if share.to == ANYONE else f"everyone at {share.who}"
