"""Hold what the main job wrote against the truth about a sample.

    python -m tests.truth.compare DATA HOME

DATA has `truth.json` and `forms/`; HOME is where the job wrote `data.xlsx`, the summaries, packs and outbox.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.truth.attention import check_attention, list_unworked
from tests.truth.disclosure import check_disclosure
from tests.truth.figures import check_figures
from tests.truth.forms import check_forms
from tests.truth.sheets import check_sheets
from tests.truth.tally import Tally
from tests.truth.workbook import Book

SHOWN = 40


def compare(data: Path, truth: dict[str, Any], home: Path, *, worked_out: bool = False) -> tuple[int, list[str]]:
    """Return how many facts are right, and a line for each that is wrong.

    A truth says what formulas show. `worked_out` says that something did work them out, as Google does; else those of
    which a workbook has no result are to be reported.
    """
    right, wrong = compare_data(data, truth, home, worked_out=worked_out)
    tally = Tally(right, wrong)
    check_disclosure(tally, truth, home)
    return tally.right, tally.wrong


def compare_data(data: Path, truth: dict[str, Any], home: Path, *, worked_out: bool = False) -> tuple[int, list[str]]:
    """Return the same of `data.xlsx` alone: rows, what needs attention, measures."""
    tally = Tally()
    book = Book(home / "data.xlsx")
    check_forms(tally, data, truth, book)
    check_attention(tally, truth, book, [] if worked_out else list_unworked(data))
    check_sheets(tally, truth, book)
    check_figures(tally, truth, book)
    tally.same("cells that became formulas", book.formulas(), [])
    return tally.right, tally.wrong


def main(data: Path, home: Path) -> int:
    """Print what is wrong and how many facts are right; return 0 only if all are."""
    truth = json.loads((data / "truth.json").read_text(encoding="utf-8"))
    right, wrong = compare(data, truth, home)
    lines = [*wrong[:SHOWN], f"{right} of {right + len(wrong)} facts are right"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
