"""An output of the pack is one record: written, vouched for by the index, attached, held against the truth, erased."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import json
import shutil
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from integration.adapters.clock import FixedClock
from integration.operations.pack_outputs import PACK_OUTPUTS, PackOutput, find_index, pack_files
from integration.operations.packs import build_packs
from integration.wiring import build_service
from tests.system.commands import SAMPLE
from tests.truth.disclosure import check_disclosure
from tests.truth.tally import Tally

if TYPE_CHECKING:
    import pytest

    from config.schema import Settings
    from integration.operations.pack_outputs import PackMaterials
    from integration.pack import PackContent

JUNE = date(2022, 6, 30)
TRUTH = json.loads((Path(__file__).parents[1] / "truth" / "sample.json").read_text(encoding="utf-8"))


def write_headlines(content: PackContent, _materials: PackMaterials) -> bytes:
    """Return the figures of the first page, as CSV."""
    table = io.StringIO()
    csv.writer(table).writerows((each.title, each.figure.shown) for each in content.headlines)
    return table.getvalue().encode()


def test_an_output_is_one_record(
    settings: Settings, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = PackOutput(
        name="headlines.csv", media_type="text/csv; charset=utf-8", write=write_headlines, attached_as="headlines",
        is_index=False,
    )  # fmt: skip
    monkeypatch.setitem(PACK_OUTPUTS, output.name, output)
    copy = shutil.copytree(home, tmp_path / "home")
    key = json.loads((copy / "keys.json").read_text())["PSEUDONYM_KEY"]
    clock = FixedClock(datetime(2022, 8, 1, tzinfo=UTC))
    with closing(
        build_service(settings=settings, home=copy, data=SAMPLE, key=key, clock=clock, is_demo=True)
    ) as service:
        pack, _ = build_packs(service, month=f"{JUNE:%Y-%m}", as_of=JUNE, mail=True)
        again, _ = build_packs(service, month=f"{JUNE:%Y-%m}", as_of=JUNE, mail=True)
    folder = copy / pack.folder
    made = folder / output.name

    # Among the pack's files, and erased with them.
    assert (pack.is_new, again.is_new) == (True, False)
    assert sorted(f"{pack.folder}/{path.name}" for path in folder.iterdir()) == sorted(
        pack_files(pack.authority, "2022-06")
    )
    assert made.is_file()

    # Vouched for by the index, which says the same and was written last.
    headlines = list(csv.reader(made.read_text(encoding="utf-8").splitlines()))
    assert headlines
    record = json.loads((folder / find_index().name).read_bytes())
    assert headlines == [[each["title"], each["shown"]] for each in record["headlines"]]
    assert max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns).name == find_index().name

    # Attached under the name that the record gives it, after the others.
    path = next(copy.glob(f"outbox/*2022-06.{pack.authority}*.eml"))
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    attached = {part.get_filename(): part for part in mail.iter_attachments()}
    assert [f"{name}".removeprefix(f"{pack.authority}-") for name in attached] == [
        "review-2022-06.pdf", "meeting-2022-06.ics", "headlines-2022-06.csv",
    ]  # fmt: skip
    part = attached[f"{pack.authority}-headlines-2022-06.csv"]
    assert part.get_content_type() == "text/csv"
    assert part.get_payload(decode=True) == made.read_bytes()

    # Held against the truth, as every file of a pack.
    tally = Tally()
    check_disclosure(tally, TRUTH | {"as_of": JUNE.isoformat()}, copy)
    assert tally.wrong == []
    made.write_text("Southmere, Elm", encoding="utf-8")
    check_disclosure(tally, TRUTH | {"as_of": JUNE.isoformat()}, copy)
    assert [line for line in tally.wrong if output.name in line]
