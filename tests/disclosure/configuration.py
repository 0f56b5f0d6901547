"""The configuration of a generated programme: the shipped one with other authorities; and its shared register."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import xlsxwriter
import yaml

from tests.disclosure.designs import ANSWERED_UNTIL, JOINED_ON, START

if TYPE_CHECKING:
    from tests.disclosure.designs import Design

CONFIG = Path(__file__).parents[2] / "config" / "crescendo"
MADE_ON = datetime(2021, 9, 1, 9, 0, 0)  # noqa: DTZ001  # a workbook's own times have no zone

Facts = dict[str, Any]
Span = tuple[date, date]


def write_configuration(folder: Path, design: Design) -> None:
    """Copy the shipped configuration, with the authorities, teams and leaders of the design."""
    shutil.copytree(CONFIG, folder)
    programme = read_programme(folder)
    programme["authorities"] = {
        authority.lower(): {
            "name": authority,
            "teams": {
                team.key: {
                    "name": team.name,
                    "aliases": [f"{team.name} team", f"Team {team.name}"],
                    "statutory": team.has_statutory_duties,
                    "headcount": team.people,
                }
                for team in teams
            },
        }
        for authority, teams in design.authorities.items()
    }
    save_programme(folder, programme)
    packs = yaml.safe_load((folder / "packs.yaml").read_text(encoding="utf-8"))
    packs["leaders"] = {authority.lower(): _leaders(authority) for authority in design.authorities}
    _save(folder / "packs.yaml", packs)


def _leaders(authority: str) -> Facts:
    domain = f"{authority.lower()}.example.org"
    return {
        "recipients": [{"name": f"Director of {authority}", "email": f"director@{domain}"}],
        "meeting": {
            "title": "Monthly review",
            "weekday": "Tuesday",
            "which": 2,
            "at": "14:00",
            "minutes": 60,
            "place": f"{authority} Civic Centre",
        },
    }


def read_programme(folder: Path = CONFIG) -> Facts:
    """Return programme.yaml as plain values; its days are dates."""
    facts: Facts = yaml.safe_load((folder / "programme.yaml").read_text(encoding="utf-8"))
    return facts


def save_programme(folder: Path, programme: Facts) -> None:
    """Write programme.yaml anew."""
    _save(folder / "programme.yaml", programme)


def read_windows(folder: Path = CONFIG) -> dict[str, Span]:
    """Return the first and the last day of each survey round, by its key."""
    return {key: (span["start"], span["end"]) for key, span in read_programme(folder)["windows"].items()}


def _save(path: Path, facts: Facts) -> None:
    path.write_text(yaml.safe_dump(facts, sort_keys=False, allow_unicode=True), encoding="utf-8")


def write_register(path: Path, design: Design) -> None:
    """Write the teams' shared workbook: small changes, milestones, reviews with leaders, and headcounts."""
    path.parent.mkdir(parents=True)
    draw = Random(f"{design.seed} register")
    rows: dict[str, list[list[object]]] = {"Small changes": [], "Blueprint": [], "Senior reviews": [], "Teams": []}
    for authority, teams in design.authorities.items():
        for team in teams:
            rows["Teams"].append([team.name, authority, _yes(is_so=team.has_statutory_duties), team.people, START])
            if team.joins:
                grown = team.people + team.joins
                rows["Teams"].append([team.name, authority, _yes(is_so=team.has_statutory_duties), grown, JOINED_ON])
            rows["Small changes"] += [_small_change(draw, team.name, number) for number in range(1, 5)]
        rows["Blueprint"] += [_milestone(draw, authority, number) for number in range(1, 5)]
        held_on = START + timedelta(days=draw.randint(3, 20))
        while held_on <= ANSWERED_UNTIL:
            rows["Senior reviews"].append([held_on, authority, draw.randint(3, 8), draw.randint(2, 5), "Go on"])
            held_on += timedelta(days=30)
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": MADE_ON})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for tab, lines in rows.items():
        sheet = book.add_worksheet(tab)
        sheet.write_row(0, 0, HEADINGS[tab])
        for row, line in enumerate(lines, start=1):
            for column, cell in enumerate(line):
                if isinstance(cell, date):
                    sheet.write_datetime(row, column, cell, day)
                elif cell is not None:
                    sheet.write(row, column, cell)
    book.close()


HEADINGS = {
    "Small changes": ("Ref", "Change", "Team", "Barrier", "Stage", "Designed on", "Implemented on", "Owner",
                      "Hours saved a week", "Notes"),
    "Blueprint": ("Ref", "Milestone", "Authority", "Owner", "Due", "Done", "Notes"),
    "Senior reviews": ("Held on", "Authority", "Attended", "Commitment (1-5)", "Decision", "Action", "Action owner",
                       "Action due", "Action closed"),
    "Teams": ("Team", "Authority", "Statutory", "Headcount", "From"),
}  # fmt: skip


def _yes(*, is_so: bool) -> str:
    return "Yes" if is_so else "No"


def _small_change(draw: Random, team: str, number: int) -> list[object]:
    designed_on = START + timedelta(days=draw.randint(10, 150))
    implemented_on = designed_on + timedelta(days=draw.randint(14, 70)) if draw.random() < 0.7 else None
    stage = "Implemented" if implemented_on else "Testing"
    ref, title = f"{team[:3].upper()}-{number}", f"Small change {number} of {team}"
    return [ref, title, team, "Recording and forms", stage, designed_on, implemented_on, "Team manager", 2]


def _milestone(draw: Random, authority: str, number: int) -> list[object]:
    due_on = START + timedelta(days=60 * number)
    done_on = due_on + timedelta(days=draw.randint(-12, 9)) if draw.random() < 0.8 else None
    return [f"{authority[0]}-{number}", f"Milestone {number}", authority, "Practice lead", due_on, done_on]
