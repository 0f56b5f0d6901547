"""What the service remembers between runs: each key once, with its type and how it is written.

`store.state.bookmark("pulse").get()` gives what was remembered, None where nothing was. What is worked out of answers
lies in `derived`; what is known of the last alerts' mail in `alerts`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
from sqlalchemy import bindparam, delete, insert, select, update

from config.schema.fields import DetectedRewording
from integration.adapters.clock import as_datetime, write_moment
from integration.adapters.store.tables import memories
from integration.model import (
    Channel,
    ClockJump,
    ClockSight,
    CountingFiles,
    EarlierPublications,
    Erasure,
    Expiry,
    KeptLosses,
    KnownTab,
    OtherClock,
    Question,
    Section,
    UnreadableResponse,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from integration.adapters.store.store import Database

T = TypeVar("T")

# Made once: making a statement costs more than running it.
_SELECT = select(memories.c.value).where(memories.c.name == bindparam("called"))
_UPDATE = update(memories).where(memories.c.name == bindparam("called")).values(value=bindparam("now"))
_DELETE = delete(memories).where(memories.c.name == bindparam("called"))


class Remembered(Generic[T]):
    """One value under its name. Methods ending in `_within` take part in a transaction that has begun."""

    def __init__(self, database: Database, name: str, read: Callable[[str], T], write: Callable[[T], str]) -> None:
        self._database = database
        self._name = name
        self._read = read
        self._write = write

    def get(self) -> T | None:
        """Return what is remembered; None where nothing is."""
        with self._database.reading() as connection:
            return self.get_within(connection)

    def set(self, value: T) -> None:
        """Remember the value instead of the one before; nothing is written where it is the same."""
        with self._database.reading() as connection:
            before = connection.execute(_SELECT, {"called": self._name}).scalar()
        if before != self._write(value):
            with self._database.writing() as connection:
                self.set_within(connection, value)

    def exchange(self, before: T | None, after: T) -> bool:
        """Remember a value if what is remembered is still `before`; of several callers at once, one succeeds."""
        with self._database.writing() as connection:
            if self.get_within(connection) != before:
                return False
            self.set_within(connection, after)
            return True

    def get_within(self, connection: Connection) -> T | None:
        """Return what is remembered."""
        value: str | None = connection.execute(_SELECT, {"called": self._name}).scalar()
        return None if value is None else self._read(value)

    def set_within(self, connection: Connection, value: T) -> None:
        """Remember the value instead of the one before."""
        text = self._write(value)
        if not connection.execute(_UPDATE, {"called": self._name, "now": text}).rowcount:
            connection.execute(insert(memories), {"name": self._name, "value": text})

    def drop_within(self, connection: Connection) -> None:
        """Forget the value."""
        connection.execute(_DELETE, {"called": self._name})


_CARRIED_OVER = {
    "attention", "exposed figures", "published as of", "counted by", "losses", "publications",
    "clock.seen", "clock.jumps", "clock.others", "clock.days", "retention.ran",
    "watches", "channels", "expiries", "heartbeat", "google.tabs.", "heard.", "reconciled.", "notices.",
    "gone.", "questions.", "sections.", "reworded.", "unreadable.",
    "erasing", "scrubbing",
}  # fmt: skip
"""What a restore takes over from the store that it replaces: what is open outside, what people confirmed or were told,
when a form was first seen to have changed, and what an erasure has still to do."""
_WORKED_OUT = {
    "key", "erasures", "corrections.seen", "published", "summary.", "pack.", "rendered.",
    "bookmark.", "fingerprint.", "looked.", "moved",
}  # fmt: skip
"""What it does not: the key, counts, and how far a source was read, which go with the rows; and what vouches for files
that were made of them."""


def is_carried_over(name: str) -> bool:
    """Return whether a restore takes the key over. A test knows that each key is one or the other."""
    return any(name == each or (each.endswith(".") and name.startswith(each)) for each in _CARRIED_OVER)


class State:
    """Every key. The names and encodings are what stores of earlier releases hold: they stay as they are."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.key_check = self._text("key")
        """A digest of the key of the codes' hash: it tells whether another key is in use."""
        self.corrections_read = self._text("corrections.seen")
        """The fingerprint of the published tabs when corrections were last read from them."""
        self.moved_to = self._text("moved")
        """The file into which all of this database was carried over, and which counts since then."""
        self.published = self._text("published")
        """The fingerprints of what was last published, and of the tabs after that."""
        self.attention = Remembered(database, "attention", int, str)
        """How many rows needed attention when tabs were last published."""
        self.exposed_figures = Remembered(database, "exposed figures", _reader(dict[str, list[str]]), _write_compact)
        """The hidden figures that followed from what stood when leaders were last shown any, by authority."""
        self.reporting_date = Remembered(database, "published as of", date.fromisoformat, date.isoformat)
        """The day as of which tabs were last published."""
        self.counted_by = Remembered(database, "counted by", _reader(CountingFiles), _write_compact)
        """The YAML by which everything counted that is to count: what counts no more is found by it."""
        self.losses = Remembered(database, "losses", _reader(KeptLosses), _write_compact)
        """What counts no more since the YAML changed."""
        self.earlier_publications = Remembered(database, "publications", _reader(EarlierPublications), _write_compact)
        """That what was published before it was kept is taken in, and what could not be."""
        self.watches: Remembered[dict[str, str]] = Remembered(database, "watches", json.loads, json.dumps)
        """The id of each watch of a form since which nothing can have been missed, by the form's key."""
        self.channels = Remembered(database, "channels", _reader(tuple[Channel, ...]), _write_channels)
        """The channels about spreadsheets that may still be open."""
        self.expiries = Remembered(database, "expiries", _read_expiries, _write_expiries)
        """What ends and when, as it was last asked of Google."""
        self.heartbeat_at = Remembered(database, "heartbeat", datetime.fromisoformat, datetime.isoformat)
        """When a heartbeat was last sent to the outside monitor."""
        self.clock_sight = Remembered(database, "clock.seen", _reader(ClockSight), _write_compact)
        """What the clock showed when jobs were planned last, to the minute."""
        self.clock_jumps = Remembered(database, "clock.jumps", _reader(tuple[ClockJump, ...]), _write_compact)
        """The last times at which the clock jumped, the oldest first."""
        self.other_clocks = Remembered(database, "clock.others", _reader(dict[str, OtherClock]), _write_compact)
        """The clocks that were clearly different from ours when they were last seen, by whose they are."""
        self.days_ahead = Remembered(database, "clock.days", _reader(dict[str, date]), _write_compact)
        """Of each reworded question whose day was still to come when the clock went back, the day on which it did."""
        self.retention_ran = Remembered(database, "retention.ran", _reader(dict[str, datetime]), _write_compact)
        """When the job retention last did what was due, by what is kept."""
        self.unfinished_erasure = Remembered(database, "erasing", _reader(Erasure), _write_compact)
        """What was erased from the store, and has still to be erased outside it."""
        self.vacuum_note = self._text("scrubbing")
        """The note of an erasure after which only the database's files have still to be written anew."""
        self.erasure_count = Remembered(database, "erasures", int, str)
        """How often anything was erased on which figures may rest."""

    def bookmark(self, source: str) -> Remembered[str]:
        """Remember what the form's source wants to be handed at the next reading."""
        return self._text(f"bookmark.{source}")

    def fingerprint(self, source: str) -> Remembered[str]:
        """Remember the form's fingerprint at its last reading."""
        return self._text(f"fingerprint.{source}")

    def newest_seq_read(self, source: str) -> Remembered[int]:
        """Remember the number of the form's newest version when all of its answers were read last."""
        return Remembered(self._database, f"looked.{source}", int, str)

    def gone_responses(self, source: str) -> Remembered[frozenset[str]]:
        """Remember the ids of stored responses that were missing when all of the form's answers were read last."""
        name = f"gone.{source}"
        return Remembered(
            self._database, name, lambda text: frozenset(json.loads(text)), lambda ids: json.dumps(sorted(ids))
        )

    def unreadable_responses(self, source: str) -> Remembered[tuple[UnreadableResponse, ...]]:
        """Remember the form's responses that are there but could not be read, with what is wrong with each."""
        name = f"unreadable.{source}"
        return Remembered(self._database, name, _reader(tuple[UnreadableResponse, ...]), _write_compact)

    def questions(self, source: str) -> Remembered[tuple[Question, ...]]:
        """Remember the form's questions as they were last read: their ids and titles."""
        return Remembered(
            self._database,
            f"questions.{source}",
            lambda text: tuple(Question(*each) for each in json.loads(text)),
            lambda questions: json.dumps([(each.question_id, each.title) for each in questions]),
        )

    def sections(self, source: str) -> Remembered[tuple[Section, ...]]:
        """Remember the form's sections as they were last read, with which options lead where."""
        return Remembered(self._database, f"sections.{source}", _reader(tuple[Section, ...]), _write_compact)

    def rewordings(self, source: str) -> Remembered[tuple[DetectedRewording, ...]]:
        """Remember every change of the form's words that a reading has found."""
        return Remembered(self._database, f"reworded.{source}", _read_rewordings, _write_rewordings)

    def notices(self, source: str) -> Remembered[tuple[str, ...]]:
        """Remember what a person should know of the source; `key`, `retention` and `corrections` stand beside those."""
        return Remembered(self._database, f"notices.{source}", lambda text: tuple(json.loads(text)), _write_json)

    def received_by_webhook_at(self, source: str) -> Remembered[datetime]:
        """Remember when a webhook last brought an answer, or a hint, of the source."""
        return Remembered(self._database, f"heard.{source}", as_datetime, write_moment)

    def reconciled(self, form: str) -> Remembered[dict[str, Any]]:
        """Remember the counts of the form's last reconciliation, `at` which moment (ISO text), and who holds it."""
        return Remembered(self._database, f"reconciled.{form}", json.loads, json.dumps)

    def known_tabs(self, spreadsheet_id: str) -> Remembered[dict[str, KnownTab]]:
        """Remember the tabs of a Google spreadsheet as they were last read, by the names asked for."""
        name = f"google.tabs.{spreadsheet_id}"
        return Remembered(self._database, name, _reader(dict[str, KnownTab]), _write_compact)

    def summary(self, authority: str) -> Remembered[str]:
        """Remember the fingerprint of the authority's summary as it was last written."""
        return self._text(f"summary.{authority}")

    def pack(self, month: str, authority: str) -> Remembered[str]:
        """Remember the fingerprint of all that the pack was last built from, and of its files."""
        return self._text(f"pack.{month}.{authority}")

    def rendered_pack(self, month: str, authority: str) -> Remembered[str]:
        """Remember the fingerprint of the pack's content as it was last rendered, and of its files."""
        return self._text(f"rendered.{month}.{authority}")

    @staticmethod
    def heard_of_within(connection: Connection) -> tuple[str, ...]:
        """Return the forms of which a webhook ever brought anything, in a transaction that has begun."""
        query = select(memories.c.name).where(memories.c.name.startswith("heard.", autoescape=True))
        return tuple(sorted(name.removeprefix("heard.") for name in connection.execute(query).scalars()))

    def _text(self, name: str) -> Remembered[str]:
        return Remembered(self._database, name, str, str)


