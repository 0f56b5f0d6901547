"""Audit publications in the order of time.

    python -m tests.disclosure FOLDER... [--config DIR] [--needless] [--ranges] [--all] [--brief]

Each folder is a home folder with the summaries, the packs and the data.xlsx of one moment. A folder that holds
`config/programme.yaml` is read by that YAML, every other by --config. Exit code 1 where anything was found.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from config.loading.load import load_settings
from tests.disclosure.audit import Report, audit, list_possible, read_histories
from tests.disclosure.cells import read_programme
from tests.disclosure.needless import count_by_kind, find_needless
from tests.disclosure.published import describe

FEW = 10
"""Findings of one kind that are printed without --all."""


def main(arguments: list[str] | None = None) -> int:
    """Print what the auditor finds, and how many figures are hidden, known and needlessly hidden."""
    parser = argparse.ArgumentParser(prog="python -m tests.disclosure", description="Audit what leaders received.")
    parser.add_argument("folders", type=Path, nargs="+", help="home folders, in the order of time")
    parser.add_argument("--config", type=Path, default=Path("config/crescendo"), help="the programme's YAML")
    parser.add_argument("--all", action="store_true", help=f"print every finding, not {FEW} of each kind")
    parser.add_argument("--brief", action="store_true", help="do not look for the cells that a finding follows from")
    parser.add_argument("--ranges", action="store_true", help="say between what each hidden figure can be")
    parser.add_argument("--needless", action="store_true", help="name each figure that is needlessly hidden")
    asked = parser.parse_args(arguments)
    owns = [
        folder / "config" if (folder / "config" / "programme.yaml").is_file() else asked.config
        for folder in asked.folders
    ]
    read = {path: read_programme(load_settings(path)) for path in set(owns)}
    histories, notes = read_histories(asked.folders, [read[path] for path in owns])
    for note in notes:
        print(f"Doubt: {note}")  # noqa: T201  # the command's output
    found = 0
    for history in histories:
        report = audit(history, explain=0 if asked.brief else 20)
        found += len(report.findings)
        lines = describe_findings(report, len(report.findings) if asked.all else FEW)
        lines += describe_cells(report, name_all=asked.needless)
        lines += describe_ranges(report) if asked.ranges else []
        print("\n".join(lines))  # noqa: T201
    return 1 if found or notes else 0


def describe_findings(report: Report, most: int) -> list[str]:
    """Return the findings of one authority as lines, of each kind so many at most."""
    history = report.history
    lines = [f"{history.authority}: {len(history.publications)} publications"]
    lines += [f"  Note: {note}" for note in report.notes]
    for kind, count in sorted(report.count().items()):
        lines.append(f"  {count} × {kind}")
        own = [finding for finding in report.findings if finding.kind is kind]
        lines += [f"    {finding}" for finding in own[:most]]
        lines += [f"    … and {count - most} more (--all)"] if count > most else []
    return lines


def describe_cells(report: Report, *, name_all: bool) -> list[str]:
    """Return how many figures the newest publication shows and hides, and how many of those needlessly."""
    lines = [
        f"  {group}, {period}: {count} {state.name.lower().replace('_', ' ')}"
        for (group, period, state), count in sorted(report.count_cells().items())
    ]
    thrift = find_needless(report.history)
    needless, together = count_by_kind(thrift.needless), count_by_kind(thrift.together)
    for (group, period), count in sorted(thrift.hidden.items()):
        also = f", {together[group, period]} more together with others of their measure and period"
        lines.append(f"  {group}, {period}: {needless[group, period]} of {count} hidden are needless{also}")
    hidden = sum(thrift.hidden.values())
    share = f" ({len(thrift.needless) / hidden:.1%})" if hidden else ""
    lines.append(f"  needlessly hidden: {len(thrift.needless)} of {hidden}{share}")
    if name_all:
        lines += [f"    {one.place} could be {describe(one.cell)}" for one in thrift.needless]
        lines += [f"    {one.place} could be {describe(one.cell)}, with others" for one in thrift.together]
    return lines


def describe_ranges(report: Report) -> list[str]:
    """Return between what each hidden figure can be, and how many have only two values left."""
    possible = list_possible(report.history)
    narrow = sum(one.is_narrow for one in possible)
    return [f"  of {len(possible)} hidden figures {narrow} have two values left", *(f"    {one}" for one in possible)]


if __name__ == "__main__":
    sys.exit(main())
