"""What the token of a push claims, and whether that is what it must be."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec

if TYPE_CHECKING:
    from datetime import datetime

    from config.hook_keys import Pusher

ISSUERS = ("https://accounts.google.com", "accounts.google.com")
AHEAD = timedelta(minutes=1)
"""So much may Google's clock be ahead of ours. One that is behind needs no more: the next attempt has a new token."""

Seconds = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
"""A time since 1970 that can be reckoned with, however long a number a stranger writes."""


class Claims(msgspec.Struct, frozen=True):
    """The claims that we ask for, each of exactly this type."""

    iss: str
    aud: str
    email: str
    email_verified: bool
    iat: Seconds
    exp: Seconds


def are_right(claims: Claims, pusher: Pusher, *, now: datetime) -> bool:
    """Whether Google says at this moment (aware UTC) that the pusher pushes to us.

    google-auth's verifier compares neither the account, nor whether its address is verified, and asks the machine's
    clock; any account at Google can have a token for our audience.
    """
    moment = now.timestamp()
    return (
        claims.iss in ISSUERS
        and claims.aud == pusher.audience
        and claims.email == pusher.account
        and claims.email_verified is True
        and claims.iat - AHEAD.total_seconds() <= moment < claims.exp
    )
