"""A pack that is held back: nobody knows whether it was sent, or the leaders have an older version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.alert.words import COMMAND, moment
from integration.model import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Held:
    """What is held back of an authority's pack of a month.

    `unsure_since` is since when nobody knows whether some of its mails were sent; `newer` is a version that was built
    at `built_at`, after version `mailed` went out.
    """

    authority: str
    month: str
    unsure_since: datetime | None = None
    mailed: int = 0
    newer: int = 0
    built_at: datetime | None = None


def what_is_held(packs: Iterable[Held]) -> Iterator[Trouble]:
    """Give `held/<authority>/<month>` for each pack of which something is held back."""
    for pack in packs:
        says = " ".join(_sentences(pack))
        if says:
            which = f"--authority {pack.authority} --month {pack.month}"
            to_do = f"{_to_do(pack)} To read the pack: {COMMAND} pack show {which}"
            yield Trouble(f"held/{pack.authority}/{pack.month}", says, to_do)


def _to_do(pack: Held) -> str:
    if pack.unsure_since:
        folder = f"packs/{pack.month}/{pack.authority}/"
        return f"Ask the leaders whether they have it; who does not is sent pack.pdf of the home folder's {folder}."
    return "If what changed matters, tell the leaders: the service mails the pack of a month only once."


def _sentences(pack: Held) -> Iterator[str]:
    name = f"the pack of {pack.authority} for {pack.month}"
    if pack.unsure_since:
        yield (
            f"Nobody knows whether {name} was mailed to all of its leaders: handing it over was begun before "
            f"{moment(pack.unsure_since)}, and broke off."
        )
    if pack.newer and pack.built_at:
        yield (
            f"Figures of {name} changed after it was mailed: version {pack.newer} was built at "
            f"{moment(pack.built_at)}, and the leaders have version {pack.mailed}."
        )
