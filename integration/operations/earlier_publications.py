"""Takes in, once, what earlier releases showed leaders, so that it stands as whatever this one publishes does.

Earlier releases kept nothing of that but their packs; their summaries lie where leaders read them.

1. The packs' records are read, the oldest first: each has the ids of the rows that a figure rested on.
2. The summary of each authority is read where it lies: it is the newest, and of the rows behind it nothing is known.
3. Each figure is compared with itself as it is now. Where the numbers are the same, it rested on what it rests on now;
   in a pack, on the rows with its ids. Else answers have changed, it is not known whose: what was shown stands longer.
4. What cannot be read, or is in no YAML any more, is said by name, and published as it is now.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from integration.disclose.figures_on_people import DIGEST_BYTES, UNKNOWN, tell
from integration.disclose.leaders_view import find_decimals, round_figures
from integration.errors import AccessError, PublishError, SourceError
from integration.kinds.measures import MEASURE_KINDS, Basis
from integration.model import PUBLISHED_NUMBERS, EarlierFigure, EarlierPublications, PublishedFigure, ShownAs
from integration.operations.job_runs import today
from integration.operations.pipeline import last_reporting_date
from integration.pack.as_json import read_earlier_figures
from integration.periods import last_day_of_month
from integration.publish.reading_back import read_summary
from integration.text_format import format_list, quote, round_as_shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from config.schema import Settings
    from integration.disclose import Digests
    from integration.model import FigureKey
    from integration.operations.pipeline import Pipeline
    from integration.wiring import Service

MOST_NAMES, ENDS = 8, ("lower", "upper")
"""So many names stand in one sentence; what follows from the other numbers of a figure, and is not compared."""
WITHDRAWN_BEFORE = "the release that withdrew it kept no reason"


@dataclass(slots=True)
class _TakenIn:
    """Every version of each figure so far, the oldest first, and a sentence for what could not be taken in."""

    versions: dict[FigureKey, list[PublishedFigure]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def add(self, each: PublishedFigure, *, knows_rows: bool) -> None:
        """Add a version, unless the last one showed the very same; of a pack it is known of which rows that was.

        Two of one moment are told apart by a microsecond.
        """
        versions = self.versions.setdefault(each.key, [])
        names = ("shown_as", "told", *PUBLISHED_NUMBERS, *(("answers", "persons") if knows_rows else ()))
        if not versions or any(getattr(each, name) != getattr(versions[-1], name) for name in names):
            earliest = versions[-1].since + timedelta(microseconds=1) if versions else each.since
            versions.append(replace(each, since=max(each.since, earliest)))

    def say_unread(self, where: str, names: Iterable[str]) -> None:
        """Say what of a pack or a summary could not be found again."""
        counts = Counter(names)
        listed = [name if count == 1 else f"{name} ({count} times)" for name, count in counts.most_common(MOST_NAMES)]
        more = [f"{len(counts) - MOST_NAMES} more"] if len(counts) > MOST_NAMES else []
        if counts:
            self.notices.append(
                f"Leaders saw in {where} what cannot be read back, or is in no YAML any more: "
                f"{format_list([*listed, *more])}. Of these they see the newest figures at once; the rest stands as it "
                "was published."
            )

    def say_unreadable(self, where: str) -> None:
        """Say that nothing is known of a pack or a summary."""
        self.notices.append(
            f"It is not known what leaders saw in {where}, which is missing or cannot be read: what stands in no other "
            "pack or summary is published as it is now."
        )


def take_in_earlier(
    service: Service, pipeline: Pipeline, digests: Digests
) -> tuple[EarlierPublications, dict[FigureKey, list[PublishedFigure]]]:
    """Return what could not be taken in, and every version of each figure on people that leaders were shown.

    Raises ExternalServiceError where Google cannot be reached: nothing goes out before it was asked.
    """
    taken_in = _TakenIn()
    _take_in_packs(service, pipeline, digests, taken_in)
    _take_in_summaries(service, pipeline, digests, taken_in)
    return EarlierPublications(service.clock.now(), tuple(taken_in.notices)), taken_in.versions


def _take_in_packs(service: Service, pipeline: Pipeline, digests: Digests, taken_in: _TakenIn) -> None:
    built = {(pack.authority, pack.month, pack.version): pack.built_at for pack in service.store.packs.all()}
    records = service.store.packs.records()
    if not records:
        return
    year, month = map(int, max(record.month for record in records).split("-"))
    day = min(last_day_of_month(year, month), today(service))
    now = _FiguresNow(pipeline.figures(max(day, last_reporting_date(service) or day)).frame, service.settings, digests)
    for record in sorted(records, key=lambda each: built[each.authority, each.month, each.version]):
        where = f"version {record.version} of the pack of {record.authority} for {record.month}"
        try:
            figures, unread = read_earlier_figures(record.body)
        except ValueError:
            taken_in.say_unreadable(where)
            continue
        since = built[record.authority, record.month, record.version]
        for figure in figures:
            if name := now.find_unknown(figure):
                unread.append(name)
            elif now.has(figure):
                taken_in.add(now.compare(figure, since), knows_rows=True)
        taken_in.say_unread(where, unread)


def _take_in_summaries(service: Service, pipeline: Pipeline, digests: Digests, taken_in: _TakenIn) -> None:
    day, run = last_reporting_date(service), service.store.runs.last().get("publish")
    if day is None:
        return
    frame = pipeline.figures(day).frame
    now = _FiguresNow(frame, service.settings, digests)
    since = run.ended_at if run and run.outcome == "done" else service.clock.now()
    for authority in service.settings.programme.authorities:
        where = service.publisher.summary_name(authority)
        if service.store.state.summary(authority).get() is None:  # it has joined since
            continue
        try:
            tables = service.publisher.read_summary(authority)
        except (SourceError, AccessError, PublishError):
            taken_in.say_unreadable(where)
            continue
        figures, unread = read_summary(tables, frame=frame, settings=service.settings, authority=authority)
        for figure in figures:
            if name := now.find_unknown(figure):
                unread.append(name)
            else:
                taken_in.add(now.compare(figure, since), knows_rows=False)
        taken_in.say_unread(where, unread)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that a figure rested on; of one that is gone, what it contributed is not a number."""

    ids: tuple[str, ...]
    persons: tuple[str, ...]
    answers: tuple[float, ...]


