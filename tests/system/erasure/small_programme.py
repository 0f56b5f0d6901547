"""A small programme in a folder, with a person whose words occur nowhere else; and every byte of a home folder."""

from __future__ import annotations

import email
import json
import shutil
import sqlite3
import zipfile
import zlib
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email import policy
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from config.loading.load import load_settings
from integration.adapters.clock import FixedClock
from integration.model import Correction
from integration.operations.job_runs import run_exclusively
from integration.operations.packs import build_pack
from integration.operations.personal_data.forget import forget
from integration.operations.personal_data.receipts import ErasureReport
from integration.operations.pipeline import Pipeline
from integration.operations.publish import publish
from integration.operations.sync import run_sync, sync
from integration.wiring import Service
from tests.system.commands import SAMPLE
from tests.system.google.story import questions, small_config

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

AS_OF = date(2021, 10, 5)
NOW = datetime(2021, 10, 5, 9, tzinfo=UTC)
KEY = b"a key of the tests, long enough"
CODE = "QX07"
PHRASES = {
    "the first version": "marmalade unicorn",
    "an edit": "velvet cyclone",
    "another field": "tungsten meadow",
    "what could not be read": "ninety lanterns",
    "another answer of the same code": "paper thunderstorm",
    "a correction": "crimson paperclip",
    "a correction of a correction": "silver walnut",
    "a correction that is not taken up yet": "lavender anvil",
}
MINE = ("mine-1", "mine-2")


@dataclass(frozen=True)
class SmallProgramme:
    """A home folder, the folder that is read, and the configuration; `now` is what the clock says."""

    home: Path
    data: Path
    config: Path
    now: datetime = NOW
    database_url: str | None = None

    def service(self) -> Service:
        """Return the service; the caller closes it."""
        return Service(
            settings=load_settings(self.config), home=self.home, data=self.data, key=KEY, clock=FixedClock(self.now),
            database_url=self.database_url,
        )  # fmt: skip

    def later(self, **ago: int) -> SmallProgramme:
        """Return the same at a later time."""
        return replace(self, now=self.now + timedelta(**ago))

    def save(self, form: str, responses: list[dict[str, Any]]) -> None:
        """Let the form have just these responses."""
        path = self.data / "forms" / form / "responses.json"
        path.write_text(json.dumps({"responses": responses}), encoding="utf-8")

    def answer(self, form: str, response_id: str, at: str, *, edited: str = "", **said: str) -> dict[str, Any]:
        """Return a response; `said` are the answers by the names of the fields."""
        ids = questions(self.config / "forms" / f"{form}.yaml")
        answers = {
            ids[name]: {"questionId": ids[name], "textAnswers": {"answers": [{"value": value}]}}
            for name, value in said.items()
        }
        return {"responseId": response_id, "createTime": at, "lastSubmittedTime": edited or at, "answers": answers}

    def run(self, *, pack: bool = True) -> None:
        """Sync, publish, and build the month's packs; nothing is mailed."""
        service = self.service()
        try:
            run_sync(service)
            publish_now = partial(publish, service, as_of=AS_OF, pipeline=Pipeline(service), on_step=quiet)
            run_exclusively(service, "publish", publish_now)
            if pack:
                self._pack(service)
        finally:
            service.close()

    def forget(self, *, response: str = "", code: str = "", form: str = "") -> ErasureReport:
        """Forget a person."""
        service = self.service()
        try:
            done = run_exclusively(
                service, "forget", lambda: forget(service, response=response, code=code, form=form, on_step=quiet)
            )
            assert isinstance(done, ErasureReport)
            return done
        finally:
            service.close()

    def correct(self, *typed: tuple[str, str, str, str]) -> None:
        """Store corrections of (source, key, field, value)."""
        service = self.service()
        service.store.corrections.add(
            Correction(source, key, field, value, seen_at=self.now.isoformat()) for source, key, field, value in typed
        )
        service.close()

    def back_up(self, name: str) -> Path:
        """Copy the store as it stands now into the folder of backups."""
        path = self.home / "backups" / name
        path.parent.mkdir(exist_ok=True)
        with closing(sqlite3.connect(self.home / "crescendo.db")) as own, closing(sqlite3.connect(path)) as copy:
            own.backup(copy)
        return path

    def pack(self) -> None:
        """Build the month's packs; nothing is mailed."""
        service = self.service()
        self._pack(service)
        service.close()

    def _pack(self, service: Service) -> None:
        for authority in service.settings.programme.authorities:
            run_exclusively(
                service, "pack",
                partial(
                    build_pack, service, authority=authority, month=f"{AS_OF:%Y-%m}", reporting_date=AS_OF,
                    pipeline=Pipeline(service), on_step=quiet,
                ),
            )  # fmt: skip


