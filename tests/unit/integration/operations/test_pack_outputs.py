"""Each output of a pack fills every part of its record, and just one is the index, which is written last."""

from __future__ import annotations

import mimetypes
from email.message import EmailMessage
from pathlib import Path

import pytest

from integration.operations.pack_outputs import PACK_OUTPUTS, find_index, pack_files

README = Path(__file__).parents[4] / "README.md"
each_output = pytest.mark.parametrize("name", PACK_OUTPUTS)


def test_just_one_is_the_index_and_it_is_written_last() -> None:
    (index,) = [output for output in PACK_OUTPUTS.values() if output.is_index]
    assert find_index() == index
    assert pack_files("northbrook", "2022-07")[-1] == f"packs/2022-07/northbrook/{index.name}"
    assert len(pack_files("northbrook", "2022-07")) == len(PACK_OUTPUTS)


@each_output
def test_its_media_type_is_that_of_its_name_and_can_be_declared(name: str) -> None:
    part = EmailMessage()
    part["Content-Type"] = PACK_OUTPUTS[name].media_type
    assert not part["Content-Type"].defects
    assert part.get_content_type() == mimetypes.guess_type(name)[0]


@each_output
def test_it_is_named_where_people_look_for_it(name: str) -> None:
    assert name in README.read_text(encoding="utf-8")