class _FiguresNow:
    """The figures on people as they are now, with which earlier ones are compared."""

    def __init__(self, frame: pd.DataFrame, settings: Settings, digests: Digests) -> None:
        on_people = [key for key, spec in settings.measures.items() if spec.rests_on == "people"]
        self._frame = frame[frame["measure"].isin(on_people)].reset_index(drop=True)
        self._settings, self._digests = settings, digests
        rounded = self._frame.loc[:, ["measure", *PUBLISHED_NUMBERS]].copy()
        round_figures(rounded, settings.measures)
        self._numbers = rounded.loc[:, list(PUBLISHED_NUMBERS)].astype(float)
        columns = (self._frame[name].tolist() for name in ("authority", "measure", "team", "period_kind", "period"))
        self._rows: dict[FigureKey, int] = {key: row for row, key in enumerate(zip(*columns, strict=True))}

    def has(self, figure: EarlierFigure) -> bool:
        """Return whether it is a figure on people."""
        return figure.key in self._rows

    def find_unknown(self, figure: EarlierFigure) -> str:
        """Return what of the figure is in no YAML any more, or was never written so; "" of one that is known."""
        authority, measure, team, _, period = figure.key
        spec, its = self._settings.measures.get(measure), self._settings.programme.authorities.get(authority)
        if spec is None:
            return f"the measure {quote(measure)}"
        if spec.rests_on == "things":
            return ""
        if its is None or (team and team not in its.teams):
            return f"the group {quote(team or authority)}"
        if figure.key not in self._rows:
            return f"the period {quote(period)} of {quote(measure)}"
        n = int(figure.numbers.get("n", 0))
        is_told = figure.shown_as is not ShownAs.BAND or figure.told in {tell(0, n), tell(n, n)}
        return "" if is_told else f"{quote(figure.told)} of {quote(measure)}"

    def compare(self, figure: EarlierFigure, since: datetime) -> PublishedFigure:
        """Return what is to be kept of the figure."""
        row = self._rows[figure.key]
        of_now = {
            str(name): None if pd.isna(number) else float(number) for name, number in self._numbers.loc[row].items()
        }
        shown: Mapping[str, float | None] = self._round(figure)
        if figure.shown_as is ShownAs.BAND:
            is_same = bool(of_now["n"]) and figure.told == tell(int(of_now["numerator"] or 0), int(of_now["n"] or 0))
        else:
            is_same = all(of_now[name] == number for name, number in shown.items() if name not in ENDS)
        if is_same and figure.shown_as is ShownAs.FIGURE:
            shown = of_now
        rows = self._find_rows(figure, row)
        answers, persons = self._digests.digest_rows(rows.ids, rows.persons, rows.answers)
        of_unknown = b"" if is_same else UNKNOWN.to_bytes(DIGEST_BYTES, "big")
        numbers: dict[str, Any] = {name: shown.get(name) for name in PUBLISHED_NUMBERS}
        return PublishedFigure(
            *figure.key,
            since,
            figure.shown_as,
            figure.told,
            **numbers,
            answers=of_unknown + answers.tobytes(),
            persons=of_unknown + persons.tobytes(),
            reason=WITHDRAWN_BEFORE if figure.shown_as is ShownAs.WITHDRAWN else "",
        )

    def _round(self, figure: EarlierFigure) -> dict[str, float | None]:
        """Return the numbers as this release shows them: some earlier ones gave every digit, and the sum of a mean."""
        spec = self._settings.measures[figure.key[1]]
        is_mean, places = MEASURE_KINDS[spec.kind].basis is Basis.ANSWERS, find_decimals(spec)
        return {
            name: round_as_shown(number, places=places) if name in {"value", *ENDS} else number
            for name, number in figure.numbers.items()
            if not (is_mean and name == "numerator")
        }

    def _find_rows(self, figure: EarlierFigure, row: int) -> _Rows:
        """Return the rows that it rested on: those of now, of which it had the ids, and those that are gone."""
        record = self._frame.loc[row]
        now = list(zip(record["ids"], map(str, record["persons"]), map(float, record["answers"]), strict=True))
        if figure.ids is not None:
            kept = [each for each in now if each[0] in set(figure.ids)]
            gone = dict.fromkeys(figure.ids).keys() - {each[0] for each in kept}
            now = [*kept, *((row_id, self._name_person(figure, row_id), float("nan")) for row_id in sorted(gone))]
        ids, persons, answers = zip(*now, strict=True) if now else ((), (), ())
        return _Rows(ids, persons, answers)

    def _name_person(self, figure: EarlierFigure, row_id: str) -> str:
        """Return who gave a row that the figure rests on no more: no fewer are told apart than are known to be several.

        Where the row is known elsewhere, it is known whose it is. In a period in which each is asked once, it is a
        person of its own; in a longer one, all that are gone may be one person's.
        """
        spec, (_, _, _, kind, period) = self._settings.measures[figure.key[1]], figure.key
        if known := self._persons.get((spec.source, row_id)):
            return known
        asked_once = spec.source in self._settings.sheets or self._settings.find_asking_period(spec.source) == kind
        return f"gone {row_id}" if asked_once else f"gone from {kind} {period}"

    @cached_property
    def _persons(self) -> dict[tuple[str, str], str]:
        """Who gave each row that any figure rests on now, by its source and its id."""
        columns = (self._frame[name] for name in ("measure", "ids", "persons"))
        return {
            (self._settings.measures[measure].source, row_id): str(person)
            for measure, ids, persons in zip(*columns, strict=True)
            for row_id, person in zip(ids, persons, strict=True)
        }
