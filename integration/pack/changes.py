"""What changed since the month before, in a few sentences of facts: things done, meetings held, surveys ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.pack.content import State
from integration.pack.plain import quoted
from integration.pack.things import ACTION, MILESTONE, done_between, implemented, of_kind
from integration.pack.words import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from config.schema import Programme
    from integration.model import ShownThing
    from integration.pack.ground import Ground

NAMED_AT_MOST = 3


def changes(ground: Ground) -> tuple[str, ...]:
    """Return a sentence for each kind of thing that happened since the end of the month before."""
    month = (ground.after, ground.as_of)
    stages = {stage for rule in ground.rules.values() for stage in rule.stages}
    made = implemented(ground.things, stages, ground.as_of)
    sentences = (
        _done(done_between(made, *month), "small change", "implemented"),
        _done(done_between(of_kind(ground.things, MILESTONE), *month), "milestone", "reached"),
        _done(done_between(of_kind(ground.things, ACTION), *month), "action", "closed"),
        *_reviews(ground),
        _ended(ground.settings.programme, *month),
    )
    return tuple(sentence for sentence in sentences if sentence) or ("Nothing new is recorded.",)


def _done(things: list[ShownThing], noun: str, verb: str) -> str:
    if not things:
        return ""
    were = "was" if len(things) == 1 else "were"
    names = [quoted(t.title) + (f" ({t.team})" if t.team else "") for t in things[:NAMED_AT_MOST]]
    if len(things) > NAMED_AT_MOST:
        names.append(f"{len(things) - NAMED_AT_MOST} more")
    return f"{counted(len(things), noun)} {were} {verb}: {listed(names)}."


def _reviews(ground: Ground) -> Iterator[str]:
    for key, measure in ground.measures.items():
        latest, earlier = ground.now.latest(key), ground.before.latest(key)
        if measure.kind != "held" or latest is None or latest.state is not State.SHOWN:
            continue
        if (latest.numerator or 0) > (earlier.numerator or 0 if earlier else 0):
            yield "The month's review meeting was held."


def _ended(programme: Programme, after: date, as_of: date) -> str:
    rounds = [window.title for window in programme.windows.values() if after < window.end <= as_of]
    if not rounds:
        return ""
    were = "survey round has" if len(rounds) == 1 else "survey rounds have"
    return f"The {were} ended: {listed(rounds)}."
