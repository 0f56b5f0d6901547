"""What the people of a generated programme answer: every response of every form, as the Forms API gives it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import yaml

from tests.disclosure.configuration import CONFIG, read_windows
from tests.disclosure.designs import ANSWERED_UNTIL, JOINED_ON, START

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.disclosure.designs import Design, TeamDesign

Response = dict[str, Any]
Said = dict[str, str | tuple[str, ...]]

FORMS = ("pulse", "time_and_barriers", "families", "change_idea")
LABELS = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
BARRIERS = (
    "Recording and forms",
    "Duty system",
    "Panels and approvals",
    "Travel",
    "IT systems",
    "Court work",
    "Meetings, reviews and conferences",
)
OBSTACLE_ROWS = ("recording", "approvals", "meetings")
OBSTACLES = ("Not at all", "A little", "A lot")
WHO = ("Child", "Young person", "Parent", "Carer")
LETTERS = "ABCDEFGHIJKLMNOPRSTUVWY"

NEVER_GIVES_A_CODE, LEAVES_THE_CODE_BLANK, LEAVES_A_QUESTION_BLANK = 0.05, 0.03, 0.03
PREFERS_NOT_TO_SAY = 0.05


@cache
def question_ids(form: str) -> dict[str, str]:
    """Return the id of each question by the name of its field; a row of a grid is a field, `obstacles.recording`."""
    facts = yaml.safe_load((CONFIG / "forms" / f"{form}.yaml").read_text(encoding="utf-8"))
    ids: dict[str, str] = {}
    for field in facts["fields"]:
        if "rows" in field:
            ids |= {f"{field['name']}.{row}": part["id"] for row, part in field["rows"].items()}
        else:
            ids[field["name"]] = field["id"]
    return ids


def write_answers(ids: Mapping[str, str], said: Mapping[str, str | tuple[str, ...]]) -> dict[str, Any]:
    """Return the answers as the Forms API gives them; a question of which nothing was said is left out."""
    return {
        ids[name]: {
            "questionId": ids[name],
            "textAnswers": {"answers": [{"value": each} for each in ((typed,) if isinstance(typed, str) else typed)]},
        }
        for name, typed in said.items()
        if typed
    }


def make_responses(design: Design) -> dict[str, list[Response]]:
    """Return the responses of each form, in the order in which they came."""
    made: dict[str, list[Response]] = {form: [] for form in FORMS}
    for team in design.teams():
        teller = _Teller(Random(f"{design.seed} {team.name}"), team)
        for form, response in teller.tell():
            made[form].append(response)
    for responses in made.values():
        responses.sort(key=lambda response: (response["createTime"], response["responseId"]))
    return made


class _Teller:
    """Tells what a team's people and families answer."""

    def __init__(self, draw: Random, team: TeamDesign) -> None:
        self._draw = draw
        self._team = team
        self._ids = {form: question_ids(form) for form in FORMS}
        self._codes = self._make_codes(team.people + team.joins)

    def tell(self) -> Iterator[tuple[str, Response]]:
        """Give each response with its form."""
        first = START
        while first <= ANSWERED_UNTIL:
            yield from self._ask_people("pulse", self._say_pulse, first, 14)
            first += timedelta(days=14)
        for first, last in read_windows().values():
            if first <= ANSWERED_UNTIL:
                days = (last - first).days + 1
                yield from self._ask_people("time_and_barriers", self._say_time, first, days)
                yield from self._ask("families", self._team.families, self._say_family, first, days)
        days = (ANSWERED_UNTIL - START).days
        yield from self._ask("change_idea", 3, self._say_idea, START, days)

    def _make_codes(self, count: int) -> list[str]:
        draw, codes = self._draw, dict[str, None]()
        while len(codes) < count:
            codes[f"{draw.choice(LETTERS)}{draw.choice(LETTERS)}{draw.randint(1, 31):02}"] = None
        return ["" if draw.random() < NEVER_GIVES_A_CODE else code for code in codes]

    def _ask_people(
        self, form: str, say: Callable[[_Mood], Said], first: date, days: int
    ) -> Iterator[tuple[str, Response]]:
        """Ask each of the team's people once; some do not answer, and some leave out their code this time."""
        mood = _Mood(self._draw, self._team)
        people = self._codes if first >= JOINED_ON else self._codes[: self._team.people]
        for code in people:
            if self._draw.random() < self._team.answers:
                given = "" if self._draw.random() < LEAVES_THE_CODE_BLANK else code
                yield form, self._respond(form, {"code": given, **say(mood)}, first, days)

    def _ask(
        self, form: str, count: int, say: Callable[[_Mood], Said], first: date, days: int
    ) -> Iterator[tuple[str, Response]]:
        """Let so many people answer who give no code."""
        mood = _Mood(self._draw, self._team)
        for _ in range(count):
            yield form, self._respond(form, say(mood), first, days)

    def _respond(self, form: str, said: Said, first: date, days: int) -> Response:
        draw = self._draw
        midnight = datetime(first.year, first.month, first.day, tzinfo=UTC)
        at = midnight + timedelta(days=draw.randrange(days), seconds=draw.randrange(8 * 3600, 20 * 3600))
        moment = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "responseId": f"R{draw.getrandbits(96):024x}",
            "createTime": moment,
            "lastSubmittedTime": moment,
            "answers": write_answers(self._ids[form], {"team": self._team.name, **said}),
        }

    def _say_pulse(self, mood: _Mood) -> Said:
        total = mood.whole_number(28, 45)
        return {
            "involved": mood.label(),
            "ownership": mood.label(is_required=True),
            "heard": mood.label(),
            "hours_direct": str(min(total, mood.whole_number(3, 18))),
            "hours_total": str(total),
            "going_well": "The duty rota was calmer" if self._draw.random() < 0.1 else "",
        }

    def _say_time(self, mood: _Mood) -> Said:
        return {
            "time_share": str(mood.whole_number(0, 7)),
            "able_to_help": mood.label(),
            "barriers": BARRIERS[: mood.whole_number(0, 5)],
            **{f"obstacles.{row}": OBSTACLES[mood.whole_number(0, 2)] for row in OBSTACLE_ROWS},
        }

    def _say_family(self, mood: _Mood) -> Said:
        return {
            "who": self._draw.choice(WHO),
            "listened": mood.label(may_decline=True),
            "enough_time": mood.label(may_decline=True),
            "needs_met": mood.label(is_required=True, may_decline=True),
        }

    def _say_idea(self, mood: _Mood) -> Said:
        return {
            "change": f"Fewer forms for {self._draw.choice(('visits', 'reviews', 'panels'))}",
            "barrier": self._draw.choice(BARRIERS),
            "hours_saved": str(mood.whole_number(1, 6)),
        }


