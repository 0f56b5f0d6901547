"""What running by itself asks of the store: the ledger of slots, alerts, tombstones, who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from integration.model import Alert, AuditLine, Entry, Failing, Known, Planned, Slot, Trouble
    from integration.ports.outside import Clock


class Decide(Protocol):
    """What is to be planned, from what is known of each job and the time now; pure."""

    def __call__(self, known: Mapping[str, Known], now: datetime) -> Sequence[Planned]:
        """Return it."""
        ...


class Ledger(Protocol):
    """Which slots were planned, by whom they are run, and how they ended. Each slot is in it once, whoever plans."""

    def know(self, jobs: Collection[str], *, now: datetime) -> None:
        """From now on the slots of these jobs count; of a job that is known already, nothing changes."""
        ...

    def known(self, *, now: datetime) -> Mapping[str, Known]:
        """Return what is known of each job.

        Slots that were only asked for are left out, and slots clearly later than now, for a clock may have been wrong.
        """
        ...

    def plan(self, planned: Sequence[Planned], *, now: datetime) -> list[Slot]:
        """Enter slots to be run; return those that nobody had entered. With a queue they are in it when this returns.

        Entry and queue are one transaction.
        """
        ...

    def plan_by(self, decide: Decide, *, clock: Clock) -> list[Slot]:
        """Enter what the function makes of what is known and of the time now; return what nobody had entered.

        It is one transaction, in which the clock is asked: nobody else plans in between.
        """
        ...

    def ask(self, job: str, *, now: datetime) -> None:
        """Have the job run soon, beside its schedule; once, however often it is asked before it begins."""
        ...

    def waiting(self, *, now: datetime) -> list[Slot]:
        """Return the slots to be run now, the earliest first."""
        ...

    def begin(self, which: Slot, *, by: str, now: datetime) -> int | None:
        """Say that the slot is being run; return which attempt it is, or None where it has ended already."""
        ...

    def entry(self, which: Slot) -> Entry | None:
        """Return the slot's line."""
        ...

    def finish(self, which: Slot, *, now: datetime, note: str, attempt: int | None = None) -> bool:
        """Say that the slot is done.

        False where it had ended, or another attempt than this one (as `begin` numbered it) runs: then nothing changed.
        """
        ...

    def fail(  # noqa: PLR0913  # a failure has so many parts
        self,
        which: Slot,
        *,
        now: datetime,
        note: str,
        retryable: bool,
        again_at: datetime | None,
        attempt: int | None = None,
    ) -> bool:
        """Say that an attempt failed; with `again_at` the slot waits until then, else it has ended. False likewise."""
        ...

    def take_back(self) -> list[Slot]:
        """Let the slots that were being run wait again: whoever ran them is dead. Only for who is alone here."""
        ...

    def refill(self) -> list[Slot]:
        """Put the slots that are still to end into the queue where they are not in it; return these."""
        ...

    def last(self) -> dict[str, Entry]:
        """Return for each job its newest slot that has ended."""
        ...

    def failing(self) -> dict[str, Failing]:
        """Return what fails of each job whose slots, since the last one that was done, have not all gone well."""
        ...

    def open(self) -> list[Entry]:
        """Return the slots that are still to end, the earliest first."""
        ...

    def drop_before(self, moment: datetime) -> int:
        """Erase slots that ended before the moment, but never those from which a job's next slots are reckoned.

        Return how many.
        """
        ...


class AlertBook(Protocol):
    """Troubles that were seen, told and are over."""

    def open(self) -> list[Alert]:
        """Return the alerts that are not cleared, and those whose all-clear the owner has not had, oldest first."""
        ...

    def raise_(self, troubles: Iterable[Trouble], *, now: datetime) -> None:
        """Enter troubles of which none with the same key is open."""
        ...

    def reword(self, troubles: Iterable[tuple[int, Trouble]]) -> None:
        """Let these alerts, by their numbers, say what is so now; one that is over stays as it was."""
        ...

    def told(self, seqs: Collection[int], *, now: datetime) -> None:
        """Say that the owner has been told of these."""
        ...

    def clear(self, seqs: Collection[int], *, now: datetime) -> None:
        """Say that these are over."""
        ...

    def all_clear(self, seqs: Collection[int], *, now: datetime) -> None:
        """Say that the owner knows that these are over."""
        ...


class AuditTrail(Protocol):
    """Who did what, each line chained to the one before by its digest."""

    def write(self, *, who: str, action: str, about: str, detail: str, now: datetime) -> AuditLine:
        """Add a line."""
        ...

    def lines(self) -> list[AuditLine]:
        """Return all lines in order."""
        ...


class Tombstones(Protocol):
    """What was forgotten and must never come back. Only a digest of its name is kept."""

    def bury(self, source: str, response_ids: Collection[str], *, why: str, now: datetime) -> None:
        """Never store these responses of the source again."""
        ...

    def buried(self, source: str, response_ids: Collection[str]) -> set[str]:
        """Return those of the responses that were forgotten."""
        ...

    def digest(self, source: str, response_id: str) -> str:
        """Return what stands for a response where its id must not."""
        ...
