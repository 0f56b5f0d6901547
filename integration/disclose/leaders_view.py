"""What one authority's leaders may see: its finished figures as they are to be seen, and its work items, redacted.

6. Rounded at the door: shares to whole per cent, everything else to one decimal. A mean with all its digits gives a
   colleague what each of the others answered, and so does the sum of the answers.
10. One authority's figures never reach another's leaders.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from integration.kinds.measures import MEASURE_KINDS, Basis
from integration.model import PUBLISHED_NUMBERS, LeadersView, ShownAs, WorkItem
from integration.text_format import round_as_shown

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping
    from datetime import date

    from config.schema import MeasureSpec, Settings
    from integration.model import Disclosure, FigureKey, Rows

KEPT = frozenset(
    {
        "measure", "authority", "team", "period_kind", "period", "period_start", "period_end", "target", "series_from",
        "shown_as", "told", "is_older", "figure", "ids",
    }
)  # fmt: skip
"""The columns that say which figure it is and say nothing of the answers. Every other is empty where it is hidden."""

EMPTY_WHERE_TOLD = ("value", "numerator", "lower", "upper", "sd", "median")
"""What is empty of a figure that is told in words."""


def build_leaders_view(
    disclosure: Disclosure, rows: Mapping[str, Rows], settings: Settings, authority: str
) -> LeadersView:
    """Return what the authority's leaders may see: periods that have settled, each figure as was decided."""
    frame = disclosure.frame
    own = frame[(frame["authority"] == authority) & frame["shown_as"].notna()].reset_index(drop=True)
    own = own.drop(columns=["people", "headcount", "persons", "answers"], errors="ignore")
    round_figures(own, settings.measures)
    keys: list[FigureKey] = own["figure"].tolist()
    shown_as, is_older = own["shown_as"], own["is_older"].to_numpy(dtype=bool)
    for place in np.flatnonzero(is_older).tolist():
        version = disclosure.published[keys[place]]
        numbers = [getattr(version, name) for name in PUBLISHED_NUMBERS]
        own.loc[place, list(PUBLISHED_NUMBERS)] = [np.nan if number is None else number for number in numbers]
    own.loc[is_older, ["sd", "median"]] = np.nan
    own.loc[shown_as == str(ShownAs.BAND), list(EMPTY_WHERE_TOLD)] = np.nan
    hidden = shown_as.isin([str(ShownAs.HIDDEN), str(ShownAs.WITHDRAWN)]).to_numpy()
    own.loc[hidden, [name for name in own.columns if name not in KEPT]] = np.nan
    own["ids"] = [() if gone else ids for gone, ids in zip(hidden | is_older, own["ids"], strict=True)]
    return LeadersView(
        authority,
        disclosure.as_of,
        own.drop(columns="figure"),
        tuple(_list_work_items(rows, settings, authority, disclosure.as_of)),
    )


ROUNDED = ("value", "lower", "upper", "sd", "median")
DECIMALS_OF_SHARES, DECIMALS_OF_NUMBERS = 2, 1


def find_decimals(spec: MeasureSpec) -> int:
    """Return with how many decimals leaders read a measure's figures, as a part of 1 or as a number."""
    return DECIMALS_OF_SHARES if MEASURE_KINDS[spec.kind].value_format.is_share else DECIMALS_OF_NUMBERS


def round_figures(frame: pd.DataFrame, measures: Mapping[str, MeasureSpec]) -> None:
    """Round each figure as leaders read it, and empty each numerator that is no count of people or things."""
    places = frame["measure"].map({key: find_decimals(spec) for key, spec in measures.items()}).tolist()
    for name in (column for column in ROUNDED if column in frame):
        frame[name] = [
            round_as_shown(float(value), places=number) for value, number in zip(frame[name], places, strict=True)
        ]
    is_sum = {key: MEASURE_KINDS[spec.kind].basis is Basis.ANSWERS for key, spec in measures.items()}
    frame.loc[frame["measure"].map(is_sum).to_numpy(dtype=bool), "numerator"] = np.nan


