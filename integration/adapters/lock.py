"""The locks of a home folder: one job at a time writes there, one scheduler and one web side at a time run there."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from integration.errors import BusyError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_NAME, WEB_LOCK = "crescendo.lock", "web.lock"


@contextmanager
def hold(home: Path, *, name: str = LOCK_NAME, wait_seconds: float = 30) -> Iterator[None]:
    """Hold the home folder, made if it is not there, for as long as the block runs.

    The operating system lets go of the lock when its holder dies, however it dies. Raises BusyError when
    somebody else still holds it after `wait_seconds`, StoreError when the folder cannot be written.
    """
    # Not a singleton and not by thread: whoever asks a second time waits, also within one process.
    lock = FileLock(home / name, timeout=wait_seconds, thread_local=False, fallback_to_soft=False)
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise BusyError(
            f"{home} is in use by another job, and still was after {wait_seconds:g} seconds;"
            " try again when that job has ended."
        ) from None
    except OSError as error:
        raise StoreError(
            f"{home} cannot be used as the home folder ({error.strerror or error});"
            " choose a folder that can be written."
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def hold_for_web(home: Path) -> Iterator[None]:
    """Hold the home folder for the one web side that takes in what arrives there. Raises BusyError at once."""
    with _at_once(home, f"A web side runs in {home} already, and one is enough; stop that one first."):
        yield


@contextmanager
def hold_without_web(home: Path) -> Iterator[None]:
    """See to it that no web side takes anything in while a store is exchanged. Raises BusyError at once.

    What it acknowledged would stand in a file that nobody uses any more.
    """
    with _at_once(home, f"The web side runs in {home} and takes answers in; stop it first, then do this again."):
        yield


@contextmanager
def _at_once(home: Path, busy: str) -> Iterator[None]:
    with ExitStack() as held:
        try:
            held.enter_context(hold(home, name=WEB_LOCK, wait_seconds=0))
        except BusyError:
            raise BusyError(busy) from None
        yield
