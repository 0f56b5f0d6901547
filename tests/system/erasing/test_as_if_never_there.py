"""Forgetting leaves what would be published of a store that never had these answers; and a plug may be pulled."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integration.adapters.sources.workbook import read_workbook
from integration.adapters.sources.workbook_protocol import OWN_WORKBOOK_LIMITS
from integration.adapters.store.erasures import SqlErasures
from integration.errors import BusyError
from integration.operations import erasure
from integration.operations.audit import list_lines
from integration.operations.conditions import unfinished_erasure_since
from integration.operations.erasure import VacuumResult
from integration.operations.forget import forget
from integration.operations.job_runs import run_exclusively
from integration.operations.pipeline import Pipeline
from integration.operations.publish import publish
from integration.operations.receipts import DATABASE_FILES
from integration.operations.sync import sync
from tests.example_counts import example_count
from tests.system.erasing.household import AS_OF, CODE, MINE, begin, mine, others, places_of, quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.system.erasing.household import Household

TABS = ("pulse", "families", "needs_attention", "measures", "reconciliation")


def tabs_of(household: Household) -> dict[str, tuple[tuple[object, ...], ...]]:
    """Return what stands in the project team's workbook."""
    readings = read_workbook(household.home / "data.xlsx", TABS, limits=OWN_WORKBOOK_LIMITS)
    return {name: reading.rows for name, reading in readings.items()}


def said(household: Household) -> list[dict[str, object]]:
    return [*others(household, 6), *mine(household, edited=True)]


@pytest.fixture(scope="module")
def begun() -> Iterator[Household]:
    """Give a programme in which everybody has answered, published once; it is only copied."""
    with tempfile.TemporaryDirectory() as folder:
        household = begin(Path(folder))
        household.save("pulse", said(household))
        household.run(pack=False)
        yield household


@settings(max_examples=example_count(2), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gone=st.sets(st.integers(min_value=0, max_value=7), min_size=1))
def test_forgetting_any_of_them_is_as_if_they_had_never_answered(begun: Household, gone: set[int]) -> None:
    answers = said(begun)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        forgetful = replace(begun, home=folder / "forgetful")
        shutil.copytree(begun.home, forgetful.home)
        forget_all(forgetful, {"pulse": frozenset(str(answers[number]["responseId"]) for number in gone)})
        never = begin(folder / "never")
        never.save("pulse", [answer for number, answer in enumerate(answers) if number not in gone])
        publish_all(never)
        assert tabs_of(forgetful) == tabs_of(never)


def forget_all(household: Household, doomed: dict[str, frozenset[str]]) -> None:
    service = household.service()
    with service.exclusive("forget"):
        erasure.erase_responses(service, doomed, reason="forget", on_step=quiet)
    service.close()


def publish_all(household: Household) -> None:
    service = household.service()
    run_exclusively(service, "sync", lambda: sync(service, on_step=quiet))
    run_exclusively(
        service, "publish", lambda: publish(service, as_of=AS_OF, pipeline=Pipeline(service), on_step=quiet)
    )
    service.close()


class PlugPulled(BaseException):
    """The power is gone: nothing after this line runs."""


@pytest.mark.parametrize(
    ("step", "who"),
    [
        ("_clean_backups", {"code": CODE}),
        ("_publish", {"response": MINE[0]}),
        ("find_files_with_ids", {"code": CODE}),
    ],
)
def test_wherever_the_plug_is_pulled_the_same_command_finishes_it(
    household: Household, monkeypatch: pytest.MonkeyPatch, step: str, who: dict[str, str]
) -> None:
    with monkeypatch.context() as plug, suppress(PlugPulled):
        plug.setattr(erasure, step, pulled(getattr(erasure, step)))
        household.forget(**who)
    done = household.forget(**who)
    assert MINE[0] in {each for _, each in done.result.erasure.responses}
    assert set(places_of(household.home)) <= ({"another answer of the same code"} if "response" in who else set())
    service = household.service()
    assert service.store.erasures.unfinished() is None
    service.close()


def test_where_only_the_last_step_failed_the_receipt_is_there_and_the_step_is_done_by_the_next(
    begun: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ids are let go by then, and nobody could ask for it by them."""
    shutil.copytree(begun.home, tmp_path / "home")
    household = replace(begun, home=tmp_path / "home")
    scrubs = []

    def scrub_once(self: SqlErasures) -> bool:
        scrubs.append(self)
        if len(scrubs) == 2:
            raise BusyError("Somebody reads.")
        return True

    with monkeypatch.context() as fault:
        fault.setattr(SqlErasures, "scrub", scrub_once)
        with pytest.raises(BusyError):
            household.forget(code=CODE)
    (receipt,) = (household.home / "receipts").iterdir()
    assert DATABASE_FILES[None] in receipt.read_text(encoding="utf-8")
    service = household.service()
    assert service.store.erasures.unfinished() is None
    assert not any(each in str(service.store.erasures.unscrubbed()) for each in MINE)
    assert unfinished_erasure_since(service) == household.now
    done = forget(service, response="", code=CODE, form="", on_step=quiet)
    assert isinstance(done, VacuumResult)
    assert DATABASE_FILES[True] in done.receipt
    assert done.receipt == receipt.read_text(encoding="utf-8")
    assert [line.detail[:11] for line in list_lines(service)] == ["begun: 2 re", "done: erase"]
    assert (service.store.erasures.unscrubbed(), unfinished_erasure_since(service)) == (None, None)
    service.close()
    assert places_of(household.home) == {}


def pulled(step: Callable[..., object]) -> Callable[..., object]:
    """Return a step that is done, after which the power is gone."""

    def then_gone(*given: object, **named: object) -> object:
        step(*given, **named)
        raise PlugPulled

    return then_gone
