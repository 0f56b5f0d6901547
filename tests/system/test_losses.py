"""The YAML changes, and answers that counted count no more: how many, of what, and which line did it."""

from __future__ import annotations

import base64
import json
import shutil
import zlib
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from config.keys import read_keys
from config.loading.load import load_settings
from integration.adapters.clock import FixedClock
from integration.model import CountingFiles
from integration.operations.losses.finding import look_for_losses, remember_losses
from integration.operations.pipeline import Pipeline
from integration.wiring import build_service
from tests.system.commands import PROJECT, run

if TYPE_CHECKING:
    from pathlib import Path

    from integration.model import LossNote
    from integration.wiring import Service

PROGRAMME, BARRIERS = "programme.yaml", "forms/time_and_barriers.yaml"
AS_OF = "2022-07-31"


@dataclass(frozen=True, slots=True)
class Yaml:
    """A copy of the shipped YAML, beside the home of the demo that ran with it as it was."""

    folder: Path
    home: Path

    def rewrite(self, file: str, old: str, new: str) -> int:
        """Write other words into a file; return the line on which they begin."""
        text = (self.folder / file).read_text(encoding="utf-8")
        assert old in text
        (self.folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def open(self) -> Service:
        """Return the service with the YAML as it is now."""
        key = read_keys(self.home)["PSEUDONYM_KEY"]
        return build_service(settings=load_settings(self.folder), home=self.home, data=None, key=key)

    def look(self) -> tuple[LossNote, ...]:
        """Return what counts no more."""
        with closing(self.open()) as service:
            found = look_for_losses(service, Pipeline(service, keeps_chunks=False))
        return found.notes if found else ()

    def command(self, *words: str) -> Any:
        ran = run(*words, "--home", self.home, "--config", self.folder)
        assert ran.code == 0, ran.err
        return ran.out


@pytest.fixture(scope="module")
def changed_home(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home of this module's own: what is looked at only changes nothing."""
    return shutil.copytree(home, tmp_path_factory.mktemp("losses") / "home")


@pytest.fixture
def yaml(changed_home: Path, tmp_path: Path) -> Yaml:
    """Return a copy of the shipped YAML beside the home."""
    return Yaml(shutil.copytree(PROJECT / "config" / "crescendo", tmp_path / "config"), changed_home)


@pytest.fixture
def own_yaml(home: Path, yaml: Yaml, tmp_path: Path) -> Yaml:
    """Return the same beside a home of the test's own."""
    return replace(yaml, home=shutil.copytree(home, tmp_path / "home"))


def tab(home: Path, name: str) -> list[dict[str, Any]]:
    workbook = openpyxl.load_workbook(home / "data.xlsx", read_only=True)
    try:
        heading, *rows = workbook[name].iter_rows(values_only=True)
        return [dict(zip(map(str, heading), row, strict=True)) for row in rows]
    finally:
        workbook.close()


def test_nothing_is_said_where_nothing_that_counts_was_changed(yaml: Yaml) -> None:
    yaml.rewrite(PROGRAMME, "name: Elm\n", "name: Elm   # a comment\n")
    assert yaml.look() == ()
    assert "count no more" not in yaml.command("check")


def test_a_window_that_moves_says_whose_answers_count_in_none(yaml: Yaml) -> None:
    line = yaml.rewrite(
        PROGRAMME, "    start: 2021-09-06\n    end: 2021-10-03", "    start: 2021-10-04\n    end: 2021-10-31"
    )
    (note,) = yaml.look()
    counted = {
        form: sum(row["window"] == "baseline" and row["counted"] == "yes" for row in tab(yaml.home, form))
        for form in ("families", "pulse", "time_and_barriers")
    }
    assert (note.kind, note.name, note.now_in) == ("window", "baseline", "")
    assert note.by_source == counted
    assert counted["families"] == 19
    assert note.count == sum(counted.values()) == 88
    assert sorted(note.lines) == [f"{yaml.folder}/{PROGRAMME}:{number}" for number in (line, line + 1)]
    assert "windows.baseline.start was “2021-09-06”, is “2021-10-04”" in note.sentence


def test_an_option_that_goes_and_measures_that_find_less_say_of_which_answers(yaml: Yaml) -> None:
    line = yaml.rewrite(BARRIERS, "      - Travel\n", "")
    dated_on = yaml.rewrite("measures.yaml", "dated_by: held_on", "dated_by: action_due_on")
    yaml.rewrite("measures.yaml", "    field: involved\n", "    field: heard\n")
    notes = {note.name: note for note in yaml.look()}
    assert notes.keys() == {"Travel", "reviews_held", "involved_positive"}
    travel, held = notes["Travel"], notes["reviews_held"]
    ticked = sum("Travel" in (row["barriers"] or "") for row in tab(yaml.home, "time_and_barriers"))
    assert (travel.kind, travel.field, travel.by_source) == ("answers", "barriers", {"time_and_barriers": ticked})
    assert travel.count == ticked == 27
    assert travel.lines == (f"{yaml.folder}/{BARRIERS}:{line - 4}",)
    not_due = sum(not row["action_due_on"] or f"{row['action_due_on']:%F}" > AS_OF for row in tab(yaml.home, "reviews"))
    assert (held.kind, held.count, held.lines) == ("measure", not_due, (f"{yaml.folder}/measures.yaml:{dated_on}",))
    assert notes["involved_positive"].kind == "measure", "the windows are as they were"


def test_a_renamed_team_is_told_by_every_command_until_a_person_says_that_it_is_meant(
    home: Path, yaml: Yaml, tmp_path: Path
) -> None:
    yaml = replace(yaml, home=shutil.copytree(home, tmp_path / "home"))
    line = yaml.rewrite(PROGRAMME, "name: Elm\n", "name: Ash\n")
    (loss,) = json.loads(yaml.command("check", "--json"))["losses"]
    assert loss["by_source"] == {
        "change_idea": 6, "families": 17, "pulse": 151, "time_and_barriers": 19, "small_changes": 7, "teams": 1,
    }  # fmt: skip
    assert (loss["count"], loss["code"], loss["lines"]) == (201, "unknown_team", [f"{yaml.folder}/{PROGRAMME}:{line}"])
    sentence = loss["sentence"]
    assert f"add “Elm” to its aliases at {yaml.folder}/{PROGRAMME}:{line + 1}" in sentence

    assert sentence in yaml.command("run", "publish", "--as-of", AS_OF)
    advice = {row["what_to_do"] for row in tab(yaml.home, "needs_attention") if row["found"] == "Elm"}
    assert len(advice) == 1
    assert f"add “Elm” to its aliases at {yaml.folder}/{PROGRAMME}:{line + 1}, and all of them count" in advice.pop()

    with closing(yaml.open()) as service:
        found = look_for_losses(service, Pipeline(service))
        assert found
        assert [note.sentence for note in found.notes] == [sentence]
        assert remember_losses(service, found) == (), "it is told loudly once"
        later = replace(service, clock=FixedClock(found.noted_at + timedelta(days=31)))
        assert found.told_at(later.clock.now()) == ()
        later.close()

    assert yaml.command("run", "publish", "--as-of", AS_OF, "--confirm").endswith("confirmed that 201 count no more\n")
    assert yaml.look() == ()


def test_what_is_put_back_is_told_no_more(yaml: Yaml) -> None:
    text = (yaml.folder / BARRIERS).read_text(encoding="utf-8")
    yaml.rewrite(BARRIERS, "high: 10", "high: 5")
    with closing(yaml.open()) as service:
        (sentence,) = remember_losses(service, look_for_losses(service, Pipeline(service, keeps_chunks=False)))
        losses = service.store.state.losses.get()
        assert losses
        assert [note.sentence for note in losses.notes] == [sentence]
    (yaml.folder / BARRIERS).write_text(text, encoding="utf-8")
    with closing(yaml.open()) as service:
        remember_losses(service, look_for_losses(service, Pipeline(service, keeps_chunks=False)))
        losses = service.store.state.losses.get()
        assert losses
        assert losses.notes == ()


@pytest.mark.parametrize(
    ("file", "changed", "said"),
    [
        ("forms/pulse.yaml", {"title": 5}, "Form title: "),
        ("forms/pulse.yaml", {"a_setting_of_then": "x"}, "Form a_setting_of_then: "),
        ("programme.yaml", {"windows": "as they were written then"}, "Programme windows: "),
        ("measures.yaml", {"measures": {"a": {"kind": "of then"}}}, "Measures measures.a: "),
        ("measures.yaml", None, "measures.yaml is missing"),
        (None, None, "it is damaged"),
    ],
)
def test_a_yaml_that_this_version_does_not_read_is_compared_with_nothing_and_that_is_said_once(
    own_yaml: Yaml, file: str | None, changed: dict[str, Any] | None, said: str
) -> None:
    """As an earlier version of the service may have kept it."""
    yaml = own_yaml
    with closing(yaml.open()) as service:
        kept = service.store.state.counted_by.get()
        assert kept
        files = json.loads(zlib.decompress(base64.b64decode(kept.files)))
        if file and changed:
            files[file] |= changed
        elif file:
            del files[file]
        text = base64.b64encode(zlib.compress(json.dumps(files).encode())).decode() if file else "no longer whole"
        service.store.state.counted_by.set(CountingFiles(text, kept.digest))
    assert said in json.loads(yaml.command("check", "--json"))["uncompared"]
    for words in (["check"], ["status"], ["run", "publish", "--as-of", AS_OF]):
        sentences = [line for line in yaml.command(*words).splitlines() if "was not compared" in line]
        assert len(sentences) == 1
        assert f"an earlier one kept ({said}" in sentences[0]
    for words in (["check"], ["status"], ["run", "publish", "--as-of", AS_OF]):
        assert "was not compared" not in yaml.command(*words)
    yaml.rewrite(PROGRAMME, "name: Elm\n", "name: Ash\n")
    assert [note.count for note in yaml.look()] == [201], "it is compared again with the YAML that publish took"
