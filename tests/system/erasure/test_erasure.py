"""An erasure leaves what would be published of a store that never had the answers, and survives a crash at any step."""

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

from integration.adapters.sources.folder import read_workbook
from integration.adapters.sources.workbook_protocol import OWN_WORKBOOK_LIMITS
from integration.adapters.store.erasure import Erasures
from integration.errors import BusyError
from integration.operations.job_runs import run_exclusively
from integration.operations.monitoring.conditions import unfinished_erasure_since
from integration.operations.personal_data import erasure
from integration.operations.personal_data.erasure import VacuumResult
from integration.operations.personal_data.forget import forget
from integration.operations.personal_data.receipts import DATABASE_FILES
from integration.operations.pipeline import Pipeline
from integration.operations.publish import publish
from integration.operations.sync import sync
from tests.example_counts import example_count
from tests.system.erasure.small_programme import AS_OF, CODE, MINE, find_phrases, make_programme, mine, others, quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.system.erasure.small_programme import SmallProgramme

TABS = ("pulse", "families", "needs_attention", "measures", "reconciliation")


def tabs_of(programme: SmallProgramme) -> Mapping[str, tuple[tuple[object, ...], ...]]:
    """Return what stands in the project team's workbook, but for what leaders see: what they saw before stands."""
    readings = read_workbook(programme.home / "data.xlsx", TABS, limits=OWN_WORKBOOK_LIMITS)
    headings = readings["measures"].rows[0]
    kept = [place for place, heading in enumerate(headings) if heading not in {"hidden", "leaders_see"}]
    assert len(kept) == len(headings) - 2
    rows = {name: reading.rows for name, reading in readings.items()}
    return rows | {"measures": tuple(tuple(row[place] for place in kept) for row in rows["measures"])}


def said(programme: SmallProgramme) -> list[dict[str, object]]:
    return [*others(programme, 6), *mine(programme, edited=True)]


@pytest.fixture(scope="module")
def begun() -> Iterator[SmallProgramme]:
    """Give a programme in which everybody has answered, published once; it is only copied."""
    with tempfile.TemporaryDirectory() as folder:
        programme = make_programme(Path(folder))
        programme.save("pulse", said(programme))
        programme.run(pack=False)
        yield programme


@settings(max_examples=example_count(2), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gone=st.sets(st.integers(min_value=0, max_value=7), min_size=1))
def test_forgetting_any_of_them_is_as_if_they_had_never_answered(begun: SmallProgramme, gone: set[int]) -> None:
    answers = said(begun)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        forgetful = replace(begun, home=folder / "forgetful")
        shutil.copytree(begun.home, forgetful.home)
        forget_all(forgetful, {"pulse": frozenset(str(answers[number]["responseId"]) for number in gone)})
        never = make_programme(folder / "never")
        never.save("pulse", [answer for number, answer in enumerate(answers) if number not in gone])
        publish_all(never)
        assert tabs_of(forgetful) == tabs_of(never)


def forget_all(programme: SmallProgramme, doomed: dict[str, frozenset[str]]) -> None:
    service = programme.service()
    with service.exclusive("forget"):
        erasure.erase_responses(service, doomed, reason="forget", on_step=quiet)
    service.close()


def publish_all(programme: SmallProgramme) -> None:
    service = programme.service()
    run_exclusively(service, "sync", lambda: sync(service, on_step=quiet))
    run_exclusively(
        service, "publish", lambda: publish(service, as_of=AS_OF, pipeline=Pipeline(service), on_step=quiet)
    )
    service.close()


class Killed(BaseException):
    """The process is killed: nothing after this line runs."""


@pytest.mark.parametrize(
    ("step", "who"),
    [
        ("_clean_backups", {"code": CODE}),
        ("publish", {"response": MINE[0]}),
        ("find_files_with_ids", {"code": CODE}),
    ],
)
def test_wherever_the_process_is_killed_the_same_command_finishes_it(
    programme: SmallProgramme, monkeypatch: pytest.MonkeyPatch, step: str, who: dict[str, str]
) -> None:
    with monkeypatch.context() as fault, suppress(Killed):
        fault.setattr(erasure, step, kill_after(getattr(erasure, step)))
        programme.forget(**who)
    done = programme.forget(**who)
    assert MINE[0] in {each for _, each in done.result.erasure.responses}
    assert set(find_phrases(programme.home)) <= ({"another answer of the same code"} if "response" in who else set())
    service = programme.service()
    assert service.store.state.unfinished_erasure.get() is None
    service.close()


def test_where_only_the_last_step_failed_the_receipt_is_there_and_the_step_is_done_by_the_next(
    begun: SmallProgramme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ids are deleted by then, so that the operator could not ask for it by them."""
    shutil.copytree(begun.home, tmp_path / "home")
    programme = replace(begun, home=tmp_path / "home")
    vacuums = []

    def vacuum_once(self: Erasures) -> bool:
        vacuums.append(self)
        if len(vacuums) == 2:
            raise BusyError("A reader is at work.")
        return True

    with monkeypatch.context() as fault:
        fault.setattr(Erasures, "vacuum", vacuum_once)
        with pytest.raises(BusyError):
            programme.forget(code=CODE)
    (receipt,) = (programme.home / "receipts").iterdir()
    assert DATABASE_FILES[None] in receipt.read_text(encoding="utf-8")
    service = programme.service()
    assert service.store.state.unfinished_erasure.get() is None
    assert not any(each in str(service.store.state.vacuum_note.get()) for each in MINE)
    assert unfinished_erasure_since(service) == programme.now
    done = forget(service, response="", code=CODE, form="", on_step=quiet)
    assert isinstance(done, VacuumResult)
    assert DATABASE_FILES[True] in done.receipt
    assert done.receipt == receipt.read_text(encoding="utf-8")
    assert [line.detail[:11] for line in service.store.audit.lines()] == ["begun: 2 re", "done: erase"]
    assert (service.store.state.vacuum_note.get(), unfinished_erasure_since(service)) == (None, None)
    service.close()
    assert find_phrases(programme.home) == {}


def kill_after(step: Callable[..., object]) -> Callable[..., object]:
    """Return a step that is done, after which the process is killed."""

    def then_killed(*given: object, **named: object) -> object:
        step(*given, **named)
        raise Killed

    return then_killed
