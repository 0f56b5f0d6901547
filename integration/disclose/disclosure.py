"""Decides of every figure how leaders see it, and what is to be remembered of that.

Figures on work items are seen as they are. Of figures on people, form by form of each authority:

1. those whose period has not ended and settled are not looked at (`figures_on_people`);
2. each is compared with all that was ever published of it (`figures_on_people`): most stand as they were;
3. of the others it is found how each may be seen alone (`figures_on_people`);
4. what follows from sums counts as shown (`sums`), the audit tells what can be worked out (`audit`), and as little more
   is hidden as that takes (`choice`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from integration.disclose.figures_on_people import (
    SEEN,
    UNKNOWN,
    Change,
    PeopleFigure,
    compare_with_published,
    count_changed,
    needs_decision,
    show_alone,
    spread_hidden,
    stand_as_published,
    tell,
)
from integration.disclose.leaders_view import find_decimals, round_figures
from integration.disclose.sums import gives_away, list_sums
from integration.kinds.fields import FIELD_KINDS
from integration.kinds.measures import MEASURE_KINDS, DisclosedAs
from integration.model import PUBLISHED_NUMBERS, Disclosure, FigureKey, PublishedFigure, ShownAs
from integration.text_format import format_count, format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from config.schema import MeasureSpec, Settings
    from integration.disclose.figures_on_people import Digests
    from integration.model import Figures


@dataclass(frozen=True, slots=True)
class DisclosureContext:
    """What a decision rests on beside the figures: every version of each that was published, the oldest first.

    `today` is the day in the programme's time zone, `now` the moment.
    """

    published: Mapping[FigureKey, Sequence[PublishedFigure]]
    digests: Digests
    today: date
    now: datetime


def disclose(figures: Figures, settings: Settings, context: DisclosureContext) -> Disclosure:
    """Return how leaders see each figure."""
    frame, minimum = figures.frame, settings.packs.audience.minimum_group
    names = ("authority", "measure", "team", "period_kind", "period")
    keys: list[FigureKey] = list(zip(*(frame[name].tolist() for name in names), strict=True))
    from_when = _find_first_days(figures, settings, context.today)
    shown_as: list[str | None] = [
        None if day else str(ShownAs.FIGURE if has_value else ShownAs.NO_ANSWERS)
        for day, has_value in zip(from_when, frame["value"].notna().tolist(), strict=True)
    ]
    why = [f"leaders see it from {format_date(day)} on" if day else "" for day in from_when]
    told, is_older = [""] * len(frame), [False] * len(frame)
    rounded = _round(frame, settings)
    stands: dict[FigureKey, PublishedFigure] = {}
    new: list[PublishedFigure] = []
    exposed: list[FigureKey] = []
    for own in _list_people_figures(frame, [day is None for day in from_when], settings):
        _judge_alone(own, keys, context, minimum)
        exposed += [keys[figure.row] for figure in _decide(own, minimum)]
        for figure in own:
            row, key = figure.row, keys[figure.row]
            shown_as[row], is_older[row] = str(figure.shown_as), figure.is_older
            why[row], told[row] = _say_why(figure, minimum), _tell(figure)
            if (stood := figure.what_stands()) is not None:
                stands[key] = stood
            elif figure.shown_as is not ShownAs.NO_ANSWERS:
                new.append(_remember(figure, key, rounded.iloc[row], context))
    columns: dict[str, Any] = {
        "figure": keys,
        "shown_as": shown_as,
        "told": told,
        "is_older": is_older,
        "leaders_see": list(map(_say_what_is_seen, shown_as, is_older)),
        "why": why,
    }
    frame = frame.assign(**columns)
    return Disclosure(figures.as_of, frame, stands, tuple(new), tuple(exposed))


def _round(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the numbers of each figure as leaders would read them."""
    rounded = frame.loc[:, ["measure", *PUBLISHED_NUMBERS]].copy()
    round_figures(rounded, settings.measures)
    return rounded


def _judge_alone(
    figures: Sequence[PeopleFigure], keys: Sequence[FigureKey], context: DisclosureContext, minimum: int
) -> None:
    """Note of each figure how it may be seen alone, and what became of it since it was published."""
    for figure in figures:
        figure.alone = show_alone(figure, minimum)
        compare_with_published(figure, context.published.get(keys[figure.row], ()), context.digests, minimum)


