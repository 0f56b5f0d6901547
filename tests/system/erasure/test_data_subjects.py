"""A data subject gets everything that is held of them, and a code finds one person's answers, not two people's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from integration.errors import CallError
from integration.operations.personal_data.data_subjects import export_responses, find_responses
from integration.operations.pipeline import Pipeline
from integration.operations.sync import sync
from tests.system.erasure.small_programme import (
    CODE,
    MINE,
    PHRASES,
    make_synced_programme,
    mine,
    others,
    quiet,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_person_gets_everything_that_is_held_of_them(tmp_path: Path) -> None:
    programme = make_synced_programme(tmp_path)
    programme.save("pulse", [*others(programme, 3), *mine(programme, edited=True)])
    programme.correct(("pulse", MINE[0], "hours_total", "37"))
    service = programme.service()
    sync(service, on_step=quiet)
    exported = export_responses(service, Pipeline(service), find_responses(service, response="", code="Qx07", form=""))
    service.close()
    first, second = exported["responses"]
    assert [each["response_id"] for each in exported["responses"]] == list(MINE)
    assert [version["submitted_at"][:10] for version in first["versions"]] == ["2021-09-14", "2021-09-15"]
    said = {answer["question"]: answer["answer"] for answer in first["versions"][1]["answers"]}
    assert said["What has gone well?"] == [PHRASES["an edit"]]
    assert first["versions"][0]["read_as"]["ownership"] == 4
    assert first["corrections"][0]["value"] == "37"
    assert (first["counts"]["team"], first["counts"]["counted"]) == ("Elm", "yes")
    assert second["counts"]["needs_attention"] == [{"field": "hours_direct", "code": "not_a_number"}]
    assert json.loads(json.dumps(exported)) == exported


def test_an_answer_that_was_corrected_to_the_code_is_theirs_too(tmp_path: Path) -> None:
    programme = make_synced_programme(tmp_path)
    programme.correct(("pulse", "other-2", "code", "qx07"))
    service = programme.service()
    assert find_responses(service, response="", code=CODE, form="") == {"pulse": {*MINE, "other-2"}}
    service.close()


def test_a_code_that_was_used_in_two_teams_is_not_taken_for_one_person(tmp_path: Path) -> None:
    programme = make_synced_programme(tmp_path)
    programme.correct(("pulse", "other-1", "code", "qx07"))  # of Rowan
    service = programme.service()
    with pytest.raises(CallError, match="elm, rowan"):
        find_responses(service, response="", code=CODE, form="")
    assert find_responses(service, response="", code=CODE, form="", team="elm") == {"pulse": set(MINE)}
    assert find_responses(service, response="", code=CODE, form="", team="rowan") == {"pulse": {"other-1"}}
    assert find_responses(service, response="", code=CODE, form="", team="all") == {"pulse": {*MINE, "other-1"}}
    with pytest.raises(CallError, match="There is no team"):
        find_responses(service, response="", code=CODE, form="", team="ash")
    service.close()
