"""Plays six months of a programme through the real service, as its jobs do, each ten days after the month's end.

Between the months come the changes that `planning.py` chooses. What leaders have after each publication is kept in a
folder of its own, with data.xlsx, which is the truth. `forget` publishes anew by itself, so it adds a folder.

    python -m tests.disclosure.months NAME OUT && python -m tests.disclosure OUT/published/*
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl

from config.loading.load import load_settings
from integration.adapters.clock import FixedClock
from integration.operations.job_runs import run_exclusively
from integration.operations.packs import build_packs
from integration.operations.personal_data.forget import forget
from integration.operations.pipeline import Pipeline
from integration.operations.publish import run_publish
from integration.operations.sync import run_sync
from integration.periods import last_day_of_month
from integration.wiring import build_service
from tests.disclosure.changes import ChangeKind
from tests.disclosure.planning import plan_changes
from tests.disclosure.programmes import PROGRAMMES, save_responses, write_programme
from tests.disclosure.respondents import load_responses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integration.wiring import Service
    from tests.disclosure.answers import Response
    from tests.disclosure.changes import Change, Plan
    from tests.disclosure.programmes import Programme

KEY = "a key of the audit, long enough"
PUBLISHED_AFTER = timedelta(days=10)
AT = time(9, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What stood there after one publication.

    `folder` holds `summary-*.xlsx` and `packs/`, which leaders have, and `data.xlsx` and `config/`, which they have
    not. `month` is that of the packs that were built last; `on` the day of the publication.
    """

    number: int
    month: str
    on: date
    folder: Path
    after_erasure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """The publications in the order of time, and the truth of what changed in between."""

    programme: Programme
    publications: tuple[Publication, ...]
    changes: tuple[Change, ...]


def publication_days(months: tuple[str, ...]) -> tuple[date, ...]:
    """Return the day on which each month is published."""
    return tuple(last_day_of_month(*map(int, month.split("-"))) + PUBLISHED_AFTER for month in months)


def play_months(programme: Programme, out: Path, *, seed: int = 1, until: int | None = None) -> Played:
    """Play the six months of the programme into the folder, which is not there yet; the same seed plays the same.

    With `until`, only so many months are played; the changes are those of all.

    Charts and PDFs are not drawn: in their place stand the data and the source that they would be drawn from, which is
    quicker, and tells an intruder no less.
    """
    return _Player(programme, out, seed=seed).play(until=until)


