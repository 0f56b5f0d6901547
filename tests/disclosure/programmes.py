"""The ten programmes that the audit of disclosure is tried on: the sample, five ordinary ones, four odd ones.

Each is a folder: `config/`, the configuration; `data/forms/*/responses.json`, every answer that ever came;
`data/sheets/register.xlsx`. The same name writes the same bytes.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.disclosure.answers import make_responses
from tests.disclosure.configuration import CONFIG, write_configuration, write_register
from tests.disclosure.designs import Design, TeamDesign

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = Path(__file__).parents[2] / "config" / "sample"

MONTHS = ("2021-12", "2022-01", "2022-02", "2022-03", "2022-04", "2022-05")
"""In them the survey rounds `after_phase_2` and `ongoing_1` end; `baseline` ended before."""

MONTHS_OF_THE_SAMPLE = ("2022-02", "2022-03", "2022-04", "2022-05", "2022-06", "2022-07")
"""The last is the month as of which the sample is shipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A programme on disk, and the six months that are played."""

    name: str
    config: Path
    data: Path
    months: tuple[str, ...]


def write_programme(name: str, folder: Path) -> Programme:
    """Write one of `PROGRAMMES` into a folder that is not there yet."""
    config, data = folder / "config", folder / "data"
    if name == THE_SAMPLE:
        shutil.copytree(CONFIG, config)
        for part in ("forms", "sheets"):
            shutil.copytree(SAMPLE / part, data / part)
        return Programme(name=name, config=config, data=data, months=MONTHS_OF_THE_SAMPLE)
    design = DESIGNS[name]()
    write_configuration(config, design)
    for form, responses in make_responses(design).items():
        (data / "forms" / form).mkdir(parents=True)
        shutil.copyfile(SAMPLE / "forms" / form / "form.json", data / "forms" / form / "form.json")
        save_responses(data, form, responses)
    write_register(data / "sheets" / "register.xlsx", design)
    return Programme(name=name, config=config, data=data, months=MONTHS)


def save_responses(data: Path, form: str, responses: list[dict[str, object]]) -> None:
    """Write what the form holds, as forms.responses.list gives it."""
    listed = ",\n".join(json.dumps(response, ensure_ascii=False, separators=(",", ":")) for response in responses)
    (data / "forms" / form / "responses.json").write_text(f'{{"responses":[\n{listed}\n]}}\n', encoding="utf-8")


# --- the designs ------------------------------------------------------------------------------------------------

TREES = ("Alder", "Ash", "Beech", "Cedar", "Hazel", "Holly", "Larch", "Lime", "Maple", "Poplar", "Willow", "Yew")


def _ordinary(seed: int) -> Design:
    """Return two authorities of two teams of which nothing is odd."""
    draw = Random(f"ordinary {seed}")
    names = draw.sample(TREES, 4)
    teams = [
        TeamDesign(
            name=name,
            people=draw.randint(5, 14),
            joins=draw.choice((0, 0, 1)),
            answers=draw.uniform(0.5, 0.95),
            leans=draw.uniform(2.4, 4.2),
            spread=draw.uniform(0.6, 1.4),
            families=draw.randint(5, 14),
            has_statutory_duties=draw.random() < 0.75,
        )
        for name in names
    ]
    return Design(seed=seed, authorities={"Eastfold": tuple(teams[:2]), "Westmarch": tuple(teams[2:])})


def _four_teams() -> Design:
    """Return one authority with four teams, two of them below the minimum group."""
    sizes = {"Ash": 3, "Beech": 5, "Larch": 7, "Yew": 8}
    leans = {"Ash": 3.0, "Beech": 3.8, "Larch": 2.8, "Yew": 3.5}
    teams = tuple(
        TeamDesign(name=name, people=people, answers=0.85, leans=leans[name], families=people + 1)
        for name, people in sizes.items()
    )
    return Design(seed=101, authorities={"Eastfold": teams})


def _one_team() -> Design:
    """Return one authority with one team: there is no total beside the team's own figures."""
    team = TeamDesign(name="Willow", people=14, answers=0.8, leans=3.3, families=16)
    return Design(seed=102, authorities={"Eastfold": (team,)})


def _unanimous() -> Design:
    """Return teams in which, in some rounds and fortnights, everybody answers alike, or all but one."""
    return Design(
        seed=103,
        authorities={
            "Eastfold": (
                TeamDesign(name="Cedar", people=8, answers=0.95, leans=3.6, families=9, alike=0.6),
                TeamDesign(name="Hazel", people=7, answers=0.95, leans=2.9, families=8, alike=0.3),
            ),
            "Westmarch": (
                TeamDesign(name="Holly", people=10, answers=0.9, leans=3.2, families=10, alike=0.5),
                TeamDesign(name="Lime", people=9, answers=0.9, leans=4.4, spread=0.5, families=9),
            ),
        },
    )


def _uneven_families() -> Design:
    """Return a programme in which 85% of the families that answer have a social worker of one team."""
    return Design(
        seed=104,
        authorities={
            "Eastfold": (
                TeamDesign(name="Maple", people=11, answers=0.75, leans=3.5, families=51),
                TeamDesign(name="Poplar", people=8, answers=0.75, leans=3.1, families=3),
            ),
            "Westmarch": (
                TeamDesign(name="Alder", people=9, answers=0.75, leans=2.9, families=3),
                TeamDesign(name="Yew", people=7, answers=0.75, leans=3.7, families=3),
            ),
        },
    )


THE_SAMPLE = "sample"
ORDINARY = tuple(f"ordinary_{seed}" for seed in range(1, 6))
ODD = ("four_teams", "one_team", "unanimous", "uneven_families")
PROGRAMMES = (THE_SAMPLE, *ORDINARY, *ODD)

DESIGNS: dict[str, Callable[[], Design]] = {
    **{name: partial(_ordinary, seed) for seed, name in enumerate(ORDINARY, start=1)},
    "four_teams": _four_teams,
    "one_team": _one_team,
    "unanimous": _unanimous,
    "uneven_families": _uneven_families,
}
