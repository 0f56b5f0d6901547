"""What changed since the month before, in a few sentences of facts: things done, meetings held, surveys ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.pack.content import State
from integration.pack.plain import quoted
from integration.pack.things import ACTION, MILESTONE, done_between, implemented, of_kind
from integration.pack.words import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from config.schema import Programme
    from integration.model import ShownThing
    from integration.pack.content import CountRule, Measure
    from integration.pack.figures import Book

NAMED_AT_MOST = 3


def changes(  # noqa: PLR0913  # everything that can change in a month
    *,
    things: tuple[ShownThing, ...],
    rules: Iterable[CountRule],
    measures: Mapping[str, Measure],
    now: Book,
    before: Book,
    programme: Programme,
    after: date,
    as_of: date,
) -> tuple[str, ...]:
    """Return a sentence for each kind of thing that happened after one day and by the other."""
    stages = tuple({stage for rule in rules for stage in rule.stages})
    month = (after, as_of)
    sentences = (
        _done(done_between(implemented(things, stages, as_of), *month), "small change", "implemented"),
        _done(done_between(of_kind(things, MILESTONE), *month), "milestone", "reached"),
        _done(done_between(of_kind(things, ACTION), *month), "action", "closed"),
        *_reviews(measures, now, before),
        _ended(programme, *month),
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


def _reviews(measures: Mapping[str, Measure], now: Book, before: Book) -> Iterator[str]:
    for key, measure in measures.items():
        latest, earlier = now.latest(key), before.latest(key)
        if measure.kind != "held" or latest is None or latest.state is not State.SHOWN:
            continue
        if (latest.numerator or 0) > (earlier.numerator or 0 if earlier else 0):
            yield "The month’s review meeting was held."


def _ended(programme: Programme, after: date, as_of: date) -> str:
    rounds = [window.title for window in programme.windows.values() if after < window.end <= as_of]
    if not rounds:
        return ""
    were = "survey round has" if len(rounds) == 1 else "survey rounds have"
    return f"The {were} ended: {listed(rounds)}."

