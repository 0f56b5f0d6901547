"""The protocols between the flow and the outside world; adapters obey them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from integration.model import (
        Alert,
        Arrival,
        AuditEntry,
        Condition,
        Correction,
        Erasure,
        FailingJob,
        FormReading,
        IntakeOutcome,
        JobHistory,
        LandingResult,
        LedgerEntry,
        Mail,
        PlannedSlot,
        RawResponse,
        RetentionCategory,
        SheetReading,
        Slot,
        StoredVersion,
        Summary,
        Tab,
    )

__all__ = [
    "AlertBook", "AuditTrail", "Clock", "Decide", "Erasures", "Intake", "Ledger", "Mailer",
    "Publisher", "PushTokens", "Source", "Store", "Tombstones",
]  # fmt: skip


class Clock(Protocol):
    """Tells the time; nothing else does."""

    def now(self) -> datetime:
        """Return the time now, aware UTC."""
        ...


class Source(Protocol):
    """Where forms and sheets come from: a folder, or Google."""

    def form_fingerprint(self, key: str) -> str:
        """Return something short that changes whenever the form's reading may have; "" where that is unknown."""
        ...

    def read_form(self, key: str, bookmark: str = "") -> FormReading:
        """Read a form and its responses: all of them, or with the last landed reading's bookmark what came since.

        Raises SourceError.
        """
        ...

    def list_unconfigured(self, spreadsheets: Collection[str]) -> tuple[str, ...]:
        """Return a sentence for each form or spreadsheet that is there but stands in no YAML file."""
        ...

    def read_sheets(self, spreadsheet: str, tabs: Sequence[str]) -> Mapping[str, SheetReading]:
        """Read the named tabs of one spreadsheet; a tab that is not there is missing in the answer."""
        ...


class Intake(Protocol):
    """Takes in what comes by itself, from many callers at once."""

    def take(self, arrival: Arrival) -> IntakeOutcome:
        """Return when the arrival stands on disk. Raises StoreError or BusyError: then it may not."""
        ...

    @property
    def waited_seconds(self) -> float:
        """For how long the oldest arrival that is not on disk yet has been waiting; 0 where none is."""
        ...


class PushTokens(Protocol):
    """Knows by its token who pushed a message to us."""

    def is_authentic(self, authorization: str, *, now: datetime) -> bool:
        """Whether the header Authorization holds the pusher's token, good at this moment (aware UTC).

        Raises ExternalServiceError where nobody can know just now.
        """
        ...


class Publisher(Protocol):
    """Where tabs go: a workbook on disk, or Google Sheets."""

    @property
    def data_name(self) -> str:
        """What people call the place of the project team's tabs."""
        ...

    def summary_name(self, authority: str) -> str:
        """Return what people call the place of an authority's summary."""
        ...

    def fingerprint(self, authority: str | None = None) -> str:
        """Return a short text that changes whenever the tabs (an authority's summary) are changed, by anybody.

        It is "" where that is unknown.
        """
        ...

    def fingerprint_after_writing(self) -> str:
        """Return the fingerprint of the tabs as just written; "" where a person may have typed into them meanwhile."""
        ...

    def read_corrections(self) -> list[tuple[str, str, str, str]]:
        """Return (source, key, field, value) for each `correction` a person typed since the last writing."""
        ...

    def write_tabs(self, tabs: Sequence[Tab]) -> bool:
        """Replace all tabs at one stroke; return whether anything was written."""
        ...

    def write_summary(self, summary: Summary) -> bool:
        """Replace the leaders' summary of one authority at one stroke."""
        ...


class Mailer(Protocol):
    """Hands mail over: to a folder, or to a mail server."""

    def send(self, mail: Mail) -> str:
        """Hand one mail over; return where it went, in words. The same message id may be sent again safely."""
        ...


class Decide(Protocol):
    """What is to be planned, from what is known of each job and the time now; pure."""

    def __call__(self, known: Mapping[str, JobHistory], now: datetime) -> Sequence[PlannedSlot]:
        """Return it."""
        ...


