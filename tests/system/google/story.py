"""A programme in the stand-in for Google for a test: commands run in this process, and what stands there afterwards."""

from __future__ import annotations

import shutil
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from integration.adapters.clock import SystemClock
from tests.fakes.google.forms import nanoseconds
from tests.fakes.google.programme import CONFIG, Programme, set_up
from tests.fakes.google.tab import trimmed
from tests.system.commands import run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from tests.fakes.google import StandIn
    from tests.fakes.google.call_log import Call
    from tests.fakes.google.person_edits import Typed
    from tests.fakes.google.tab import Tab
    from tests.system.commands import Ran

Rows = list[list[str | int | float | bool]]

FORMS, SHEETS = ("pulse", "families"), ("small_changes", "teams")
MEASURES = ("ownership_positive", "changes_implemented", "changes_implemented_in_phase_2")
IN_THE_PROGRAMME, NOW = "2021-09-20T10:00:00Z", "2024-01-01T10:00:00Z"
PAGES = ("Pulse", "Small changes")


@dataclass(frozen=True)
class Story(Programme):
    """A programme whose commands run in this process; `as_of` is the reporting date of its publishing."""

    as_of: str = "2022-07-31"

    def run(self, *words: object, days_later: int = 0, **environment: str) -> Ran:
        """Run a command with nothing of this machine's environment; `days_later` puts the product's clock forward."""
        with pytest.MonkeyPatch.context() as patch:
            if days_later:
                patch.setattr(SystemClock, "now", _in_days(days_later))
            folders = ("--config", self.config, "--home", self.home)
            return run(*words, *folders, environment={**self.environment, **environment})

    def sync(self, *words: object, code: int = 0, days_later: int = 0, **environment: str) -> Ran:
        """Run sync, which is to end with this code."""
        return _ended(self.run("run", "sync", *words, days_later=days_later, **environment), code)

    def publish(self, *words: object, code: int = 0, days_later: int = 0, **environment: str) -> Ran:
        """Run publish, which is to end with this code."""
        ran = self.run("run", "publish", "--as-of", self.as_of, *words, days_later=days_later, **environment)
        return _ended(ran, code)

    def form(self, key: str) -> str:
        """Return a form's id."""
        return str(self.facts["forms"][key])

    @property
    def register(self) -> str:
        """The id of the spreadsheet that the teams share."""
        return str(self.facts["sheets"]["register"])

    def summary(self, authority: str) -> str:
        """Return the id of the leaders' summary of an authority."""
        return str(self.facts["publish"]["summary"][authority])

    def responses(self, key: str) -> list[dict[str, Any]]:
        """Return a form's responses in the stand-in; a test may change them."""
        return self.google.forms[self.form(key)].responses

    def answer(self, key: str, response_id: str, submitted_at: str = NOW, **said: str) -> None:
        """Let somebody send a form a second time, just now; `said` are the answers by the names of their fields."""
        ids = questions(self.config / "forms" / f"{key}.yaml")
        answers = {
            ids[name]: {"questionId": ids[name], "textAnswers": {"answers": [{"value": value}]}}
            for name, value in said.items()
        }
        times = {"createTime": IN_THE_PROGRAMME, "lastSubmittedTime": submitted_at}
        self.responses(key).append({"responseId": response_id, **times, "answers": answers})

    def list_change(self, **cells: Typed) -> None:
        """Let somebody add a small change to the shared sheet, at its top; `cells` by the headings' first words."""
        headings = [str(name).split()[0].casefold() for name in self.google.values(self.register, "Small changes")[0]]
        row = [cells.get(name) for name in headings]
        self.google.person.insert_row(self.register, "Small changes", 2, row)

    def rows(self, tab: str) -> list[dict[str, Any]]:
        """Return the rows of a tab of the data spreadsheet by heading."""
        headings, *rows = self.google.values(self.data, tab)
        return [dict(zip(map(str, headings), [*row, *[""] * (len(headings) - len(row))], strict=True)) for row in rows]

    def row_number(self, tab: str, **wanted: object) -> int:
        """Return the number, as on the screen, of the first row that has these values."""
        numbered = enumerate(self.rows(tab), start=2)
        return next(number for number, row in numbered if all(row[name] == value for name, value in wanted.items()))

    def standing(self) -> dict[str, Rows]:
        """Return what a reader finds in the spreadsheets that we publish: the values of each tab that can be seen."""
        return {
            f"{name}: {tab.title}": tab.values()
            for name, identity in self.published.items()
            for tab in self.google.spreadsheet(identity).visible
        }

    def contents(self) -> dict[str, list[dict[str, Any]]]:
        """Return everything of the published spreadsheets, tab by tab, but for the ids that Google gives."""
        return {
            name: [describe_tab(tab) for tab in self.google.spreadsheet(identity).tabs]
            for name, identity in self.published.items()
        }

    def changed_at(self) -> list[datetime]:
        """Return when each published spreadsheet was changed last."""
        return [self.google.file(identity).modified_at for identity in self.published.values()]

    def calls_since(self, count: int) -> Sequence[Call]:
        """Return the calls after the first so many, without those that sign in."""
        return [call for call in self.google.calls[count:] if call.kind != "token"]