class _Mood:
    """How a team answers one form in one fortnight or round: each their own way, all alike, or all but one."""

    def __init__(self, draw: Random, team: TeamDesign) -> None:
        self._draw = draw
        self._team = team
        self._is_alike = draw.random() < team.alike
        self._exceptions = draw.choice((0, 0, 1))
        self._label = draw.choice((1, 2, 4, 5))
        self._level = draw.random()

    def label(self, *, is_required: bool = False, may_decline: bool = False) -> str:
        """Return one of the five labels; "" where nothing was said."""
        if self._answers_alike():
            return LABELS[self._label - 1]
        if may_decline and self._draw.random() < PREFERS_NOT_TO_SAY:
            return "Prefer not to say"
        if not is_required and self._draw.random() < LEAVES_A_QUESTION_BLANK:
            return ""
        return LABELS[min(5, max(1, round(self._draw.gauss(self._team.leans, self._team.spread)))) - 1]

    def whole_number(self, low: int, high: int) -> int:
        """Return a number from low to high."""
        if self._answers_alike():
            return low + round(self._level * (high - low))
        return self._draw.randint(low, high)

    def _answers_alike(self) -> bool:
        """Return whether this answer is the one that all give; now and then one person's is another."""
        if self._is_alike and self._exceptions and self._draw.random() < 0.1:
            self._exceptions -= 1
            return False
        return self._is_alike
