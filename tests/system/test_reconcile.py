"""Reconcile with a folder of forms, whatever was stored of them before."""

from __future__ import annotations

import json
import shutil
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from config.loading.load import load_settings
from integration.adapters.clock import FixedClock, as_datetime
from integration.adapters.sources.forms_json import parse_response
from integration.model import Arrival, PlannedSlot, Slot
from integration.operations.reconcile import last_counts, reconcile
from integration.operations.sync import current_notices, sync
from integration.wiring import Service, build_service
from jobs.scheduling.runs import run_slot
from tests.example_counts import example_count
from tests.system.commands import PROJECT, SAMPLE
from tests.unit.integration.adapters.store.stored import empty_store
from tests.unit.webhooks.web_app import response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from config.schema import Settings
    from integration.model import FormReading

NIGHT = as_datetime("2022-03-03T04:30:00.000000000Z")
FORMS = ("pulse", "families")
IDS = st.text("abcde", min_size=1, max_size=1)
OLD, NEW = "2022-03-01T10:00:00Z", "2022-03-02T10:00:00Z"


@cache
def shipped_settings() -> Settings:
    return load_settings(PROJECT / "config" / "crescendo")


@contextmanager
def service_in(folder: Path, **changes: float) -> Iterator[Service]:
    """Give a service of two forms that lie in the folder and that nobody has answered yet."""
    shipped = shipped_settings()
    forms = {form: shipped.forms[form].model_copy(update=changes) for form in FORMS}
    for form in FORMS:
        (folder / "forms" / form).mkdir(parents=True)
        shutil.copy(SAMPLE / "forms" / form / "form.json", folder / "forms" / form)
        hold(folder, form)
    empty_store(folder)
    made = build_service(
        settings=shipped.model_copy(update={"forms": forms}), home=folder, data=folder, key="k" * 16,
        clock=FixedClock(NIGHT),
    )  # fmt: skip
    with closing(made):
        yield made


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with service_in(tmp_path, shrink_share=0.5) as made:
        yield made


def hold(folder: Path, form: str, **submitted: str) -> None:
    """Let the folder hold these answers of a form, by their ids, and no other."""
    answers = [response(name, at) for name, at in submitted.items()]
    (folder / "forms" / form / "responses.json").write_text(json.dumps({"responses": answers}), encoding="utf-8")


def store(service: Service, form: str, **submitted: str) -> None:
    answers = [parse_response(json.dumps(response(name, at)).encode()) for name, at in submitted.items()]
    service.store.responses.land(form, answers, received_at=NIGHT)


class Answered:
    """A source of which each form is answered while it is read: the webhook brings it, the reading has it not yet."""

    def __init__(self, service: Service) -> None:
        self._source, self._service = service.source, service

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def read_form(self, source: str, bookmark: str = "") -> FormReading:
        """Do as the source does."""
        reading = self._source.read_form(source, bookmark)
        store(self._service, source, **{f"just-{number}": NEW for number in range(9)})
        return reading


def run(service: Service) -> str:
    """Run the job as the night does; return what its slot says."""
    slot = Slot(NIGHT, "reconcile")
    service.store.ledger.plan([PlannedSlot(slot)], now=NIGHT)
    run_slot(service, slot, by="the night")
    return service.store.ledger.last_ended()["reconcile"].note


def test_what_is_in_the_folder_is_held_against_what_is_stored(service: Service) -> None:
    store(service, "pulse", same=OLD, edited=OLD, deleted=OLD)
    service.store.tombstones.add("pulse", ["erased"], why="forget", now=NIGHT)
    hold(service.home, "pulse", same=OLD, edited=NEW, missing=OLD, erased=OLD)
    note = run(service)
    assert note.splitlines()[0] == (
        "pulse: 4 held by the source, 1 was missing and has been fetched, 1 stood here in an older version, "
        "1 erased here for good, 1 gone from there and still counted"
    )
    assert note.splitlines()[1] == "families: 0 held by the source, 0 were missing"
    assert last_counts(service)["pulse"] == {
        "at": NIGHT.isoformat(), "held_by": "the source",
        "held": 4, "stored": 1, "missing": 1, "outdated": 1, "erased": 1, "gone": 1,
            "unreadable": 0,
    }  # fmt: skip
    assert service.store.responses.ids("pulse") == {"same", "edited", "deleted", "missing"}


