"""restore: puts a backup in the place of the store.

Whatever people and recipients did since the backup goes on, from the store that is replaced; what was forgotten stays
forgotten, by that store and by the receipts in the home folder. What could not be carried over is said by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from integration.adapters.google.publishing.actual_state import drop_cells
from integration.adapters.home import BACKUPS, STORE_FILE, lock_home, lock_out_web
from integration.adapters.store.faults import LockTimeoutError
from integration.adapters.store.inheritance import UNREADABLE
from integration.adapters.store.restore import (
    finish,
    restore_to_file,
    restore_to_server,
    settle,
    settle_server,
)
from integration.adapters.store.sqlite import LOG_SUFFIX
from integration.adapters.store_place import refuse_other_kind
from integration.errors import BusyError, CallError, StoreError
from integration.operations.audit import record_action
from integration.operations.personal_data.receipts import read_tombstones
from integration.text_format import format_count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from integration.adapters.store.inheritance import Inheritance
    from integration.wiring import Service

LOCK_WAIT_SECONDS = 1
"""An operator waits at the keyboard: that the home folder is in use is said at once."""
FORGOTTEN_IS_BACK = (
    "What was forgotten after this backup was made, and of which no receipt lies in receipts/, is back: forget it "
    "again."
)


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """A backup that was put in the place of the store; `aside` is where the store before it lies, if there was one."""

    backup: Path
    place: str
    aside: Path | None
    inherited: Inheritance
    receipts: int

    def in_words(self) -> str:
        """Return what was done and what to know, a sentence a line."""
        return "\n".join([
            f"{self.place} is now what {self.backup} held{', and what came since' if self.inherited.rows else ''}.",
            *self._before(),
            *self._forgotten(),
            *self._audit_trail(),
            "The codes pair only with the keys.json that was in use then; it is in no backup.",
            *self._missing(),
            (
                "Answers that came since the backup was made are to be read again from where they are held: run sync, "
                "then reconcile."
            ),
        ])  # fmt: skip

    def _before(self) -> Iterator[str]:
        if not self._has_asked:
            yield (
                "There was no store there before, so none could be asked what was forgotten and done meanwhile; if you "
                "meant another place, name it (--home, DATABASE_URL)."
            )
        if self.aside:
            yield f"The store before it is kept as {self.aside}; remove it when you no longer need it."
        if self.inherited.rows:
            parts = [format_count(number, noun) for noun, number in self.inherited.rows.items()]
            by_form = ", ".join(f"{number} of {source}" for source, number in self.inherited.versions.items())
            answers = f" (answers: {by_form})" if by_form else ""
            yield f"Carried over from it, because it came since that backup: {', '.join(parts)}{answers}."
        elif self._has_asked and not self.inherited.problem:
            yield "Nothing had come since that backup that was to be carried over."

    @property
    def _has_asked(self) -> bool:
        return self.inherited.was_asked

    def _forgotten(self) -> Iterator[str]:
        inherited = self.inherited
        if inherited.problem:
            yield f"{inherited.problem}."
        if self.receipts:
            yield f"Of {format_count(self.receipts, 'erased response')} there are receipts in receipts/."
        if inherited.responses:
            yield f"What was forgotten since that backup stays forgotten; erased from it again: {inherited.responses}."
        elif self._has_asked and not inherited.problem:
            yield "What was forgotten since that backup stays forgotten; nothing of it was in the backup."
        if inherited.uncleaned:
            yield f"The store before may still hold what was forgotten, so delete {self.aside}: {inherited.uncleaned}"
        if inherited.problem or not self._has_asked:
            yield FORGOTTEN_IS_BACK

    def _audit_trail(self) -> Iterator[str]:
        if self.inherited.lines:
            yield (f"The audit trail goes on: {self.inherited.lines} of its lines since that backup were carried over.")
        if not self.inherited.is_same_trail:
            yield (
                "The audit trail of the store before it is another one, and was not carried over: it stays in the "
                "file that was put aside, so keep that one."
            )

    def _missing(self) -> Iterator[str]:
        """Say by name what was not carried over, and where it is kept."""
        inherited = self.inherited
        is_whole = self._has_asked and not inherited.problem and not inherited.unread
        if is_whole:
            return
        where = f"it stays in {self.aside}, so keep that one" if self.aside else "it is kept nowhere here"
        if inherited.unread:
            unread = ", ".join(f"{noun}s" for noun in inherited.unread)
            yield f"What could not be read whole, and was not carried over whole: {unread}; {where}."
        elif not self._has_asked or inherited.problem.endswith(UNREADABLE):
            yield (
                "Not carried over, because no store before could be read: corrections, readings of sheets, packs and "
                "which of them were mailed, runs, alerts and the audit trail since that backup; "
                f"{where}. Look into the outbox or at your mail server before a pack of a month since then is mailed."
            )
        if inherited.heard:
            yield (
                f"Answers of {', '.join(inherited.heard)} came by webhook too: where such a form cannot be read now, "
                f"what came since that backup by webhook alone was not carried over either; {where}."
            )


def restore(service: Service, backup: Path) -> RestoreResult:
    """Replace the store by a backup while nothing else uses it, and record that an operator did.

    Raises what `replace_store` raises, and BusyError at once where the web side or a job runs.
    """
    with lock_out_web(service.home), lock_home(service.home, wait_seconds=LOCK_WAIT_SECONDS):
        result = replace_store(service, backup, now=service.clock.now())
        record_action(service, "restore", result.place, f"from {backup.name}")
        finish(service.home)
    return result


def replace_store(service: Service, backup: Path, *, now: datetime) -> RestoreResult:
    """Put a backup in the place of the store: the file before it is kept, a database must be empty.

    What was done in the file before it since goes on, what was forgotten there or by a receipt stays forgotten.
    Raises CallError where there is no such file, StoreError where it cannot be used, BusyError where another process
    uses the store; then nothing has changed.
    """
    if not backup.is_file():
        raise CallError(f"There is no file {backup}; name one of those in {service.home / BACKUPS}.")
    buried = read_tombstones(service.home)
    if service.database_url:
        place, inherited = restore_to_server(
            backup, service.database_url, service.home, buried=buried, now=now, blank=drop_cells
        )
        return RestoreResult(backup, place, None, inherited, len(buried))
    path = service.home / STORE_FILE
    refuse_other_kind(path)
    try:
        replaced = restore_to_file(backup, path, buried=buried, now=now, blank=drop_cells)
    except StoreError:
        if settle(path):  # the disk is full, say: what was begun is taken back
            finish(service.home)
        raise
    aside = replaced.aside
    if aside and not aside.exists():  # only its log was there
        aside = aside.with_name(f"{aside.name}{LOG_SUFFIX}")
    return RestoreResult(backup, str(path), aside, replaced.inherited, len(buried))


def settle_restore(service: Service) -> str:
    """Bring a restore that was cut short to an end: the old store, or the backup; return which, in a sentence.

    Return "" where one is under way, or none was cut short.
    """
    try:
        with lock_home(service.home, wait_seconds=0):
            url, path = service.database_url, service.home / STORE_FILE
            found = settle_server(url, service.home) if url else settle(path)
            if found is None:
                return ""
            if found.is_in_place:
                place = service.store.database.name
                record_action(service, "restore", place, f"from {Path(found.backup).name}, and was cut short after it")
            finish(service.home)
    except (BusyError, LockTimeoutError):
        return ""
    begun = f"A restore of {found.backup} was cut short"
    if found.is_in_place:
        kept = f"; the store before it is kept as {found.aside}" if found.aside else ""
        return f"{begun} after the store was exchanged: it is what that backup held, and what came since{kept}."
    return f"{begun} before the store was exchanged: the store is as it was before; run restore again."
