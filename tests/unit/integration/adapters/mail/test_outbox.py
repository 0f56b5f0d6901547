from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from integration.adapters.mail.outbox import Outbox, outbox_file_name
from tests.unit.integration.adapters.mail.test_message_bytes import MAIL, read_message

if TYPE_CHECKING:
    from pathlib import Path


def test_a_mail_lies_in_the_outbox_under_its_message_id(tmp_path: Path) -> None:
    where = Outbox(tmp_path / "outbox").send(MAIL)
    written = tmp_path / "outbox" / "pack.2022-07.northbrook.v1.abc.eml"
    assert where == str(written)
    assert read_message(written.read_bytes())["Subject"] == "Monthly review"


def test_the_same_mail_again_is_the_same_file_with_the_same_bytes(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.send(MAIL)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    outbox.send(MAIL)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    assert len(first) == 1


@pytest.mark.parametrize(
    ("message_id", "name"),
    [
        ("<a.b@host>", "a.b.eml"),
        ("<../../etc/passwd@host>", "etc-passwd.eml"),
        ("<>", "mail.eml"),
        (f"<{'a' * 400}@host>", "a" * 200 + ".eml"),
    ],
)
def test_a_file_name_is_plain_whatever_the_message_id(message_id: str, name: str) -> None:
    assert outbox_file_name(message_id) == name
