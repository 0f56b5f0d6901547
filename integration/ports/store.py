"""What the flow asks of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from integration.model import Arrival, Correction, Landed, RawResponse, Receipt, SheetReading, StoredVersion
    from integration.ports.books import AlertBook, AuditTrail, Ledger, Tombstones
    from integration.ports.erasures import Erasures


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
    ) -> Landed:
        """Store what is new by (source, response id, last submitted), and ask for the job `wake` if anything was.

        All of it is one transaction. What was forgotten is never stored again.
        """
        ...

    def receive(self, arrivals: Sequence[Arrival], *, received_at: datetime) -> list[Receipt]:
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