@pytest.mark.parametrize("read", [reconcile, sync])
def test_what_the_webhook_brings_while_a_form_is_read_is_not_gone_from_it(
    service: Service, tmp_path: Path, read: Callable[..., Any]
) -> None:
    hold(tmp_path, "pulse", a=OLD)
    vars(service)["source"] = Answered(service)
    result = read(service, on_step=lambda _: None, **({"now": NIGHT} if read is reconcile else {"shard": "form:pulse"}))
    assert result.errors == ()
    assert service.store.state.gone_responses("pulse").get() == frozenset()
    assert len(service.store.responses.ids("pulse")) == 10
    assert all(counted["gone"] == 0 for counted in last_counts(service).values())


@settings(max_examples=example_count(8), deadline=None)
@given(held=st.sets(IDS), stored=st.sets(IDS), erased=st.sets(IDS))
def test_every_answer_that_is_held_is_counted_once(held: set[str], stored: set[str], erased: set[str]) -> None:
    stored -= erased
    assume(not stored or held & stored or not held)  # else it is taken for another form
    with TemporaryDirectory() as folder, service_in(Path(folder), shrink_share=1.0) as service:
        store(service, "pulse", **dict.fromkeys(stored, OLD))
        service.store.tombstones.add("pulse", erased, why="forget", now=NIGHT)
        hold(service.home, "pulse", **dict.fromkeys(held, OLD))
        counted = reconcile(service, now=NIGHT, on_step=lambda _: None).forms["pulse"]
        assert counted.held == len(held & stored) + counted.missing + counted.erased
        assert (counted.erased, counted.gone) == (len(held & erased), len(stored - held))
        assert service.store.responses.ids("pulse") == stored | (held - erased)
        assert reconcile(service, now=NIGHT, on_step=lambda _: None).forms["pulse"].missing == 0


def test_a_form_that_cannot_be_read_is_named_and_the_others_are_counted(service: Service) -> None:
    hold(service.home, "families", missing=OLD)
    (service.home / "forms" / "pulse" / "responses.json").write_text("no JSON", encoding="utf-8")
    note = run(service)
    assert "pulse" in note.splitlines()[0]
    assert note.splitlines()[-1] == "The other forms were counted, and what was missing of them was fetched."
    assert {form: counts["missing"] for form, counts in last_counts(service).items()} == {"families": 1}


def test_where_no_form_can_be_read_nothing_is_said_of_others(service: Service) -> None:
    for form in FORMS:
        (service.home / "forms" / form / "responses.json").write_text("no JSON", encoding="utf-8")
    assert run(service).splitlines()[-1] == "No form was counted."


def test_an_answer_that_a_webhook_brought_is_not_missed_in_a_form_that_shows_it_late(service: Service) -> None:
    """A form's list may not hold yet what its script has brought: that is no loss, and nothing waits for a person."""
    for name in ("first", "second"):
        brought = parse_response(json.dumps(response(name, OLD)).encode())
        service.store.responses.receive([Arrival("pulse", brought)], received_at=NIGHT)
    hold(service.home, "pulse", **{f"r-{number}": OLD for number in range(8)})
    assert "8 were missing and have been fetched" in run(service)
    hold(service.home, "pulse", first=OLD, **{f"r-{number}": OLD for number in range(8)})
    at_last = sync(service, on_step=lambda _: None, shard="form:pulse")
    assert at_last.errors == ()
    assert any("1 answer stored before can no longer be found in the form" in said for said in current_notices(service))


def test_what_was_once_in_a_form_and_is_gone_still_waits_for_a_person(service: Service) -> None:
    hold(service.home, "pulse", **{f"r-{number}": OLD for number in range(8)})
    assert sync(service, on_step=lambda _: None, shard="form:pulse").errors == ()
    for number in range(20):
        brought = parse_response(json.dumps(response(f"late-{number}", OLD)).encode())
        service.store.responses.receive([Arrival("pulse", brought)], received_at=NIGHT)
    hold(service.home, "pulse", **{f"r-{number}": OLD for number in range(3)})
    (refused,) = sync(service, on_step=lambda _: None, shard="form:pulse").errors
    assert "5 of the 8 answers stored before are gone from it" in str(refused)
