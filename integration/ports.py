"""The ports to the outside world: each has two implementations, or one and a fake in the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from integration.model import Arrival, FormReading, IntakeOutcome, Mail, SheetReading, Summary, Tab


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
        """Return a short text that changes with the tabs (an authority's summary), also where a person changes them.

        It is "" where that is unknown.
        """
        ...

    def fingerprint_after_writing(self) -> str:
        """Return the fingerprint of the tabs as just written; "" where a person may have typed into them meanwhile."""
        ...

    @property
    def has_unread(self) -> bool:
        """Whether corrections are to be read though the tabs are as they were last read or written."""
        ...

    def read_corrections(self) -> list[tuple[str, str, str, str]]:
        """Return (source, key, field, value) for each `correction` a person typed since the last writing.

        The oldest comes first. Raises BeingSavedError where a person saves just now.
        """
        ...

    def confirm_corrections(self) -> None:
        """Say that every correction that was read is stored: what was kept for its sake may go."""
        ...

    def write_tabs(self, tabs: Sequence[Tab], *, read: str = "") -> bool:
        """Replace all tabs at one stroke; return whether anything was written.

        `read` is the fingerprint of the tabs of which all corrections are stored, where it is known. Raises
        BeingSavedError where a person has changed them since: read the corrections, then call it again.
        """
        ...

    def write_summary(self, summary: Summary) -> bool:
        """Replace the leaders' summary of one authority at one stroke."""
        ...

    def read_summary(self, authority: str) -> Mapping[str, Sequence[Sequence[object]]]:
        """Return the rows of each sheet of an authority's summary, as far as it is known as it was written last.

        Raises SourceError, AccessError or PublishError where it is not there or cannot be read, ExternalServiceError
        where trying again later helps.
        """
        ...


class Mailer(Protocol):
    """Hands mail over: to a folder, or to a mail server."""

    def send(self, mail: Mail) -> str:
        """Hand one mail over; return where it went, in words. The same message id may be sent again safely."""
        ...


class Typesetter(Protocol):
    """Makes PDF of a document's source."""

    def typeset(self, source: str, *, files: Mapping[str, bytes]) -> bytes:
        """Typeset the source; `files` are the pictures that it names. The same input gives the same bytes.

        Raises RenderError.
        """
        ...
