"""The protocols between the flow and the outside world; adapters obey them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from integration.model import (
        Correction,
        FormReading,
        Landed,
        Mail,
        RawResponse,
        SheetReading,
        StoredVersion,
        Summary,
        Tab,
    )


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

    def not_configured(self, spreadsheets: Collection[str]) -> tuple[str, ...]:
        """Return a sentence for each form or spreadsheet that is there but stands in no YAML file."""
        ...

    def read_sheets(self, spreadsheet: str, tabs: Sequence[str]) -> Mapping[str, SheetReading]:
        """Read the named tabs of one spreadsheet; a tab that is not there is missing in the answer."""
        ...


class Store(Protocol):
    """Keeps everything received, every version of it, and what the flow remembers. One writer at a time."""

    def land_responses(self, source: str, responses: Iterable[RawResponse], *, received_at: datetime) -> Landed:
        """Store what is new by (source, response id, last submitted); all in one transaction."""
        ...

    def land_sheet(self, source: str, reading: SheetReading, *, received_at: datetime) -> bool:
        """Store the reading if it differs from the newest one; return whether it did."""
        ...

    def versions_after(self, source: str, seq: int) -> list[StoredVersion]:
        """Return all versions of the source's responses with a greater `seq`, in its order."""
        ...

    def response_ids(self, source: str, submitted_from: str = "") -> set[str]:
        """Return the ids of the source's responses with a version last submitted at that moment or later."""
        ...

    def newest_sheet(self, source: str) -> SheetReading | None:
        """Return the newest stored reading of a sheet."""
        ...

    def newest_received(self) -> dict[str, datetime]:
        """Return, for each source with anything stored, when the newest thing of it was stored."""
        ...

    def generation(self) -> str:
        """Return something short that changes with every response, reading or correction stored."""
        ...

    def add_corrections(self, corrections: Iterable[Correction]) -> int:
        """Store corrections that differ from the newest one of the same source, key and field; return how many."""
        ...

    def corrections(self) -> list[Correction]:
        """Return the newest correction of each (source, key, field)."""
        ...

    def chunks(self, source: str, rules: str) -> list[tuple[int, bytes]]:
        """Return the typed chunks kept for these rules as (last seq in it, Arrow bytes), in order."""
        ...

    def save_chunk(self, source: str, rules: str, last_seq: int, body: bytes, *, replaces_all: bool) -> None:
        """Keep a typed chunk; with `replaces_all`, instead of every chunk of the source (any rules)."""
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

    def close(self) -> None:
        """Let go of the file."""
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

    def standing(self, authority: str | None = None) -> str:
        """Return something short that changes whenever the tabs (an authority's summary) were changed by anybody.

        It is "" where that is unknown.
        """
        ...

    def standing_after_writing(self) -> str:
        """Return the standing of the tabs as this just left them; "" where somebody may have typed meanwhile."""
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


class ChartPainter(Protocol):
    """Draws Vega-Lite specifications."""

    def svg(self, spec: Mapping[str, object]) -> str:
        """Draw as SVG text."""
        ...

    def png(self, spec: Mapping[str, object], *, scale: float) -> bytes:
        """Draw as PNG bytes."""
        ...


class PdfMaker(Protocol):
    """Typesets a tagged PDF."""

    def pdf(self, source: str, *, files: Mapping[str, bytes]) -> bytes:
        """Typeset typst source with its pictures and data; PDF/UA-1. Raises RenderError."""
        ...


class Files(Protocol):
    """Writes files under the home folder, each at one stroke."""

    def replace(self, name: str, content: bytes) -> Path:
        """Write a file under the home folder so that a reader sees the old or the new, never a part."""
        ...

    def fingerprint(self, names: Sequence[str]) -> str:
        """Return a short text that changes whenever one of the files is written, moved or made."""
        ...
