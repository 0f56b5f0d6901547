"""What changes between two publications of a programme, chosen from its answers by a seed, and the truth of it.

Late answers are kept back until their time comes, answers that are corrected or whose team gets an alias are spoilt
from the start: so whatever a change uncovers is an answer that a person of the programme really gave.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.disclosure.answers import LABELS, question_ids, write_answers
from tests.disclosure.configuration import read_programme, read_windows, save_programme

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.disclosure.answers import Response
    from tests.disclosure.configuration import Span
    from tests.disclosure.programmes import Programme

LONDON = ZoneInfo("Europe/London")
FORTNIGHT_DAYS = 14

CHANGING_FIELD = {"pulse": "ownership", "time_and_barriers": "time_share", "families": "needs_met"}
"""Of each form of people's answers the field that an edit changes."""

SETTLED_AFTER = timedelta(days=8)
"""A period that ended so long before a publication is in it, whatever else holds it back."""

HAPPENS_AFTER = timedelta(days=15)
"""So long after a publication people do what changes before the next."""

SPOILT = "As I said on the telephone"
"""What stands in the place of a label until it is corrected."""

SHIFTS = (3, -3, 2, -2, 4, -4, 1, -1)
"""By so many days a survey round is moved: the first of them that moves an answer in or out."""


class ChangeKind(StrEnum):
    """What happens between two publications."""

    LATE = "late"
    """An answer that was submitted within an old period arrives only now."""
    EDITED = "edited"
    """Somebody answers one question of an old response differently."""
    CORRECTED = "corrected"
    """The project team types what an answer should have been into `needs_attention`."""
    ERASED = "erased"
    """A response is forgotten."""
    ALIAS = "alias"
    """The YAML learns a name of a team, and an answer that had no team gets one."""
    WINDOW = "window"
    """A survey round is moved by some days, and an answer is in it now, or no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response that counts in a period of a team. `is_plain`: nothing about it is odd, so it may be changed."""

    form: str
    response_id: str
    person: str
    authority: str
    team: str
    day: date
    fortnight: int
    window: str
    is_plain: bool

    @property
    def period(self) -> str:
        """The period in which it is read first: the fortnight of a pulse, else the survey round; "" for none."""
        return str(self.fortnight) if self.form == "pulse" else self.window


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One answer that changed between the publication of this number (the first is 1) and the next.

    `before` and `after` are what the column `field` of the form's tab in data.xlsx holds; "" where there is no such
    row, or nothing in the cell. A late and an erased answer is a whole row: its field is that of its response id.
    """

    kind: ChangeKind
    after_publication: int
    happened_on: date
    form: str
    response_id: str
    person: str
    authority: str
    team: str
    period: str
    field: str
    before: str
    after: str

    @property
    def typed(self) -> str:
        """What is typed or chosen so that `after` stands in data.xlsx: a number, or a label."""
        return self.after if self.form == "time_and_barriers" else LABELS[int(self.after) - 1]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that changes: `changes`, and what makes them happen."""

    changes: tuple[Change, ...]
    aliases: dict[str, tuple[str, str]]
    """The new alias by the id of the response that has it, with the team's key."""
    windows: dict[str, Span]
    """The days of each survey round that is moved, afterwards."""

    def of_kind(self, *kinds: ChangeKind, after: int | None = None) -> tuple[Change, ...]:
        """Return the changes of these kinds, of all gaps or of the one after that publication."""
        return tuple(each for each in self.changes if each.kind in kinds and after in (None, each.after_publication))

    def responses_as_of(
        self, form: str, responses: Sequence[Response], publication: int, now: datetime
    ) -> list[Response]:
        """Return what the form holds when the publication of this number is made."""
        ids = question_ids(form)
        kinds = [kind for kind in ChangeKind if kind is not ChangeKind.WINDOW]
        own = {each.response_id: each for each in self.of_kind(*kinds) if each.form == form}
        held: list[Response] = []
        for response in responses:
            change, given = own.get(response["responseId"]), response
            created = read_moment(response, "createTime")
            if created and created > now:
                continue
            if created and (read_moment(response, "lastSubmittedTime") or created) > now:
                given = {
                    **response,
                    "lastSubmittedTime": response["createTime"],
                }  # it said the same before it was edited
            if change and change.kind is ChangeKind.LATE and publication <= change.after_publication:
                continue
            if change and change.kind is ChangeKind.CORRECTED:
                given = _answered(given, ids, {change.field: SPOILT})
            if change and change.kind is ChangeKind.ALIAS:
                given = _answered(given, ids, {"team": self.aliases[change.response_id][0]})
            if change and change.kind is ChangeKind.EDITED and publication > change.after_publication:
                given = _answered(given, ids, {change.field: change.typed})
                given["lastSubmittedTime"] = f"{change.happened_on}T10:30:00Z"
            held.append(given)
        return held

    def change_yaml(self, config: Path, publication: int) -> None:
        """Bring programme.yaml to what it says when the publication of this number is made."""
        programme = read_programme(config)
        for change in self.of_kind(ChangeKind.ALIAS):
            alias, key = self.aliases[change.response_id]
            aliases = programme["authorities"][change.authority]["teams"][key]["aliases"]
            if publication > change.after_publication and alias not in aliases:
                aliases.append(alias)
        for change in self.of_kind(ChangeKind.WINDOW):
            if publication > change.after_publication:
                for key, (first, last) in self.windows.items():
                    programme["windows"][key] |= {"start": first, "end": last}
        if programme != read_programme(config):
            save_programme(config, programme)