def quiet(_: str) -> None:
    """Say nothing of the steps."""


def make_programme(folder: Path, *, database_url: str | None = None) -> SmallProgramme:
    """Return a programme in which nobody has answered yet."""
    config, data = small_config(folder / "config"), folder / "data"
    shutil.copytree(SAMPLE / "sheets", data / "sheets")
    made = SmallProgramme(folder / "home", data, config, database_url=database_url)
    for form in ("pulse", "families"):
        (data / "forms" / form).mkdir(parents=True)
        shutil.copy(SAMPLE / "forms" / form / "form.json", data / "forms" / form)
        made.save(form, [])
    return made


def others(programme: SmallProgramme, count: int = 14) -> list[dict[str, Any]]:
    """Return answers of other people, enough of them that figures are shown."""
    answers = ("Agree", "Strongly agree", "Disagree")
    return [
        programme.answer(
            "pulse", f"other-{number}", f"2021-09-{7 + number % 20:02}T10:00:00Z", team=("Elm", "Rowan")[number % 2],
            code=f"AB{number:02}", ownership=answers[number % 3], going_well=f"what others say {number}",
        )
        for number in range(count)
    ]  # fmt: skip


def make_synced_programme(folder: Path) -> SmallProgramme:
    """Return a programme of which the answers of this person and three others are stored."""
    programme = make_programme(folder)
    programme.save("pulse", [*others(programme, 3), *mine(programme, edited=False)])
    service = programme.service()
    sync(service, on_step=quiet)
    service.close()
    return programme


def mine(programme: SmallProgramme, *, edited: bool) -> list[dict[str, Any]]:
    """Return this person's answers, as they were at first or after an edit."""
    first = programme.answer(
        "pulse", MINE[0], "2021-09-14T10:00:00Z", edited="2021-09-15T10:00:00Z" if edited else "", team="Elm",
        code=" qx 07", ownership="Agree", hours_total=PHRASES["what could not be read"],
        going_well=PHRASES["an edit"] if edited else PHRASES["the first version"], in_the_way=PHRASES["another field"],
    )  # fmt: skip
    second = programme.answer(
        "pulse", MINE[1], "2021-09-28T10:00:00Z", team="Elm", code="QX07", ownership="Disagree",
        hours_direct="quite a few", going_well=PHRASES["another answer of the same code"],
    )  # fmt: skip
    return [first, second]


def fill(programme: SmallProgramme) -> None:
    """Let everybody answer, one person twice with an edit and corrections; publish, and back up in between."""
    programme.save("pulse", [*others(programme), *mine(programme, edited=False)])
    programme.run(pack=False)
    if programme.database_url is None:
        programme.back_up("crescendo-old.db")
    programme.save("pulse", [*others(programme), *mine(programme, edited=True)])
    programme.correct(("pulse", MINE[0], "going_well", PHRASES["a correction"]))
    programme.correct(
        ("pulse", MINE[0], "going_well", PHRASES["a correction of a correction"]), ("pulse", MINE[0], "code", CODE)
    )
    programme.run(pack=False)
    if programme.database_url is None:
        programme.back_up("crescendo-new.db")


def find_phrases(home: Path, words: Mapping[str, str] = PHRASES) -> dict[str, set[str]]:
    """Return, for each phrase that is found under the home folder, where; workbooks, mails and tables are opened."""
    found: dict[str, set[str]] = {}
    for place, content in read_every_file(home):
        for what, phrase in words.items():
            if phrase.encode() in content:
                found.setdefault(what, set()).add(place)
    return found


def read_every_file(home: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file's bytes, and what is packed inside."""
    for path in sorted(home.rglob("*")):
        if path.is_file():
            name = path.relative_to(home).as_posix()
            yield name, path.read_bytes()
            yield from ((name, inside) for inside in _inside(path))


def _inside(path: Path) -> Iterator[bytes]:
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            yield from (book.read(member) for member in book.namelist())
    elif path.suffix == ".eml":
        message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        parts = (part.get_payload(decode=True) for part in message.walk() if not part.is_multipart())
        yield from (part for part in parts if isinstance(part, bytes))
    elif path.suffix == ".db":
        with closing(sqlite3.connect(path)) as connection:
            yield from (unpacked_image(body) for (body,) in connection.execute("SELECT body FROM images"))
            yield from (unpacked_chunk(body) for (body,) in connection.execute("SELECT body FROM chunks"))


def unpacked_image(body: bytes) -> bytes:
    """Return an image's cells."""
    return zlib.decompress(body) if body else b""


def unpacked_chunk(body: bytes) -> bytes:
    """Return a typed chunk's values as text."""
    return repr(pa.ipc.open_stream(body).read_all().to_pylist()).encode()