@dataclass(frozen=True, slots=True)
class PutRight:
    """A figure as it is to be shown now: how many people's answers have changed, at the least where `is_least`.

    `exposed` is what else that gives away.
    """

    version: PublishedFigure
    changed: int
    is_least: bool
    exposed: tuple[FigureKey, ...]


def put_right(
    figures: Figures, settings: Settings, context: DisclosureContext, *, key: FigureKey, reason: str
) -> PutRight | None:
    """Return a figure as it is to be shown though few answers have changed; None where it may not be shown alone.

    All others stay as leaders see them.
    """
    frame, minimum = disclose(figures, settings, context).frame, settings.packs.audience.minimum_group
    keys, is_seen = frame["figure"].tolist(), frame["shown_as"].notna().tolist()
    own = next(own for own in _list_people_figures(frame, is_seen, settings) if key in {keys[each.row] for each in own})
    _judge_alone(own, keys, context, minimum)
    figure = next(each for each in own if keys[each.row] == key)
    changed, is_least = max(count_changed(figure.changed), 1), UNKNOWN in figure.changed
    if figure.alone is ShownAs.HIDDEN:
        return None
    exposed_before = _list_given_away(own, frame, minimum)
    figure.change = Change.NEW
    figure.show()
    record = _round(frame, settings).iloc[figure.row]
    version = replace(_remember(figure, key, record, context), reason=reason)
    others = _list_given_away(own, frame, minimum, put_right=figure) - exposed_before
    return PutRight(version, changed, is_least, tuple(sorted(keys[each.row] for each in others)))


def _list_given_away(
    figures: Sequence[PeopleFigure], frame: pd.DataFrame, minimum: int, *, put_right: PeopleFigure | None = None
) -> set[PeopleFigure]:
    """Return the figures of which leaders can tell more than they see, each shown as the frame says."""
    for figure in figures:
        if figure is not put_right:
            figure.shown_as = ShownAs(frame["shown_as"].iloc[figure.row])
            figure.is_older = bool(frame["is_older"].iloc[figure.row])
    sums = [each for each in list_sums(figures) if gives_away(each, minimum)]
    return {part for each in sums for part in each.list_all() if not part.is_known}


def _say_what_is_seen(shown_as: str | None, is_older: bool) -> str:  # noqa: FBT001  # mapped over columns
    if shown_as not in SEEN:
        return "nothing"
    return "older" if is_older else "same"


def _find_first_days(figures: Figures, settings: Settings, today: date) -> list[date | None]:
    """Return for each figure the day from which on leaders see it, None where they do by now."""
    on_people = {key: spec.rests_on == "people" for key, spec in settings.measures.items()}

    def first_day(end: date, *, rests_on_people: bool) -> date | None:
        first = end + timedelta(days=settings.packs.settle_days if rests_on_people else 0)
        return None if end <= figures.as_of and (first <= today or not rests_on_people) else first

    known = {
        (end, people): first_day(end, rests_on_people=people)
        for end in set(figures.frame["period_end"])
        for people in (True, False)
    }
    pairs = zip(figures.frame["period_end"], figures.frame["measure"], strict=True)
    return [known[end, on_people[measure]] for end, measure in pairs]


def _decide(figures: Sequence[PeopleFigure], minimum: int) -> Sequence[PeopleFigure]:
    """Decide how leaders see each figure of one form of one authority; return those given away all the same."""
    if any(needs_decision(figure) for figure in figures):
        from integration.disclose.choice import choose_hidden  # noqa: PLC0415  # its libraries take half a second

        return choose_hidden(figures, minimum)
    for figure in figures:
        if figure.is_free:
            figure.show()
        else:
            stand_as_published(figure)
    spread_hidden(figures)
    return ()


def _tell(figure: PeopleFigure) -> str:
    if figure.shown_as is not ShownAs.BAND:
        return ""
    stood = figure.what_stands()
    return stood.told if stood else tell(figure.x, figure.n)