class Ledger(Protocol):
    """Which slots were planned, by whom they are run, and how they ended. Each slot is in it once, whoever plans."""

    def know(self, jobs: Collection[str], *, now: datetime) -> None:
        """From now on the slots of these jobs count; of a job that is known already, nothing changes."""
        ...

    def known(self, *, now: datetime) -> Mapping[str, JobHistory]:
        """Return what is known of each job.

        Slots that were only asked for are left out, and slots clearly later than now, for a clock may have been wrong.
        """
        ...

    def plan(self, planned: Sequence[PlannedSlot], *, now: datetime) -> list[Slot]:
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

    def entry(self, which: Slot) -> LedgerEntry | None:
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

    def last(self) -> dict[str, LedgerEntry]:
        """Return for each job its newest slot that has ended."""
        ...

    def failing(self) -> dict[str, FailingJob]:
        """Return what fails of each job whose slots, since the last one that was done, have not all gone well."""
        ...

    def open(self) -> list[LedgerEntry]:
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

    def raise_(self, troubles: Iterable[Condition], *, now: datetime) -> None:
        """Enter troubles of which none with the same key is open."""
        ...

    def reword(self, troubles: Iterable[tuple[int, Condition]]) -> None:
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

    def write(self, *, who: str, action: str, about: str, detail: str, now: datetime) -> AuditEntry:
        """Add a line."""
        ...

    def lines(self) -> list[AuditEntry]:
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


class Erasures(Protocol):
    """Erases for good: people's answers, and what has been kept as long as it may."""

    def sources(self) -> list[str]:
        """Return every source of which responses are stored, also where no YAML knows it any more."""
        ...

    def versions_of(self, source: str, response_ids: Collection[str]) -> list[StoredVersion]:
        """Return every version of these responses, in the order in which they came."""
        ...

    def erase(self, doomed: Mapping[str, Collection[str]], *, why: str, now: datetime) -> Erasure:
        """Erase responses by source with all that holds a word of them, and never store them again.

        All of it is one transaction: versions, corrections, typed chunks, the unsent packs as of a day when one of
        them may have counted; a tombstone for each stays. What is to be erased outside the store is remembered until
        `finish`; what an erasure before has still to do is taken along, and then `why` holds both, with a + between.
        """
        ...

    def unfinished(self) -> Erasure | None:
        """Return the erasure that was begun and has not been finished."""
        ...

    def finish(self, note: str) -> None:
        """Say that everything outside the store was erased as well: the ids are let go.

        Until `scrubbed` the note, which holds none, says that the database's files have still to be written anew.
        """
        ...

    def unscrubbed(self) -> str | None:
        """Return the note of an erasure after which the database's files have still to be written anew."""
        ...

    def scrubbed(self) -> None:
        """Say that they were."""
        ...

    def count(self) -> int:
        """Return how often anything was erased."""
        ...

    def blank_images(self, blank: Callable[[bytes], bytes]) -> None:
        """Replace each image by what `blank` makes of it."""
        ...

    def pack_records(self) -> list[tuple[str, str, int, str]]:
        """Return (authority, month, version, frozen record as JSON) of each pack kept."""
        ...

    def packs_before(self, moment: datetime) -> list[tuple[str, str]]:
        """Return (authority, month) of each pack of which every version was built before the moment."""
        ...

    def drop_before(self, kind: RetentionCategory, moment: datetime) -> int:
        """Erase what is older than the moment and of this kind; return how much."""
        ...

    def count_before(self, kind: RetentionCategory, moment: datetime) -> int:
        """Return how much `drop_before` would erase."""
        ...

    def scrub(self) -> bool:
        """Have nothing that was erased left in the database's files; return whether that is sure.

        On PostgreSQL the right to write a checkpoint may be missing: then it is gone soon, by itself. The server's
        own log of changes and its backups are never touched.
        """
        ...