@cache
def questions(path: Path) -> Mapping[str, str]:
    """Return the ids of a form's questions by the names of their fields, as a YAML has them."""
    fields = yaml.safe_load(path.read_text(encoding="utf-8"))["fields"]
    return {field["name"]: field["id"] for field in fields if "id" in field}


def small_config(folder: Path) -> Path:
    """Write a programme of two forms, two sheets and three measures: the shipped one, cut down, is soon published."""
    for kind, kept in (("forms", FORMS), ("sheets", SHEETS)):
        (folder / kind).mkdir(parents=True)
        for key in kept:
            shutil.copy(CONFIG / kind / f"{key}.yaml", folder / kind)
    for name in ("programme.yaml", "jobs.yaml"):
        shutil.copy(CONFIG / name, folder)
    measures = yaml.safe_load((CONFIG / "measures.yaml").read_text(encoding="utf-8"))
    packs = yaml.safe_load((CONFIG / "packs.yaml").read_text(encoding="utf-8"))
    measures["measures"] = {key: measures["measures"][key] for key in MEASURES}
    packs["headlines"] = list(MEASURES)
    packs["summary"] = [page for page in packs["summary"] if page["title"] in PAGES]
    for page in packs["summary"]:
        page["measures"] = [key for key in page["measures"] if key in MEASURES]
    for leaders in packs["leaders"].values():
        leaders["meeting"]["at"] = "14:00"  # PyYAML reads a time of day as a number
    for name, facts in (("measures.yaml", measures), ("packs.yaml", packs)):
        (folder / name).write_text(yaml.safe_dump(facts, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return folder


def begin(google: StandIn, folder: Path, *, data: Path, config: Path = CONFIG, as_of: str) -> Story:
    """Put the sample in `data` into the stand-in; nothing has been read or published yet."""
    made = set_up(google, folder, data=data, config=config)
    for form in google.forms.values():
        form.responses[:] = _newest(form.responses)
    return Story(google, made.config, made.home, made.facts, made.account, as_of=as_of)


def copy_of(story: Story, google: StandIn, folder: Path) -> Story:
    """Return the story as it stands in another stand-in and another home folder; the first one stays as it is."""
    shutil.copytree(story.home, folder)
    for form_id in story.facts["forms"].values():
        form = story.google.forms[form_id]
        google.add_form(form_id, deepcopy(form.form), deepcopy(form.responses))
    for identity in (story.register, *story.published.values()):
        google.add_spreadsheet(identity, "").become(story.google.spreadsheet(identity).copy())
        found, original = google.file(identity), story.google.file(identity)
        found.name, found.modified_at = original.name, original.modified_at
    account = folder / "account.json"
    google.account_file(account)
    return Story(google, folder / "config", folder, story.facts, account, as_of=story.as_of)


def _newest(responses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each response as it was sent last: Google has no other version of it."""
    in_order = sorted(responses, key=lambda each: nanoseconds(each["lastSubmittedTime"]))
    return list({each["responseId"]: each for each in in_order}.values())


def describe_tab(tab: Tab) -> dict[str, Any]:
    """Return everything of a tab but for the ids that Google gives."""
    return {
        "title": tab.title, "hidden": tab.hidden, "grid": tab.grid, "values": tab.values(),
        "formats": trimmed(tab.formats),  # type: ignore[arg-type]  # formats are trimmed as values are
        "widths": tab.widths, "marks": [(each["metadataKey"], each["metadataValue"]) for each in tab.metadata],
        "protected": [(each["description"], each["warningOnly"]) for each in tab.protected],
        "charts": [_without_ids(chart) for chart in tab.charts],
    }  # fmt: skip


def _without_ids(part: Any) -> Any:
    if isinstance(part, list):
        return [_without_ids(each) for each in part]
    if isinstance(part, dict):
        return {name: _without_ids(each) for name, each in part.items() if name not in {"sheetId", "chartId"}}
    return part


def _in_days(days: int) -> Any:
    real = SystemClock.now
    return lambda self: real(self) + timedelta(days=days)


def _ended(ran: Ran, code: int) -> Ran:
    assert ran.code == code, f"{ran.out}\n{ran.err}"
    assert "Traceback" not in ran.err
    return ran