class _Player:
    def __init__(self, programme: Programme, out: Path, *, seed: int) -> None:
        self._programme = programme
        self._days = publication_days(programme.months)
        self._plan: Plan = plan_changes(programme, self._days, seed=seed)
        self._responses = load_responses(programme)
        self._written: dict[str, list[Response]] = {}
        self._out = out
        self._home, self._data, self._config = out / "home", out / "data", out / "config"
        self._publications: list[Publication] = []

    def play(self, *, until: int | None) -> Played:
        shutil.copytree(self._programme.config, self._config)
        shutil.copytree(self._programme.data, self._data, ignore=shutil.ignore_patterns("responses.json"))
        for number, month in enumerate(self._programme.months[:until], start=1):
            day = self._days[number - 1]
            if number > 1:
                self._change(after=number - 1)
            self._receive(number, day)
            self._plan.change_yaml(self._config, number)
            self._publish(month, day)
            self._keep(number, month, day)
        return Played(programme=self._programme, publications=tuple(self._publications), changes=self._plan.changes)

    def _change(self, *, after: int) -> None:
        """Let people do what they do between this publication and the next."""
        for change in self._plan.of_kind(ChangeKind.CORRECTED, after=after):
            type_correction(self._home / "data.xlsx", change)
        for change in self._plan.of_kind(ChangeKind.ERASED, after=after):
            self._forget(change)
            self._keep(after, self._programme.months[after - 1], change.happened_on, after_erasure=True)

    def _receive(self, number: int, day: date) -> None:
        now = datetime.combine(day, AT)
        for form, responses in self._responses.items():
            held = self._plan.responses_as_of(form, responses, publication=number, now=now)
            if held != self._written.get(form):
                save_responses(self._data, form, held)
                self._written[form] = held

    def _service(self, day: date) -> Service:
        service = build_service(
            settings=load_settings(self._config), home=self._home, data=self._data, key=KEY,
            clock=FixedClock(datetime.combine(day, AT)), is_demo=True,
        )  # fmt: skip
        service.__dict__.update(charts=DataInstead(), pdf=SourceInstead())
        return service

    def _publish(self, month: str, day: date) -> None:
        service = self._service(day)
        try:
            run_sync(service)
            pipeline = Pipeline(service)
            run_publish(service, as_of=day, pipeline=pipeline)
            build_packs(service, month=month, as_of=day, pipeline=pipeline, mail=True)
        finally:
            service.close()

    def _forget(self, change: Change) -> None:
        service = self._service(change.happened_on)
        erase = partial(forget, service, response=change.response_id, code="", form="", on_step=lambda _: None)
        try:
            run_exclusively(service, "forget", erase)
        finally:
            service.close()

    def _keep(self, number: int, month: str, day: date, *, after_erasure: bool = False) -> None:
        folder = self._out / "published" / f"{number}-{month}{'-after-an-erasure' if after_erasure else ''}"
        folder.mkdir(parents=True)
        for path in (self._home / "data.xlsx", *self._home.glob("summary-*.xlsx")):
            shutil.copyfile(path, folder / path.name)
        shutil.copytree(self._home / "packs", folder / "packs")
        shutil.copytree(self._config, folder / "config")
        self._publications.append(
            Publication(number=number, month=month, on=day, folder=folder, after_erasure=after_erasure)
        )


class DataInstead:
    """Gives what a chart would be drawn from."""

    def draw_svg(self, spec: Mapping[str, object]) -> str:
        """Return the specification with its data."""
        return json.dumps(spec, sort_keys=True)

    def draw_png(self, spec: Mapping[str, object], *, scale: float) -> bytes:
        """Return the same."""
        return json.dumps({**spec, "scale": scale}, sort_keys=True).encode()


class SourceInstead:
    """Gives the source of a document instead of a PDF."""

    def typeset(self, source: str, *, files: Mapping[str, bytes]) -> bytes:
        """Return the source, and after it the files that it names."""
        return b"\n".join([source.encode(), *(f"// {name}\n".encode() + files[name] for name in sorted(files))])


def type_correction(path: Path, change: Change) -> None:
    """Type the right answer into the row of `needs_attention`, and save the workbook."""
    book = openpyxl.load_workbook(path)
    tab = book["needs_attention"]
    headings = [cell.value for cell in tab[1]]
    for row in tab.iter_rows(min_row=2):
        cells = dict(zip(headings, row, strict=True))
        found = (cells["source"].value, cells["key"].value, cells["field"].value)
        if found == (change.form, change.response_id, change.field):
            cells["correction"].value = change.typed
            book.save(path)
            return
    raise ValueError(f"{path}: needs_attention has no row of the answer that is to be corrected.")


def main(arguments: list[str] | None = None) -> int:
    """Play a programme's months, and print what changed in between."""
    parser = argparse.ArgumentParser(prog="python -m tests.disclosure.months", description="Play six months.")
    parser.add_argument("name", choices=PROGRAMMES)
    parser.add_argument("out", type=Path, help="the folder, not there yet; the publications will lie in OUT/published")
    parser.add_argument("--seed", type=int, default=1, help="the same seed changes the same answers")
    parser.add_argument("--until", type=int, help="play only so many months")
    asked = parser.parse_args(arguments)
    programme = write_programme(asked.name, asked.out / "programme")
    for change in play_months(programme, asked.out, seed=asked.seed, until=asked.until).changes:
        print(change)  # noqa: T201  # the command's output
    return 0


if __name__ == "__main__":
    sys.exit(main())
