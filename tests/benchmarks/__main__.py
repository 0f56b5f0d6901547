"""Measures, and writes docs/benchmarks.md: `python -m tests.benchmarks [--quick]`.

Everything is measured in one run on one machine, against a peer in the same run; the ratios are what counts.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.loading.load import load_settings
from integration.adapters.sources.forms_json import parse_response
from integration.measure.figures import calculate_figures
from integration.model import Rows, SheetReading, StoredVersion
from integration.normalise.chunks import build_chunk, decode_chunks, encode_chunk, extract_answers
from integration.normalise.columns import build_columns
from integration.normalise.forms import accept_form_rows
from integration.normalise.sheets import accept_sheet_rows
from tests.benchmarks.google import google_lines
from tests.benchmarks.intake import CALLERS, intake_lines
from tests.benchmarks.workers import worker_lines
from tests.system.google.story import small_config

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from config.schema import Settings

PROJECT = Path(__file__).parents[2]
CONFIG, SAMPLE = PROJECT / "config" / "crescendo", PROJECT / "config" / "sample"
KEY = b"a key of the benchmarks, long enough"
FORM = "pulse"


def main() -> None:
    """Measure and write; --quick measures less and writes nothing."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--quick", action="store_true", help="little of everything, one round, nothing written")
    quick = parser.parse_args().quick
    count, rounds = (2_000, 1) if quick else (100_000, 3)
    settings = load_settings(CONFIG)
    lines = [*_demo(rounds, quick=quick), "", *_normalise(settings, count, rounds), "", *google_lines(count, rounds)]
    lines += ["", *intake_lines(count // 40, rounds, callers=CALLERS[:1] if quick else CALLERS)]
    lines += ["", *(worker_lines(1, numbers=(1,)) if quick else worker_lines(200))]
    text = "\n".join([*_preface(), *lines, ""])
    sys.stdout.write(text)
    if not quick:
        (PROJECT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")


def _preface() -> list[str]:
    return [
        "# Benchmarks",
        "",
        "Written by `make bench`: medians of one run on one machine; the ratios are what counts.",
        "",
        f"Python {platform.python_version()}, {os.cpu_count()} cores.",
        "",
    ]


def _demo(rounds: int, *, quick: bool) -> list[str]:
    times = [_three_demos(quick=quick) for _ in range(rounds)]
    firsts, seconds, answers = zip(*times, strict=True)
    bare = statistics.median(_timed(lambda: _python("-c", "pass")) for _ in range(rounds))
    first = statistics.median(firsts)
    return [
        "## The whole demo, after set-up",
        "",
        "| | seconds | against the first |",
        "|---|---|---|",
        f"| from an empty home folder to mailed packs | {first:.1f} | 1.00 |",
        f"| a second time, nothing new | {_against(seconds, first)} |",
        f"| after one new answer of one team | {_against(answers, first)} |",
        f"| *limit:* Python starting and doing nothing | {bare:.2f} | {bare / first:.2f} |",
    ]


def _three_demos(*, quick: bool) -> tuple[float, float, float]:
    with tempfile.TemporaryDirectory() as folder:
        home, data = Path(folder) / "home", Path(folder) / "data"
        shutil.copytree(SAMPLE, data)
        config = small_config(Path(folder) / "small") if quick else CONFIG
        run = partial(_run_demo, data, home, config)
        if quick:
            _one_more_answer(data)
            return (_timed(run),) * 3
        first, second = _timed(run), _timed(run)
        _one_more_answer(data)
        return first, second, _timed(run)


def _normalise(settings: Settings, count: int, rounds: int) -> list[str]:
    form = settings.forms[FORM]
    columns = build_columns(form.fields, settings.programme, KEY)
    versions = _versions(count)
    extract_answers(versions[:10], columns, ())  # the engine's own start is not what is measured
    with _thrifty():
        peer = statistics.median(
            _timed(lambda: _peer(versions, [c.question_id for c in columns])) for _ in range(rounds)
        )
        shape = statistics.median(_timed(lambda: extract_answers(versions, columns, ())) for _ in range(rounds))
        answers = extract_answers(versions, columns, ())
        read = statistics.median(
            _timed(lambda: build_chunk(versions, columns, answers, form.test_codes)) for _ in range(rounds)
        )
        kept = encode_chunk(build_chunk(versions, columns, answers, form.test_codes))
        again = statistics.median(_timed(lambda: decode_chunks([kept])) for _ in range(rounds))
        chunk = decode_chunks([kept])
        settle = statistics.median(
            _timed(lambda: accept_form_rows(FORM, form, settings.programme, columns, chunk, {})) for _ in range(rounds)
        )
        rows = _all_rows(settings, accept_form_rows(FORM, form, settings.programme, columns, chunk, {}))
        figures = statistics.median(
            _timed(lambda: calculate_figures(settings, rows, settings.programme.end)) for _ in range(rounds)
        )
    whole = shape + read + settle
    return [
        f"## Normalising {count:,} responses of the pulse form, as columns",
        "",
        "| step | seconds | against the peer |",
        "|---|---|---|",
        f"| *peer:* `json.loads` and a look-up for each answer; nothing is read or checked | {peer:.2f} | 1.00 |",
        f"| shape: stored JSON to columns (DuckDB, Arrow) | {shape:.2f} | {shape / peer:.2f} |",
        f"| read: every distinct answer by its field's rules | {read:.2f} | {read / peer:.2f} |",
        f"| settle: newest version, refusals, periods, one a person, issues | {settle:.2f} | {settle / peer:.2f} |",
        f"| **all of it** | **{whole:.2f}** | **{whole / peer:.2f}** |",
        f"| typed rows kept from before, one chunk ({len(kept) / 1e6:.1f} MB) | {again:.3f} | {again / peer:.3f} |",
        f"| every figure of every measure, all periods of the programme | {figures:.2f} | {figures / peer:.2f} |",
    ]


def _versions(count: int) -> list[StoredVersion]:
    path = SAMPLE / "forms" / FORM / "responses.json"
    sample = json.loads(path.read_text(encoding="utf-8"))["responses"]
    versions = []
    for n in range(count):
        told = sample[n % len(sample)] | {"responseId": f"R{n:08}"}
        read = parse_response(json.dumps(told).encode())
        versions.append(StoredVersion(n + 1, read.response_id, read.created_at, read.last_submitted_at, read.body))
    return versions


def _peer(versions: list[StoredVersion], ids: list[str]) -> dict[str, list[Any]]:
    bodies = [json.loads(version.body).get("answers", {}) for version in versions]
    return {i: [a[i]["textAnswers"]["answers"][0]["value"] if i in a else None for a in bodies] for i in ids}


def _all_rows(settings: Settings, pulse: Rows) -> dict[str, Rows]:
    rows = {}
    for source, form in settings.forms.items():
        columns = build_columns(form.fields, settings.programme, KEY)
        chunk = build_chunk([], columns, extract_answers([], columns, ()), form.test_codes)
        rows[source] = accept_form_rows(source, form, settings.programme, columns, chunk, {})
    for source, sheet in settings.sheets.items():
        columns = build_columns(sheet.fields, settings.programme, KEY)
        reading = SheetReading((tuple(column.heading for column in columns),))
        rows[source] = accept_sheet_rows(source, sheet, settings.programme, columns, reading, {})
    return rows | {FORM: pulse}


def _one_more_answer(data: Path) -> None:
    path = data / "forms" / FORM / "responses.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["responses"].append(told["responses"][0] | {"responseId": "one-more-answer"})
    path.write_text(json.dumps(told), encoding="utf-8")


def _run_demo(data: Path, home: Path, config: Path) -> None:
    _python("-m", "jobs", "demo", "--data", str(data), "--home", str(home), "--config", str(config))


def _python(*words: str) -> None:
    subprocess.run([sys.executable, *words], cwd=PROJECT, check=True, capture_output=True)  # noqa: S603  # our own


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _against(measured: Sequence[float], first: float) -> str:
    median = statistics.median(measured)
    return f"{median:.1f} | {median / first:.2f}"


@contextlib.contextmanager
def _thrifty() -> Any:
    """Keep the collector of cycles from running into what is measured."""
    import gc  # noqa: PLC0415  # only the benchmark needs it

    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


if __name__ == "__main__":
    main()
