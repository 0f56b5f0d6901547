"""The truth about the sample holds where people read it: in their spreadsheets, their packs, their mails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.generate import main as generate
from tests.system.commands import SAMPLE
from tests.system.google.story import begin
from tests.truth.compare import compare, compare_data

if TYPE_CHECKING:
    from tests.fakes.google import StandIn

TRUTH = Path(__file__).parents[3] / "tests" / "truth" / "sample.json"


def test_every_fact_about_the_sample_is_right_in_the_spreadsheets(google: StandIn, tmp_path: Path) -> None:
    google.page_size(100)
    story = begin(google, tmp_path / "home", data=SAMPLE, as_of="2022-07-31")
    ran = story.run("demo")
    assert ran.code == 0, ran.err
    story.export()
    truth = json.loads(TRUTH.read_text(encoding="utf-8"))
    right, wrong = compare(SAMPLE, truth, story.home, worked_out=True)
    assert wrong == []
    assert right > 3000


def test_every_fact_about_another_sample_is_right_in_the_spreadsheets(google: StandIn, tmp_path: Path) -> None:
    day = "2021-11-21"
    generate(["--seed", "31", "--out", str(tmp_path / "data"), "--as-of", day])
    story = begin(google, tmp_path / "home", data=tmp_path / "data", as_of=day)
    story.sync()
    story.publish()
    story.export()
    truth = json.loads((tmp_path / "data" / "truth.json").read_text(encoding="utf-8"))
    assert compare_data(tmp_path / "data", truth, story.home)[1] == []