def _say_why(figure: PeopleFigure, minimum: int) -> str:
    """Return why leaders do not see the figure as it is, "" where they do."""
    reason, published = "", figure.published
    on = format_date(published.since.date()) if published else ""
    more = minimum - count_changed(figure.changed)
    if published and figure.shown_as is ShownAs.WITHDRAWN:
        reason = f"it was withdrawn on {on}: {published.reason}"
    elif figure.is_older and more > 0:
        people = format_count(more, "more person", plural="more people")
        reason = f"leaders see what was published on {on}: held until the answers of {people} have changed"
    elif figure.is_older:
        reason = f"leaders see what was published on {on}: the difference would tell what single people answered"
    elif figure.shown_as is not ShownAs.HIDDEN:
        reason = ""
    elif published and figure.change is Change.FEW:
        reason = f"hidden since {on}, and held until the answers of {minimum} people have changed"
    elif figure.people < minimum:
        reason = f"it rests on fewer than {minimum} people"
    elif figure.alone is ShownAs.HIDDEN:
        reason = "nearly all answers are alike"
    else:
        reason = "together with what leaders see it would tell what is hidden, or what single people answered"
    return reason


def _list_people_figures(
    frame: pd.DataFrame, is_seen: Sequence[bool], settings: Settings
) -> Iterator[list[PeopleFigure]]:
    """Yield the figures on people of each form of each authority."""
    people = [key for key, spec in settings.measures.items() if spec.rests_on == "people"]
    rows = np.flatnonzero(np.array(is_seen, dtype=bool) & frame["measure"].isin(people).to_numpy())
    groups: dict[tuple[str, str], list[PeopleFigure]] = {}
    for row, record in zip(rows.tolist(), frame.iloc[rows].to_dict("records"), strict=True):
        spec = settings.measures[record["measure"]]
        figure = _read_figure(row, {str(name): value for name, value in record.items()}, spec, settings)
        groups.setdefault((spec.source, record["authority"]), []).append(figure)
    yield from groups.values()


def _read_figure(row: int, record: Mapping[str, Any], spec: MeasureSpec, settings: Settings) -> PeopleFigure:
    kind = MEASURE_KINDS[spec.kind]
    low, high = find_scale(spec, settings) if kind.disclosed_as is DisclosedAs.MEAN else (np.nan, np.nan)
    return PeopleFigure(
        row=row,
        measure=record["measure"],
        team=record["team"],
        period=(record["period_kind"], record["period"]),
        first=record["period_start"],
        last=record["period_end"],
        series=record.get("series_from"),
        disclosed_as=kind.disclosed_as,
        is_headline=record["measure"] in settings.packs.headlines,
        people=int(record["people"]),
        n=int(record["n"]),
        x=int(record["numerator"]) if kind.disclosed_as is not DisclosedAs.MEAN else 0,
        headcount=float(record.get("headcount", np.nan)),
        ids=record["ids"],
        persons=record["persons"],
        answers=record["answers"],
        low=low,
        high=high,
        places=find_decimals(spec),
    )


def find_scale(spec: MeasureSpec, settings: Settings) -> tuple[float, float]:
    """Return the ends of the scale of a mean, NaN for none."""
    if MEASURE_KINDS[spec.kind].value_format.is_share:
        return 0.0, 1.0
    source, names = settings.forms.get(spec.source) or settings.sheets[spec.source], spec.list_named_fields()
    field = next(field for field in source.fields if field.name == names[0].name)
    if ends := FIELD_KINDS[field.type].find_ends(field):
        return ends
    possible = field.list_possible_answers()
    return (0.0, float(len(possible.names))) if possible and possible.names else (np.nan, np.nan)


NUMBERS_SHOWN: Mapping[ShownAs, Sequence[str]] = {
    ShownAs.FIGURE: PUBLISHED_NUMBERS,
    ShownAs.BAND: ("n", "denominator"),
}


def _remember(
    figure: PeopleFigure, key: FigureKey, record: pd.Series[Any], context: DisclosureContext
) -> PublishedFigure:
    """Return what is to be remembered of a figure that is now published, or held back, for the first time or anew."""
    answers, persons = context.digests.digest_rows(figure.ids, figure.persons, figure.answers)
    shows = NUMBERS_SHOWN.get(figure.shown_as, ())
    numbers: dict[str, Any] = {
        name: float(record[name]) if name in shows and not pd.isna(record[name]) else None for name in PUBLISHED_NUMBERS
    }
    earlier = context.published.get(key, ())
    # Two decisions of one run bear the same moment: the later one's must be later.
    since = max(context.now, earlier[-1].since + timedelta(microseconds=1)) if earlier else context.now
    return PublishedFigure(
        *key, since, figure.shown_as, _tell(figure), **numbers, answers=answers.tobytes(), persons=persons.tobytes()
    )
