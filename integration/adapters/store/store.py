"""The store: what `ports.Store` promises, kept in one database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from integration.adapters.clock import as_datetime, as_datetime_or_none, write_moment
from integration.adapters.store import (
    chunk,
    correction,
    delivery,
    erasure,
    image,
    intake,
    issue,
    memory,
    pack,
    response,
    run,
    sheet_reading,
    tables,
)
from integration.adapters.store.books import SqlAlerts, SqlAudit, SqlLedger, SqlTombstones
from integration.adapters.store.database import Database
from integration.adapters.store.erasures import SqlErasures
from integration.adapters.store.migrate import bring_up_to_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from integration.adapters.store.books import Queue
    from integration.model import (
        Arrival,
        Correction,
        IntakeOutcome,
        LandingResult,
        RawResponse,
        SheetReading,
        StoredVersion,
    )


def open_store(url: str, queue: Queue | None = None) -> SqlStore:
    """Open the store at an SQLAlchemy URL, made or brought up to date. Raises StoreError or BusyError.

    `queue` is where slots go that are to be run, in the transaction that enters them.
    """
    return SqlStore(url, queue)


class SqlStore:
    """Keeps everything received in SQLite, or in PostgreSQL; obeys `ports.Store`.

    Each method is one transaction: when it returns, what it wrote is on disk. Threads may share a store, they
    wait for each other; an iterable that is handed in must not read from the store itself.
    """

    def __init__(self, url: str, queue: Queue | None = None) -> None:
        self._database = Database(url)
        self.ledger = SqlLedger(self._database, queue)
        self.alerts = SqlAlerts(self._database)
        self.audit = SqlAudit(self._database)
        self.tombstones = SqlTombstones(self._database)
        self.erasures = SqlErasures(self._database)
        try:
            bring_up_to_date(self._database)
            if queue:
                with self._database.writing() as connection:
                    queue.prepare(connection)
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    # --- what was received --------------------------------------------------------------------------------

    def land_responses(
        self, source: str, responses: Iterable[RawResponse], *, received_at: datetime, wake: str = ""
    ) -> LandingResult:
        """Store what is new by (source, response id, last submitted), and ask for the job `wake` if anything was.

        All of it is one transaction. What was forgotten is never stored again.
        """
        with self._database.writing() as connection:
            landed = response.land(connection, source, responses, write_moment(received_at))
            if wake and landed.new:
                self.ledger.ask_within(connection, wake, received_at)
            return landed

    def receive(self, arrivals: Sequence[Arrival], *, received_at: datetime) -> list[IntakeOutcome]:
        """Store what came in by itself, all in one transaction, and ask for what it makes due; return each receipt.

        That each source was heard of is remembered.
        """
        with self._database.writing() as connection:
            receipts, due = intake.receive(connection, arrivals, write_moment(received_at))
            for job in due:
                self.ledger.ask_within(connection, job, received_at)
            return receipts

    def heard(self, source: str) -> datetime | None:
        """Return when something of the source came in by itself last; None where nothing ever did."""
        return as_datetime_or_none(self.recall(intake.heard_of(source)))

    def land_sheet(self, source: str, reading: SheetReading, *, received_at: datetime, wake: str = "") -> bool:
        """Store the reading if it differs from the newest one, and ask for the job `wake`; return whether it did."""
        with self._database.writing() as connection:
            is_new = sheet_reading.land(connection, source, reading, write_moment(received_at))
            if wake and is_new:
                self.ledger.ask_within(connection, wake, received_at)
            return is_new

    def versions_after(self, source: str, seq: int) -> list[StoredVersion]:
        """Return all versions of the source's responses with a greater `seq`, in its order."""
        with self._database.reading() as connection:
            return response.after(connection, source, seq)

    def response_ids(self, source: str, submitted_from: str = "", *, until_seq: int | None = None) -> set[str]:
        """Return the ids of the source's responses with a version last submitted at that moment or later.

        With `until_seq` only versions up to that number count.
        """
        with self._database.reading() as connection:
            return response.ids(connection, source, submitted_from, until_seq)

    def newest_seq(self, source: str) -> int:
        """Return the number of the source's newest version; 0 where there is none."""
        with self._database.reading() as connection:
            return response.newest_seq(connection, source)

    def newest_versions(self, source: str) -> dict[str, str]:
        """Return when each of the source's responses was last submitted, as far as it is stored, by its id."""
        with self._database.reading() as connection:
            return response.newest_versions(connection, source)

    def came_between(self, source: str, *, after: datetime, until: datetime) -> int:
        """Return how many responses have a version submitted last after a moment, and stored after it until another."""
        with self._database.reading() as connection:
            return response.came_between(connection, source, write_moment(after), write_moment(until))

    def newest_sheet(self, source: str) -> SheetReading | None:
        """Return the newest stored reading of a sheet."""
        with self._database.reading() as connection:
            return sheet_reading.newest(connection, source)

    def newest_received(self) -> dict[str, datetime]:
        """Return, for each source with anything stored, when the newest thing of it was stored."""
        with self._database.reading() as connection:
            found = [*response.newest_received(connection).items(), *sheet_reading.newest_received(connection).items()]
        newest: dict[str, str] = {}
        for source, moment in found:
            newest[source] = max(moment, newest.get(source, ""))
        return {source: as_datetime(moment) for source, moment in newest.items()}

    def generation(self) -> str:
        """Return something short that changes with every response, reading or correction stored or erased."""
        growing = (tables.responses, tables.readings, tables.corrections)
        query = select(*(select(func.max(table.c.seq)).scalar_subquery() for table in growing))
        with self._database.reading() as connection:
            newest = connection.execute(query).one()
            return "-".join(str(number or 0) for number in (*newest, erasure.count(connection)))

    # --- what people typed --------------------------------------------------------------------------------

    def add_corrections(self, corrections: Iterable[Correction]) -> int:
        """Store corrections that differ from the newest one of the same place; return how many."""
        listed = list(corrections)
        if not listed:
            return 0
        with self._database.writing() as connection:
            return correction.add(connection, listed)

    def corrections(self) -> list[Correction]:
        """Return the newest correction of each (source, key, field)."""
        with self._database.reading() as connection:
            return correction.newest(connection)

    # --- what the flow remembers --------------------------------------------------------------------------

    def chunks(self, source: str, rules: str) -> list[tuple[int, bytes]]:
        """Return the typed chunks kept for these rules as (last seq in it, Arrow bytes), in order."""
        with self._database.reading() as connection:
            return chunk.kept(connection, source, rules)

    def save_chunk(  # noqa: PLR0913  # a chunk has so many parts
        self, source: str, rules: str, last_seq: int, body: bytes, *, replaces_all: bool, erasures: int | None = None
    ) -> None:
        """Keep a typed chunk; with `replaces_all`, instead of every chunk of the source (any rules).

        It is not kept where anything was erased since there were so many `erasures`.
        """
        with self._database.writing() as connection:
            chunk.save(connection, source, rules, last_seq=last_seq, body=body, alone=replaces_all, erasures=erasures)

    def first_seen(self, issues: Iterable[tuple[str, str, str, str, str]], *, now: datetime) -> list[datetime]:
        """Return since when each (source, key, field, code, found) has been reported; new ones are now.

        Issues not given are forgotten: when they come back, they are new.
        """
        digests = [issue.digest(reported) for reported in issues]
        with self._database.writing() as connection:
            since = issue.update(connection, digests, write_moment(now))
        return [as_datetime(since[digest]) for digest in digests]

    def recall(self, name: str) -> str | None:
        """Return what was remembered under the name."""
        with self._database.reading() as connection:
            return memory.recall(connection, name)

    def remember(self, name: str, value: str) -> None:
        """Remember a short text under the name."""
        if self.recall(name) != value:
            with self._database.writing() as connection:
                memory.remember(connection, name, value)

    def exchange(self, name: str, before: str | None, after: str) -> bool:
        """Remember a text under the name, if what was remembered is still `before`; of several at once, one does."""
        with self._database.writing() as connection:
            return memory.exchange(connection, name, before, after)

    def image(self, name: str) -> bytes | None:
        """Return the image kept under the name."""
        with self._database.reading() as connection:
            return image.kept(connection, name)

    def keep_image(self, name: str, body: bytes) -> None:
        """Keep an image of something written elsewhere, instead of the one before."""
        with self._database.writing() as connection:
            image.keep(connection, name, body)

    def record_run(self, job: str, *, started_at: datetime, ended_at: datetime, outcome: str, note: str) -> None:
        """Write a line into the ledger of runs."""
        with self._database.writing() as connection:
            run.record(connection, job, started_at=started_at, ended_at=ended_at, outcome=outcome, note=note)

    def last_runs(self) -> dict[str, tuple[datetime, str, str]]:
        """Return for each job when it last ended, how, and its note."""
        with self._database.reading() as connection:
            return run.last(connection)

    # --- packs and their mails ----------------------------------------------------------------------------

    def save_pack(self, authority: str, month: str, digest: str, body: str, *, built_at: datetime) -> int:
        """Keep a pack's frozen figures; return its version, the old one if the digest is that of the newest."""
        with self._database.writing() as connection:
            built = write_moment(built_at)
            return pack.save(connection, authority, month, digest=digest, body=body, built_at=built)

    def packs(self) -> list[tuple[str, str, int, str, datetime, datetime | None]]:
        """Return (authority, month, version, digest, built at, mailed at) of each pack kept, in order."""
        with self._database.reading() as connection:
            return pack.kept(connection)

    def claim_delivery(self, authority: str, month: str, version: int, recipient: str, message_id: str) -> bool:
        """Claim a mail before it is sent; False where this recipient was sent this month's pack already."""
        with self._database.writing() as connection:
            return delivery.claim(
                connection, authority, month, version=version, recipient=recipient, message_id=message_id
            )

    def confirm_delivery(self, message_id: str, *, sent_at: datetime) -> None:
        """Say that a claimed mail was handed over."""
        with self._database.writing() as connection:
            claimed = delivery.confirm(connection, message_id, write_moment(sent_at))
        if not claimed:
            raise self._database.error(f"has no claim for the mail {message_id}; claim a mail before sending it")

    def unconfirmed_deliveries(self) -> list[tuple[str, str, int, str]]:
        """Return (authority, month, version, message id) of each mail that was claimed and never confirmed."""
        with self._database.reading() as connection:
            return delivery.unconfirmed(connection)