def _list_work_items(rows: Mapping[str, Rows], settings: Settings, authority: str, as_of: date) -> Iterator[WorkItem]:
    team_names = {key: team.name for key, team in settings.programme.authorities[authority].teams.items()}

    def text(record: Mapping[Hashable, object], field: str | None) -> str:
        value = record.get(field) if field else None
        return redact(value) if isinstance(value, str) else ""

    def day(record: Mapping[Hashable, object], field: str | None) -> date | None:
        value = record.get(field) if field else None
        return value.date() if isinstance(value, pd.Timestamp) else None

    for source, sheet in settings.sheets.items():
        if (shows := sheet.shows) is None:
            continue
        frame = rows[source].frame
        for record in frame[frame["_authority"] == authority].to_dict("records"):
            done = day(record, shows.done_on)
            item = WorkItem(
                kind=shows.kind,
                key=redact(str(record["_id"])),
                title=text(record, shows.title),
                team=team_names.get(str(record["_team"]), ""),
                stage=text(record, shows.stage),
                owner=text(record, shows.owner),
                on=day(record, shows.on),
                due_on=day(record, shows.due_on),
                done_on=done if done is not None and done <= as_of else None,
            )
            if item.title and (item.on is None or item.on <= as_of):
                yield item


_POSTCODE = r"\b[A-Z]{1,2}\d[A-Z\d]?[\s.-]{0,3}\d[A-Z]{2}\b"
_EMAIL = r"[\w.+'-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_NATIONAL_INSURANCE = r"\b[A-Z]{2}(?:[\s./-]?\d{2}){3}[\s./-]?[A-D]\b"
_TELEPHONE = r"(?<![\w.])(?:\+\d{1,3}[\s()./-]{0,2}|\(?0)(?:\d[\s()./-]{0,2}){8,11}\d(?!\d)"
_BIRTH = (
    r"\b(?:d\.?o\.?b\.?|date of birth|born(?:\s+on)?(?:\s+the)?)\W{0,3}"
    r"(?:\d{1,2}[/. -]\d{1,2}[/. -]\d{2,4}|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?[A-Z]{3,9},?\s+\d{2,4})"
)
_NHS = re.compile(r"(?<!\d)\d{3}[\s./-]?\d{3}[\s./-]?\d{4}(?!\d)", re.ASCII)

_IDENTIFIERS = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (_EMAIL, "[e-mail address]"),
        (_NATIONAL_INSURANCE, "[National Insurance number]"),
        (_BIRTH, "[date of birth]"),
        (_POSTCODE, "[postcode]"),
        (_TELEPHONE, "[telephone number]"),
    )
)
_NHS_WEIGHTS = range(10, 1, -1)


def redact(text: str) -> str:
    """Return the text with each personal identifier replaced by words in square brackets that say what stood there.

    An NHS number is known by its check digit (modulus 11, weights 10 to 2). Identifiers are looked for as a reader
    sees them: without invisible characters, with every dash a hyphen. Where there is none the text is unchanged.
    """
    visible = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    plain = "".join("-" if unicodedata.category(c) == "Pd" else c for c in visible)
    redacted = _NHS.sub(lambda match: "[NHS number]" if _is_nhs_number(match.group()) else match.group(), plain)
    for pattern, replacement in _IDENTIFIERS:
        redacted = pattern.sub(replacement, redacted)
    return text if redacted == plain else redacted


def _is_nhs_number(text: str) -> bool:
    digits = [int(character) for character in text if character.isdigit()]
    check = 11 - sum(weight * digit for weight, digit in zip(_NHS_WEIGHTS, digits, strict=False)) % 11
    return digits[-1] == (0 if check == 11 else check)  # noqa: PLR2004  # 11 stands for 0; 10 matches no digit
