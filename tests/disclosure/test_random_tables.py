"""Random small publications by the rules, each held against the auditor, which shares no code with them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.disclosure.audit import audit
from tests.disclosure.handmade import make_history, make_programme, make_truth
from tests.unit.integration.disclose.answers import Answer, Leaders, make_figures

if TYPE_CHECKING:
    from config.schema import Settings
    from integration.model import Disclosure
    from tests.disclosure.history import History

TEAMS = ("elm", "oak", "ash", "fir")
MEASURES = {"ownership_positive": "ownership", "heard_positive": "heard", "pulse_response_rate": "rate"}
RATE = "pulse_response_rate"
SHARDS = 4


@pytest.mark.parametrize("shard", range(SHARDS))
def test_of_random_tables_nothing_hidden_is_known(
    shard: int, settings: Settings, request: pytest.FixtureRequest
) -> None:
    """One survey round of two fortnights, two questions, who responded; two to four teams of three to nine people."""
    hidden = 0
    for number in range(shard, int(request.config.getoption("--random-tables")), SHARDS):
        history = publish(random.Random(number), settings)  # the same tables every time
        report = audit(history, explain=3)
        assert [str(finding) for finding in report.findings] == [], f"table {number}"
        hidden += sum(count for (_, _, state), count in report.count_cells().items() if state.name == "HIDDEN")
    assert hidden > SHARDS


def publish(chance: random.Random, settings: Settings) -> History:
    """Return the history of one publication of a random table."""
    teams = TEAMS[: chance.randint(2, len(TEAMS))]
    headcounts = {team: chance.randint(3, 9) for team in teams}
    responds, agrees = chance.uniform(0.4, 1), chance.choice([0.02, 0.2, 0.5, 0.9])
    answers: dict[str, list[Answer]] = {measure: [] for measure in MEASURES}
    said = []
    for fortnight in (1, 2):
        for team in teams:
            for one in range(headcounts[team]):
                if chance.random() > responds:
                    continue
                values = {m: float(chance.random() < agrees) for m in MEASURES if m == RATE or chance.random() < 0.9}
                person = f"{team} {one}"
                for measure, value in values.items():
                    answers[measure].append(Answer(team, person, 1.0 if measure == RATE else value, fortnight))
                own = {MEASURES[measure]: value for measure, value in values.items() if measure != RATE}
                said.append((person, fortnight, own))
    figures = make_figures(answers, teams, rounds=[(1, 2)], headcounts=headcounts, responses=RATE)
    programme = make_programme(teams, headcounts)
    return make_history(programme, write_cells(Leaders(settings).see(figures)), truths=[make_truth(programme, said)])


def write_cells(seen: Disclosure) -> dict[str, str]:
    """Return the cells as leaders have them, in the auditor's words."""
    words = {"hidden": "[c]", "no_answers": "[x]"}
    return {
        f"{MEASURES[row['measure']]} {row['team'] or 'all'} {row['period'].replace('round_0', 'baseline')}": (
            row["told"] or words.get(row["shown_as"]) or f"{row['numerator']:.0f} of {row['n']:.0f}"
        )
        for row in seen.frame.to_dict("records")
    }
