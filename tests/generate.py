"""Write a sample programme that nobody has seen, with the truth about it.

    python -m tests.generate --seed N --out DIR [--as-of YYYY-MM-DD] [--responses-scale K] [--clean] [--no-truth]

It covers whatever the data contract decides, and is much nastier than the shipped sample.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from tests.sample.sample import Wish, write_sample

SHIPPED_REPORTING_DATE = date(2022, 7, 31)


def main(arguments: list[str] | None = None) -> int:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.generate", description="Write a sample programme.")
    parser.add_argument("--seed", type=int, required=True, help="the same seed writes the same sample")
    parser.add_argument(
        "--out", type=Path, required=True, help="the folder to write forms/, sheets/ and truth.json into"
    )
    parser.add_argument("--as-of", type=date.fromisoformat, default=SHIPPED_REPORTING_DATE, help="the reporting date")
    parser.add_argument("--responses-scale", type=int, default=1, help="so many times the people who answer the pulse")
    parser.add_argument("--clean", action="store_true", help="no odd spelling, no mistake, no hard case")
    parser.add_argument("--no-truth", action="store_true", help="write no truth.json (for benchmarks)")
    asked = parser.parse_args(arguments)
    wish = Wish(seed=asked.seed, as_of=asked.as_of, scale=asked.responses_scale, clean=asked.clean)
    write_sample(asked.out, wish, with_truth=not asked.no_truth)
    return 0


if __name__ == "__main__":
    sys.exit(main())
