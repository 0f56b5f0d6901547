"""What the service needs of whoever sets it up, whatever it reads: a key, a source, somebody to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.errors import SettingError
from config.keys import KEYS_FILE
from config.secrets import Secrets, heartbeat_url, pseudonym_key
from integration.errors import CrescendoError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    """Return what there is; nothing is made, and no value of a secret is told.

    What is named and cannot be used is to put right; what is not named yet is worth a look, for a command may name it.
    """
    return needs_of(service, {"key": _key, "answers from": _source, "heartbeat": _heartbeat, "alerts to": _owner})


def needs_of(service: Service, looks: Mapping[str, Callable[[Service], str | Unnamed]]) -> Needs:
    """Return what these looks find, each by its name; what one of them raises is to put right."""
    told = {name: _tried(look, service) for name, look in looks.items()}
    return Needs(
        lines=tuple((name, _in_words(each)) for name, each in told.items()),
        problems=tuple(each for each in told.values() if isinstance(each, SettingError | CrescendoError)),
        warnings=tuple(each.warning for each in told.values() if isinstance(each, Unnamed)),
    )


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Something that nobody has named yet: what to say of it, and why that is worth a look."""

    words: str
    warning: str


Told = str | Unnamed | SettingError | CrescendoError


def _in_words(told: Told) -> str:
    if isinstance(told, str):
        return told
    return told.words if isinstance(told, Unnamed) else "cannot be used"


def _tried(look: Callable[[Service], str | Unnamed], service: Service) -> Told:
    try:
        return look(service)
    except (SettingError, CrescendoError) as problem:
        return problem


def _key(service: Service) -> str | Unnamed:
    if Secrets().pseudonym_key is None and not (service.home / KEYS_FILE).exists():
        return Unnamed(
            "none yet",
            "PSEUDONYM_KEY is not set, and only the demo and serve make a key by themselves: set it to a random text "
            f"of 32 characters or more, which you keep safe and never change, or put back the file {KEYS_FILE}.",
        )
    pseudonym_key(service.home, may_make=False)
    return "is there: codes become hashes with it"


def _source(service: Service) -> str | Unnamed:
    if service.reads_google:
        return "Google"
    if service.data is None:
        return Unnamed(
            "nowhere yet",
            "Neither Google nor a folder of forms and sheets is named: write google.yaml, set CRESCENDO_DATA, or give "
            "each command --data DIR; start reads nothing without.",
        )
    service.source  # noqa: B018  # it says what is wrong with the folder
    return str(service.data)


def _heartbeat(_: Service) -> str | Unnamed:
    if heartbeat_url() is None:
        return "none (HEARTBEAT_URL): if this machine stops, nobody is told"
    return "an outside monitor is told while nothing is late; it was not asked"


def _owner(service: Service) -> str | Unnamed:
    owner = service.settings.alerts.owner
    return owner.email if owner else Unnamed("nobody", NO_OWNER)
