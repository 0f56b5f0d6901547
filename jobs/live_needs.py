"""What the service needs of whoever sets it up, whatever it reads: a key, a source, somebody to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.errors import SettingError
from config.secrets import heartbeat_url, pseudonym_key
from integration.errors import CrescendoError

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration.wiring import Service

NO_OWNER = (
    "alerts.yaml names no owner, so nobody is told when something goes wrong: write name and email of whoever is to be "
    "told after owner."
)


@dataclass(frozen=True, slots=True)
class Needs:
    """What there is, as (name, words); why the service could not run, and what is worth a look."""

    lines: tuple[tuple[str, str], ...]
    problems: tuple[SettingError | CrescendoError, ...] = ()
    warnings: tuple[str, ...] = ()


def look_at_needs(service: Service) -> Needs:
    """Return what there is; nothing is made, and no value of a secret is told."""
    seen = {"key": _key, "answers from": _source, "heartbeat": _heartbeat}
    told = {name: _tried(look, service) for name, look in seen.items()}
    owner = service.settings.alerts.owner
    told["alerts to"] = owner.email if owner else "nobody"
    return Needs(
        lines=tuple((name, words if isinstance(words, str) else "cannot be used") for name, words in told.items()),
        problems=tuple(words for words in told.values() if not isinstance(words, str)),
        warnings=() if owner else (NO_OWNER,),
    )


def _tried(look: Callable[[Service], str], service: Service) -> str | SettingError | CrescendoError:
    try:
        return look(service)
    except (SettingError, CrescendoError) as problem:
        return problem


def _key(service: Service) -> str:
    pseudonym_key(service.home, may_make=False)
    return "is there: codes become hashes with it"


def _source(service: Service) -> str:
    if service.reads_google:
        return "Google"
    service.source  # noqa: B018  # it says what is wrong with the folder
    return str(service.data)


def _heartbeat(_: Service) -> str:
    if heartbeat_url() is None:
        return "none (HEARTBEAT_URL): if this machine stops, nobody is told"
    return "an outside monitor is told while nothing is late; it was not asked"
