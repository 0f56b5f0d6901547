"""keys.json in the home folder: random keys, made once, readable by nobody else."""

from __future__ import annotations

import json
import os
import secrets
from base64 import b64encode
from functools import partial
from typing import TYPE_CHECKING

from config.errors import SecretMissing
from config.hook_keys import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

KEYS_FILE = "keys.json"
RANDOM_BYTES = 32
OWNER_ONLY = 0o600
OTHERS = 0o077


def _webhook_secret() -> str:
    return f"{PREFIX}{b64encode(secrets.token_bytes(RANDOM_BYTES)).decode()}"


MAKERS: Mapping[str, Callable[[], str]] = {
    "PSEUDONYM_KEY": partial(secrets.token_urlsafe, RANDOM_BYTES),
    "WEBHOOK_SECRETS": _webhook_secret,
}
"""The keys that a home folder has, and how each is made."""


def read_keys(home: Path) -> dict[str, str]:
    """Return the keys of the home folder; none where there is no file. Raises SecretMissing."""
    path = home / KEYS_FILE
    try:
        with path.open(encoding="utf-8") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & OTHERS:
                raise SecretMissing(f"{path} can be read by others on this machine: run chmod 600 {path}.")
            keys = json.load(file)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SecretMissing(f"{path} cannot be read ({error.strerror}): make it readable for you alone.") from None
    except (ValueError, RecursionError):
        raise SecretMissing(f"{path} is not JSON: put back the file as it was, or move it away.") from None
    if not isinstance(keys, dict) or not all(isinstance(value, str) for value in keys.values()):
        raise SecretMissing(f"{path} is not a list of keys and texts: put back the file as it was, or move it away.")
    return keys


def make_keys(home: Path, names: Iterable[str] = tuple(MAKERS)) -> Path:
    """Make those of the keys that the home folder does not have; one that it has is never changed. Returns the file.

    The file is whole, and closed to others, from the moment that it is there. Raises SecretMissing.
    """
    path = home / KEYS_FILE
    known = read_keys(home)
    made = {name: MAKERS[name]() for name in names if not known.get(name)}
    if not made:
        return path
    try:
        home.mkdir(parents=True, exist_ok=True)
        _place(path, json.dumps(known | made, indent=1) + "\n", replace=bool(known))
    except OSError as error:
        raise SecretMissing(
            f"{path} cannot be written ({error.strerror}): name a home folder that you may write to."
        ) from None
    return path


def _place(path: Path, text: str, *, replace: bool) -> None:
    """Write beside the file, then give it its name; where somebody else was quicker, theirs stays."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            draft.replace(path)
        else:
            path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)
