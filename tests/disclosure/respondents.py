"""Who answered what and when, read from the responses of a programme by what its people typed.

It serves the choice of what is to change, not the truth of figures: of an answer that is odd in any way it only says
that it is not plain.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.disclosure.answers import LABELS, question_ids
from tests.disclosure.configuration import read_programme, read_windows

if TYPE_CHECKING:
    from tests.disclosure.answers import Response
    from tests.disclosure.programmes import Programme

LONDON = ZoneInfo("Europe/London")
FORTNIGHT_DAYS = 14

CHANGING_FIELD = {"pulse": "ownership", "time_and_barriers": "time_share", "families": "needs_met"}
"""Of each form of people's answers the field that may be changed: a label, of `time_and_barriers` a number."""


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
    """Return every response of people who named a team that programme.yaml knows."""
    facts, windows, found = read_programme(programme.config), read_windows(programme.config), []
    teams = {
        _fold(name): (key, team["name"], authority)
        for authority, part in facts["authorities"].items()
        for key, team in part["teams"].items()
        for name in (team["name"], *team["aliases"])
    }
    for form, responses in load_responses(programme).items():
        if form not in CHANGING_FIELD:
            continue
        ids = question_ids(form)
        for response in responses:
            typed, created = said(response, ids["team"]), read_moment(response, "createTime")
            if _fold(typed) not in teams or created is None:
                continue
            team, name, authority = teams[_fold(typed)]
            day = created.astimezone(LONDON).date()
            code = "".join(said(response, ids["code"]).split()).upper() if "code" in ids else ""
            found.append(
                Answer(
                    form=form,
                    response_id=response["responseId"],
                    person=f"{name} {code}" if code else response["responseId"],
                    authority=authority,
                    team=team,
                    day=day,
                    fortnight=(day - facts["start"]).days // FORTNIGHT_DAYS + 1,
                    window=next((key for key, (first, last) in windows.items() if first <= day <= last), ""),
                    is_plain=typed == name and _is_plain(form, response, ids),
                )
            )
    return _mark_doubles(found)


def _fold(text: str) -> str:
    """Return a team's name without regard to capitals and to how wide a space is."""
    return " ".join(text.split()).casefold()


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
    same = Counter((each.form, each.person, each.period) for each in answers)
    return [
        replace(
            each,
            is_plain=each.is_plain
            and times[each.form, each.response_id] == 1
            and same[each.form, each.person, each.period] == 1,
        )
        for each in answers
    ]
