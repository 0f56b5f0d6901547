"""Google at its worst: three calls in ten fail, some after they took effect, and it ends as if none had.

`make chaos` does a thousand rounds of the same (--google-rounds).
"""

from __future__ import annotations

import copy
import random
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.loading.load import load_settings
from integration.adapters.clock import FixedClock
from integration.errors import CrescendoError, ExternalServiceError
from integration.operations.dispatch import run_job
from integration.wiring import build_service
from tests.fakes.google.programme import KEY, Programme, set_up
from tests.fakes.google.stand_in import StandIn
from tests.system.commands import PROJECT, SAMPLE
from tests.system.google.story import FORMS, small_config

if TYPE_CHECKING:
    import pytest

FAULTS = ("429", "500", "503", "502-html", "reset", "half-body", "lost-reply", "500-applied")
RATE = 0.3
START = datetime(2022, 8, 1, 9, tzinfo=UTC)
AS_OF = date(2022, 7, 31)
PUBLISH_EVERY = 5
MANY = 100
"""So many rounds are made on the whole programme, fewer on a small one."""
TIMES = {"reconciliation": "checked_at", "needs_attention": "since"}
"""The column of a tab that says when something was seen first, or last."""


def run_rounds(programme: Programme, rounds: int, *, monkeypatch: pytest.MonkeyPatch) -> int:
    """Sync so many times, an answer or an edit more each time; publish now and then. Return how often it gave up."""
    for name, value in programme.environment.items():
        monkeypatch.setenv(name, value)
    chance = random.Random(11)
    settings = load_settings(programme.config)
    gave_up = 0
    for number in range(rounds):
        happen(programme, chance, number)
        clock = FixedClock(START + timedelta(minutes=10 * number))
        service = build_service(settings=settings, home=programme.home, data=None, key=KEY, clock=clock)
        try:
            run_job(service, "sync")
            if number % PUBLISH_EVERY == 0:
                run_job(service, "publish", as_of=AS_OF)
        except ExternalServiceError:
            gave_up += 1
        except CrescendoError as error:
            assert error.exit_code == ExternalServiceError.exit_code, error  # noqa: PT017  # nothing else may come of it
            gave_up += 1
        finally:
            service.close()
    return gave_up


def happen(programme: Programme, chance: random.Random, number: int) -> None:
    """Let somebody answer a form, edit an answer, or change a row of the register."""
    form = programme.google.forms[programme.facts["forms"][chance.choice(("pulse", "families"))]]
    submitted = f"2022-07-2{number % 9}T08:00:00.{number:06}Z"
    response = copy.deepcopy(chance.choice(form.responses))
    response["lastSubmittedTime"] = f"2022-08-01T{8 + number // 3000:02}:00:00.{number:06}Z"
    if chance.random() < 0.7:
        response |= {"responseId": f"chaos-{number:06}", "createTime": submitted}
    else:
        form.responses[:] = [each for each in form.responses if each["responseId"] != response["responseId"]]
    form.responses.append(response)
    if number % 7 == 0:
        register = programme.facts["sheets"]["register"]
        programme.google.person.type(register, "Small changes", "B2", f"Fewer forms, take {number}")


def published(programme: Programme) -> dict[str, dict[str, list[list[Any]]]]:
    """Return what every published tab holds, but for its times and its order; nothing else may be there.

    When a source was read, and since which day an issue stands there, depends on which publishing gave up.
    """
    found = {}
    for name, identity in programme.published.items():
        tabs = {tab.title: tab.values() for tab in programme.google.spreadsheet(identity).tabs}
        for title, heading in TIMES.items():
            rows = tabs.get(title, [[]])
            if heading in rows[0]:
                place = rows[0].index(heading)
                tabs[title] = [[*row[:place], *row[place + 1 :]] for row in rows]
        found[name] = {title: sorted(rows, key=repr) for title, rows in tabs.items()}
    return found


Tabs = dict[str, dict[str, list[list[Any]]]]


def differences(found: Tabs, expected: Tabs) -> list[tuple[str, str, list[Any]]]:
    """Return each row that stands in one of the two alone, with its file and its tab."""
    tabs = sorted({(name, title) for each in (found, expected) for name, tabs in each.items() for title in tabs})
    return [
        (name, title, row)
        for name, title in tabs
        for one, other in ((found, expected), (expected, found))
        for row in one.get(name, {}).get(title, [])
        if row not in other.get(name, {}).get(title, [])
    ]


def furniture(programme: Programme) -> dict[str, list[Any]]:
    """Return of every published tab how it is named, marked, protected and charted."""
    return {
        f"{name} {tab.title}": [tab.hidden, len(tab.metadata), len(tab.protected), len(tab.charts)]
        for name, identity in programme.published.items()
        for tab in programme.google.spreadsheet(identity).tabs
    }


def settle(programme: Programme, when: datetime) -> None:
    """Sync and publish once more, with nothing in the way."""
    clock = FixedClock(when)
    service = build_service(
        settings=load_settings(programme.config), home=programme.home, data=None, key=KEY, clock=clock
    )
    try:
        run_job(service, "sync")
        run_job(service, "publish", as_of=AS_OF)
    finally:
        service.close()


def test_three_calls_in_ten_fail_and_the_spreadsheets_end_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, google_rounds: int
) -> None:
    end = START + timedelta(minutes=10 * google_rounds)
    config, data = PROJECT / "config" / "crescendo", Path(shutil.copytree(SAMPLE, tmp_path / "data"))
    if google_rounds < MANY:
        config = small_config(tmp_path / "small")
        for form in data.glob("forms/*"):
            if form.name not in FORMS:
                shutil.rmtree(form)
    with StandIn(discovery=False) as calm:
        clean = set_up(calm, tmp_path / "calm", data=data, config=config)
        assert run_rounds(clean, google_rounds, monkeypatch=monkeypatch) == 0
        settle(clean, end)
        expected, looks = published(clean), furniture(clean)
    with StandIn(discovery=False) as google:
        programme = set_up(google, tmp_path / "chaos", data=data, config=config)
        watches = [google.watch_tabs(identity) for identity in programme.published.values()]
        google.faults.at_random(RATE, seed=5, kinds=FAULTS)
        run_rounds(programme, google_rounds, monkeypatch=monkeypatch)
        assert google.faults.drawn.total() > google_rounds
        google.faults.clear()
        settle(programme, end)
        assert differences(published(programme), expected) == []
        assert published(programme) == expected
        assert furniture(programme) == looks
    for watch in watches:
        assert [seen for seen in watch.seen_empty if seen[0] != "Sheet1"] == []
        assert [seen for seen in watch.seen_gone if seen[0] != "Sheet1"] == []