def _reader(kind: type[T]) -> Callable[[str], T]:
    return lambda text: msgspec.json.decode(text, type=kind)


def _write_compact(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _write_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _write_channels(channels: Sequence[Channel]) -> str:
    return json.dumps(
        [{**asdict(each), "since": each.since.isoformat(), "until": each.until.isoformat()} for each in channels]
    )


def _read_rewordings(text: str) -> tuple[DetectedRewording, ...]:
    rows = json.loads(text)
    return tuple(DetectedRewording(field, was, now, date.fromisoformat(on), read) for field, was, now, on, read in rows)


def _write_rewordings(rewordings: Sequence[DetectedRewording]) -> str:
    return _write_json([(each.field, each.was, each.now, each.on.isoformat(), each.was_read) for each in rewordings])


def _read_expiries(text: str) -> tuple[Expiry, ...]:
    return tuple(
        Expiry(
            what=each["what"],
            until=datetime.fromisoformat(each["until"]) if each["until"] else None,
            advice=each["to_do"],
            warn_before=timedelta(seconds=each["early"]) if each["early"] else None,
        )
        for each in json.loads(text)
    )


def _write_expiries(expiries: Sequence[Expiry]) -> str:
    return _write_json(
        [
            {
                "what": each.what,
                "until": each.until.isoformat() if each.until else None,
                "to_do": each.advice,
                "early": each.warn_before.total_seconds() if each.warn_before else None,
            }
            for each in expiries
        ]
    )