class Store(Protocol):
    """Keeps everything received, every version of it, and what the flow remembers. One writer at a time."""

    @property
    def ledger(self) -> Ledger:
        """The ledger of slots."""
        ...

    @property
    def alerts(self) -> AlertBook:
        """The alerts."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """Who did what."""
        ...

    @property
    def tombstones(self) -> Tombstones:
        """What was forgotten."""
        ...

    @property
    def erasures(self) -> Erasures:
        """Erasing for good."""
        ...

    def land_responses(
        self, source: str, responses: Iterable[RawResponse], *, received_at: datetime, wake: str = ""
    ) -> LandingResult:
        """Store what is new by (source, response id, last submitted), and ask for the job `wake` if anything was.

        All of it is one transaction. What was forgotten is never stored again.
        """
        ...

    def receive(self, arrivals: Sequence[Arrival], *, received_at: datetime) -> list[IntakeOutcome]:
        """Store what came in by itself, all in one transaction, and ask for what it makes due; return each receipt.

        A new version of a response makes `publish` due, a hint the job that it names. That each source was heard of is
        remembered. What was forgotten is never stored again.
        """
        ...

    def heard(self, source: str) -> datetime | None:
        """Return when something of the source came in by itself last; None where nothing ever did."""
        ...

    def land_sheet(self, source: str, reading: SheetReading, *, received_at: datetime, wake: str = "") -> bool:
        """Store the reading if it differs from the newest one, and ask for the job `wake`; return whether it did."""
        ...

    def versions_after(self, source: str, seq: int) -> list[StoredVersion]:
        """Return all versions of the source's responses with a greater `seq`, in its order."""
        ...

    def response_ids(self, source: str, submitted_from: str = "", *, until_seq: int | None = None) -> set[str]:
        """Return the ids of the source's responses with a version last submitted at that moment or later.

        With `until_seq` only versions up to that number count.
        """
        ...

    def newest_seq(self, source: str) -> int:
        """Return the number of the source's newest version; 0 where there is none."""
        ...

    def newest_versions(self, source: str) -> dict[str, str]:
        """Return when each of the source's responses was last submitted, as far as it is stored, by its id."""
        ...

    def came_between(self, source: str, *, after: datetime, until: datetime) -> int:
        """Return how many responses have a version submitted last after a moment, and stored after it until another."""
        ...

    def newest_sheet(self, source: str) -> SheetReading | None:
        """Return the newest stored reading of a sheet."""
        ...

    def newest_received(self) -> dict[str, datetime]:
        """Return, for each source with anything stored, when the newest thing of it was stored."""
        ...

    def generation(self) -> str:
        """Return something short that changes with every response, reading or correction stored or erased."""
        ...

    def add_corrections(self, corrections: Iterable[Correction]) -> int:
        """Store corrections that differ from the newest one of the same source, key and field; return how many.

        One of a response that was forgotten is not stored.
        """
        ...

    def corrections(self) -> list[Correction]:
        """Return the newest correction of each (source, key, field)."""
        ...

    def chunks(self, source: str, rules: str) -> list[tuple[int, bytes]]:
        """Return the typed chunks kept for these rules as (last seq in it, Arrow bytes), in order."""
        ...

    def save_chunk(  # noqa: PLR0913  # a chunk has so many parts
        self, source: str, rules: str, last_seq: int, body: bytes, *, replaces_all: bool, erasures: int | None = None
    ) -> None:
        """Keep a typed chunk; with `replaces_all`, instead of every chunk of the source (any rules).

        It is not kept where anything was erased since there were so many `erasures`: it may hold what is gone.
        """
        ...

    def first_seen(self, issues: Iterable[tuple[str, str, str, str, str]], *, now: datetime) -> list[datetime]:
        """Return since when each (source, key, field, code, found) has been reported; new ones are now.

        Issues not given are forgotten: when they come back, they are new.
        """
        ...

    def recall(self, name: str) -> str | None:
        """Return what was remembered under the name."""
        ...

    def remember(self, name: str, value: str) -> None:
        """Remember a short text under the name."""
        ...

    def exchange(self, name: str, before: str | None, after: str) -> bool:
        """Remember a text under the name, if what was remembered is still `before`; of several at once, one does."""
        ...

    def image(self, name: str) -> bytes | None:
        """Return the image kept under the name."""
        ...

    def keep_image(self, name: str, body: bytes) -> None:
        """Keep an image of something written elsewhere, instead of the one before."""
        ...

    def record_run(self, job: str, *, started_at: datetime, ended_at: datetime, outcome: str, note: str) -> None:
        """Write a line into the ledger of runs."""
        ...

    def last_runs(self) -> dict[str, tuple[datetime, str, str]]:
        """Return for each job when it last ended, how, and its note."""
        ...

    def save_pack(self, authority: str, month: str, digest: str, body: str, *, built_at: datetime) -> int:
        """Keep a pack's frozen figures; return its version, the old one if the digest is that of the newest."""
        ...

    def packs(self) -> list[tuple[str, str, int, str, datetime, datetime | None]]:
        """Return (authority, month, version, digest, built at, mailed at) of each pack kept, in order."""
        ...

    def claim_delivery(self, authority: str, month: str, version: int, recipient: str, message_id: str) -> bool:
        """Claim a mail before it is sent; False where this recipient was sent, or may have been sent, another."""
        ...

    def confirm_delivery(self, message_id: str, *, sent_at: datetime) -> None:
        """Say that a claimed mail was handed over."""
        ...

    def unconfirmed_deliveries(self) -> list[tuple[str, str, int, str]]:
        """Return (authority, month, version, message id) of each mail that was claimed and never confirmed."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
