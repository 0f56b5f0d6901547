"""What changes between two publications of a programme, how it comes about, and the truth of it.

Late answers are kept back until their time comes, answers that are corrected or whose team gets an alias are spoilt
from the start: so whatever a change uncovers is an answer that a person of the programme really gave.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tests.disclosure.answers import LABELS, question_ids, write_answers
from tests.disclosure.configuration import read_programme, save_programme
from tests.disclosure.respondents import read_moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from pathlib import Path

    from tests.disclosure.answers import Response
    from tests.disclosure.configuration import Span

SPOILT = "As I said on the telephone"
"""What stands in the place of a label until it is corrected."""


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
        kinds = [kind for kind in ChangeKind if kind is not ChangeKind.WINDOW]
        own = {each.response_id: each for each in self.of_kind(*kinds) if each.form == form}
        held: list[Response] = []
        for response in responses:
            change = own.get(response["responseId"])
            given = _as_it_was(response, now)
            if given and change:
                given = self._changed(given, change, is_over=publication > change.after_publication)
            if given:
                held.append(given)
        return held

    def _changed(self, response: Response, change: Change, *, is_over: bool) -> Response | None:
        """Return the response as it is before its change, or once it `is_over`; None where it has not come yet."""
        ids = question_ids(change.form)
        if change.kind is ChangeKind.LATE:
            return response if is_over else None
        if change.kind is ChangeKind.CORRECTED:
            return _answered(response, ids, {change.field: SPOILT})
        if change.kind is ChangeKind.ALIAS:
            return _answered(response, ids, {"team": self.aliases[change.response_id][0]})
        if change.kind is ChangeKind.EDITED and is_over:
            edited_at = {"lastSubmittedTime": f"{change.happened_on}T10:30:00Z"}
            return {**_answered(response, ids, {change.field: change.typed}), **edited_at}
        return response

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


def _as_it_was(response: Response, now: datetime) -> Response | None:
    """Return the response at that time, None before it was given; one edited later is taken to have said the same."""
    created = read_moment(response, "createTime")
    if created is None:
        return response
    if created > now:
        return None
    is_edited_later = (read_moment(response, "lastSubmittedTime") or created) > now
    return {**response, "lastSubmittedTime": response["createTime"]} if is_edited_later else response


def _answered(response: Response, ids: dict[str, str], said: dict[str, str]) -> Response:
    return {**response, "answers": {**response["answers"], **write_answers(ids, said)}}
