"""Chooses what changes between the publications of a programme, from its own answers, by a seed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from tests.disclosure.answers import LABELS, question_ids
from tests.disclosure.changes import Change, ChangeKind, Plan
from tests.disclosure.configuration import read_programme, read_windows
from tests.disclosure.respondents import CHANGING_FIELD, FORTNIGHT_DAYS, list_answers, load_responses, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.disclosure.configuration import Span
    from tests.disclosure.programmes import Programme
    from tests.disclosure.respondents import Answer

SETTLED_AFTER = timedelta(days=8)
"""A period that ended so long before a publication is in it, whatever else holds it back."""

HAPPENS_AFTER = timedelta(days=15)
"""So long after a publication people do what changes before the next."""

SHIFTS = (3, -3, 2, -2, 4, -4, 1, -1)
"""By so many days a survey round is moved: the first of them that moves an answer in or out."""


def plan_changes(programme: Programme, publication_days: Sequence[date], *, seed: int) -> Plan:
    """Choose what changes in each of the five gaps between six publications; the same seed chooses the same.

    Every change is of a period that the publication before showed, and no two are of the same one of an authority.
    """
    return _Planner(programme, publication_days, Random(f"{programme.name} {seed}")).plan()


class _Planner:
    def __init__(self, programme: Programme, publication_days: Sequence[date], draw: Random) -> None:
        facts = read_programme(programme.config)
        self._start: date = facts["start"]
        self._names = {
            key: team["name"] for part in facts["authorities"].values() for key, team in part["teams"].items()
        }
        self._windows = read_windows(programme.config)
        self._days = publication_days
        self._draw = draw
        self._answers = list_answers(programme)
        self._values = {
            (form, response["responseId"]): said(response, question_ids(form)[CHANGING_FIELD[form]])
            for form, responses in load_responses(programme).items()
            if form in CHANGING_FIELD
            for response in responses
        }
        self._taken: set[tuple[str, str, str]] = set()
        self._aliases: dict[str, tuple[str, str]] = {}
        self._moved: dict[str, Span] = {}

    def plan(self) -> Plan:
        """Each line is a gap; the six late answers come first, for they need the fullest fortnight."""
        six = tuple(self._late_six(5))
        changes = [
            *(self._late("pulse", 1), self._edited("time_and_barriers", 1)),
            *(self._edited("pulse", 2), self._late("families", 2)),
            *(self._corrected(3),),
            *(self._erased(4), self._edited("families", 4)),
            *(*six, self._alias(5)),
        ]
        gone = (ChangeKind.ERASED, ChangeKind.ALIAS)
        absent = {each.response_id for each in changes if each.kind in gone} | {each.response_id for each in six}
        return Plan((*changes, *self._window(5, absent=absent)), self._aliases, self._moved)

    def _late(self, form: str, gap: int) -> Change:
        return self._arrived(self._choose(form, gap), gap)

    def _arrived(self, answer: Answer, gap: int) -> Change:
        return self._change(ChangeKind.LATE, gap, answer, "response_id", after=answer.response_id)

    def _late_six(self, gap: int) -> Iterator[Change]:
        full = Counter((each.authority, each.fortnight) for each in self._candidates("pulse", gap))
        most = max(full.values(), default=0)
        if most < 6:
            raise ValueError("no fortnight of an authority has six plain answers to the pulse: make a larger programme")
        authority, fortnight = max(place for place, count in full.items() if count == most)
        there = [
            each
            for each in self._candidates("pulse", gap)
            if (each.authority, each.fortnight) == (authority, fortnight)
        ]
        self._taken.add(("pulse", authority, str(fortnight)))
        for answer in self._draw.sample(there, 6):
            yield self._arrived(answer, gap)

    def _edited(self, form: str, gap: int) -> Change:
        answer = self._choose(form, gap)
        typed = self._values[form, answer.response_id]
        if form == "time_and_barriers":
            before, after = int(typed), (int(typed) + 4) % 11
        else:
            before = LABELS.index(typed) + 1
            after = 2 if before >= 4 else 4
        return self._change(ChangeKind.EDITED, gap, answer, CHANGING_FIELD[form], before=str(before), after=str(after))

    def _corrected(self, gap: int) -> Change:
        answer = self._choose("pulse", gap)
        after = str(LABELS.index(self._values["pulse", answer.response_id]) + 1)
        return self._change(ChangeKind.CORRECTED, gap, answer, CHANGING_FIELD["pulse"], after=after)

    def _erased(self, gap: int) -> Change:
        answer = self._choose("pulse", gap)
        return self._change(ChangeKind.ERASED, gap, answer, "response_id", before=answer.response_id)

    def _alias(self, gap: int) -> Change:
        answer = self._choose("pulse", gap)
        self._aliases[answer.response_id] = (f"The {self._names[answer.team]} lot", answer.team)
        return self._change(ChangeKind.ALIAS, gap, answer, "team", after=self._names[answer.team])

    def _window(self, gap: int, *, absent: set[str]) -> list[Change]:
        """Move the last survey round that the publication showed, both its ends; the absent were in none before."""
        key, (first, last) = max(
            (item for item in self._windows.items() if item[1][1] <= self._days[gap - 1] - SETTLED_AFTER),
            key=lambda item: item[1],
        )
        for days in SHIFTS:
            span = (first + timedelta(days=days), last + timedelta(days=days))
            moved = [
                self._change(
                    ChangeKind.WINDOW, gap, each, "window",
                    before=key if first <= each.day <= last else "",
                    after=key if span[0] <= each.day <= span[1] else "",
                )
                for each in self._answers
                if each.response_id not in absent
            ]  # fmt: skip
            if changes := [replace(each, period=key) for each in moved if each.before != each.after]:
                self._moved[key] = span
                return changes
        raise ValueError(f"nobody answered near the ends of the round {key}: make a larger programme")

    def _choose(self, form: str, gap: int) -> Answer:
        candidates = self._candidates(form, gap)
        if not candidates:
            raise ValueError(
                f"no plain answer to {form} is left to be changed in the gap {gap}: make a larger programme"
            )
        answer = self._draw.choice(candidates)
        self._taken.add((form, answer.authority, answer.period))
        return answer

    def _candidates(self, form: str, gap: int) -> list[Answer]:
        """Return the plain answers of periods that the publication before the gap showed, in a fixed order."""
        shown_until = self._days[gap - 1] - SETTLED_AFTER
        found = [
            each
            for each in self._answers
            if each.is_plain
            and each.form == form
            and each.period
            and self._last_day(each) <= shown_until
            and (form, each.authority, each.period) not in self._taken
        ]
        return sorted(found, key=lambda each: (each.day, each.response_id))

    def _last_day(self, answer: Answer) -> date:
        if answer.form == "pulse":
            return self._start + timedelta(days=answer.fortnight * FORTNIGHT_DAYS - 1)
        return self._windows[answer.window][1]

    def _change(  # noqa: PLR0913  # what is known of a change
        self, kind: ChangeKind, gap: int, answer: Answer, field: str, *, before: str = "", after: str = ""
    ) -> Change:
        return Change(
            kind=kind, after_publication=gap, happened_on=self._days[gap - 1] + HAPPENS_AFTER, form=answer.form,
            response_id=answer.response_id, person=answer.person, authority=answer.authority, team=answer.team,
            period=answer.period, field=field, before=before, after=after,
        )  # fmt: skip