def _answered(response: Response, ids: dict[str, str], said: dict[str, str]) -> Response:
    return {**response, "answers": {**response["answers"], **write_answers(ids, said)}}


def read_moment(response: Response, name: str) -> datetime | None:
    """Return one of the two times of a response; None where it has none that can be read."""
    try:
        return datetime.fromisoformat(response[name])
    except (KeyError, TypeError, ValueError):
        return None


def load_responses(programme: Programme) -> dict[str, list[Response]]:
    """Return every response of each form."""
    return {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))["responses"]
        for path in sorted(programme.data.glob("forms/*/responses.json"))
    }


def list_answers(programme: Programme) -> list[Answer]:
    """Return every response of people with a team that is written as programme.yaml does, within the programme."""
    facts, windows, found = read_programme(programme.config), read_windows(programme.config), []
    teams = {
        team["name"]: (key, authority)
        for authority, part in facts["authorities"].items()
        for key, team in part["teams"].items()
    }
    for form, responses in load_responses(programme).items():
        if form not in CHANGING_FIELD:
            continue
        ids = question_ids(form)
        for response in responses:
            team, created = said(response, ids["team"]), read_moment(response, "createTime")
            if team not in teams or created is None:
                continue
            day = created.astimezone(LONDON).date()
            code = said(response, ids["code"]) if "code" in ids else ""
            found.append(
                Answer(
                    form=form,
                    response_id=response["responseId"],
                    person=f"{team} {code}" if code else response["responseId"],
                    authority=teams[team][1],
                    team=teams[team][0],
                    day=day,
                    fortnight=(day - facts["start"]).days // FORTNIGHT_DAYS + 1,
                    window=next((key for key, (first, last) in windows.items() if first <= day <= last), ""),
                    is_plain=_is_plain(form, response, ids),
                )
            )
    return _mark_doubles(found)


def said(response: Response, question_id: str) -> str:
    """Return the one thing that was said to a question; "" where nothing or several were."""
    given = response.get("answers", {}).get(question_id, {}).get("textAnswers", {}).get("answers", [])
    return str(given[0].get("value", "")) if len(given) == 1 else ""


def _is_plain(form: str, response: Response, ids: dict[str, str]) -> bool:
    """Whether it was submitted once, with a code if any that is written plainly, and a value that can be changed."""
    value, code = said(response, ids[CHANGING_FIELD[form]]), said(response, ids["code"]) if "code" in ids else ""
    is_value = value.isdecimal() and int(value) <= 10 if form == "time_and_barriers" else value in LABELS
    is_code = not code or (len(code) == 4 and code[:2].isalpha() and code[:2].isupper() and code[2:].isdecimal())
    return response["createTime"] == response["lastSubmittedTime"] and is_value and is_code


def _mark_doubles(answers: list[Answer]) -> list[Answer]:
    """Return the answers; of those that share an id, or a person and a period, none is plain."""
    times = Counter((each.form, each.response_id) for each in answers)
    same = Counter((each.form, each.person.casefold(), each.period) for each in answers)
    return [
        replace(
            each,
            is_plain=each.is_plain
            and times[each.form, each.response_id] == 1
            and same[each.form, each.person.casefold(), each.period] == 1,
        )
        for each in answers
    ]


# --- the plan ---------------------------------------------------------------------------------------------------


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
