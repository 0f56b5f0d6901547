from __future__ import annotations

import email
import email.policy
import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.generate import main as generate
from tests.system.commands import SAMPLE, run
from tests.truth.compare import compare
from tests.truth.workbook import Book

TRUTH = Path(__file__).parents[2] / "tests" / "truth" / "sample.json"
ELM = {"answers": [{"value": "Elm"}]}


def files(home: Path) -> dict[str, tuple[int, bytes]]:
    """Return every published file of a home folder with its time and content."""
    published = [*home.glob("*.xlsx"), *home.glob("packs/**/*.*"), *home.glob("outbox/*")]
    return {str(path.relative_to(home)): (path.stat().st_mtime_ns, path.read_bytes()) for path in published}


def test_every_fact_about_the_sample_is_right(home: Path) -> None:
    right, wrong = compare(SAMPLE, json.loads(TRUTH.read_text(encoding="utf-8")), home)
    assert wrong == []
    assert right > 3000


@pytest.mark.parametrize("seed", [11])
def test_every_fact_about_another_sample_is_right(seed: int, tmp_path: Path) -> None:
    generate(["--seed", str(seed), "--out", str(tmp_path / "data"), "--as-of", "2022-06-15"])
    ran = run("demo", "--data", tmp_path / "data", "--home", tmp_path / "home", "--as-of", "2022-06-15")
    assert ran.code == 0, ran.err
    truth = json.loads((tmp_path / "data" / "truth.json").read_text(encoding="utf-8"))
    assert compare(tmp_path / "data", truth, tmp_path / "home")[1] == []


def test_a_value_is_its_numerator_divided_by_its_denominator_wherever_it_has_both(home: Path) -> None:
    rows = Book(home / "data.xlsx").rows("measures")
    quotients = [row for row in rows if row["numerator"] is not None and row["denominator"]]
    assert len(quotients) > 100
    assert [row for row in quotients if row["value"] != pytest.approx(row["numerator"] / row["denominator"])] == []


def test_the_demo_a_second_time_writes_nothing_and_mails_nobody(home: Path) -> None:
    before = files(home)
    ran = run("demo", "--home", home)
    assert ran.code == 0
    assert files(home) == before
    assert "nothing new" in ran.out
    assert "mailed before, to nobody again" in ran.out


def test_a_new_answer_changes_only_what_it_touches(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "home")
    shutil.copytree(SAMPLE, tmp_path / "data")
    path = tmp_path / "data" / "forms" / "pulse" / "responses.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    elm = next(r for r in content["responses"] if r["answers"].get("c30399ec", {}).get("textAnswers", {}) == ELM)
    nameless = {question: answer for question, answer in elm["answers"].items() if question != "ffa0fbe4"}
    content["responses"].append(
        elm | {"responseId": "one more", "createTime": "2022-07-12T10:00:00Z", "answers": nameless}
    )
    path.write_text(json.dumps(content), encoding="utf-8")
    before = files(tmp_path / "home")
    ran = run("demo", "--data", tmp_path / "data", "--home", tmp_path / "home", "--as-of", "2022-07-31")
    assert "1 new in pulse" in ran.out, ran.err
    after = files(tmp_path / "home")
    changed = {name for name in before if before[name] != after[name]}
    assert "data.xlsx" in changed
    to_leaders = [name for name in changed if name.startswith(("summary", "packs", "outbox"))]
    assert not to_leaders, "what leaders have seen stands: the difference would be what one person answered"


def test_a_mail_has_everything_that_a_leader_needs(home: Path) -> None:
    mails = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in home.glob("outbox/*.eml")
    ]
    assert len(mails) >= 2
    for mail in mails:
        kinds = {part.get_content_type() for part in mail.walk()}
        assert {"text/plain", "text/html", "image/png", "application/pdf", "text/calendar"} <= kinds
        assert mail["To"]
        assert mail["Bcc"] is None


def test_an_authority_never_sees_the_other(home: Path) -> None:
    others = {"northbrook": ("Southmere", "Rowan", "Birch"), "southmere": ("Northbrook", "Elm", "Oak")}
    for authority, names in others.items():
        folder = next(home.glob(f"packs/*/{authority}"))
        for path in (folder / "pack.html", folder / "pack.txt", folder / "pack.json", folder / "review.ics"):
            words = set(path.read_text(encoding="utf-8").replace(",", " ").split())
            assert words.isdisjoint(names), path


def test_a_correction_typed_into_the_workbook_is_taken_up_and_the_row_leaves(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "home"
    shutil.copytree(home, copy)
    book = openpyxl.load_workbook(copy / "data.xlsx")
    tab = book["needs_attention"]
    head = [cell.value for cell in tab[1]]
    row = next(r for r in tab.iter_rows(min_row=2) if r[head.index("code")].value == "not_a_number"
               and r[head.index("field")].value == "hours_total")  # fmt: skip
    key = row[head.index("key")].value
    row[head.index("correction")].value = "about 38,5 hours"
    book.save(copy / "data.xlsx")
    ran = run("demo", "--home", copy)
    assert "1 correction taken up" in ran.out, ran.out + ran.err
    book = openpyxl.load_workbook(copy / "data.xlsx", read_only=True)
    pulse = book["pulse"]
    names, *rows = pulse.iter_rows(values_only=True)
    corrected = next(row for row in rows if row[0] == key)
    assert corrected[names.index("hours_total")] == 38.5
    left = [(row[1], row[2]) for row in book["needs_attention"].iter_rows(min_row=2, values_only=True)]
    book.close()
    assert (key, "hours_total") not in left
