"""One authority's figures and things as its leaders may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from integration.disclose.hide import hidden_figures
from integration.disclose.redact import redact
from integration.model import HELD_AGAINST, Shown, ShownThing

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping
    from datetime import date

    from config.schema import Settings, Shows
    from integration.model import Figures, Rows

EMPTIED = ("n", "numerator", "denominator", "value", "lower", "upper", "sd", "median", "people")


def show(figures: Figures, rows: Mapping[str, Rows], settings: Settings, authority: str) -> Shown:
    """Return what the authority's leaders may see: periods that have ended, hidden figures emptied, words redacted."""
    frame = figures.frame.assign(hidden=hidden_figures(figures, settings.measures, settings.packs.audience))
    ended = frame["period_end"] <= figures.as_of
    own = frame[(frame["authority"] == authority) & ended].reset_index(drop=True)
    own.loc[own["hidden"], list(EMPTIED)] = np.nan
    own = own.drop(columns=[name for columns in HELD_AGAINST for name in columns.values()], errors="ignore")
    own["ids"] = [() if hidden else ids for hidden, ids in zip(own["hidden"], own["ids"], strict=True)]
    things = tuple(_things(rows, settings, authority, figures.as_of))
    return Shown(authority, figures.as_of, own, things)


def _things(rows: Mapping[str, Rows], settings: Settings, authority: str, as_of: date) -> Iterator[ShownThing]:
    names = {key: team.name for key, team in settings.programme.authorities[authority].teams.items()}
    for source, sheet in settings.sheets.items():
        if sheet.shows is None:
            continue
        frame = rows[source].frame
        for record in frame[frame["_authority"] == authority].to_dict("records"):
            thing = _thing(record, sheet.shows, names, as_of)
            if thing.title and (thing.on is None or thing.on <= as_of):
                yield thing


def _thing(record: Mapping[Hashable, object], shows: Shows, teams: Mapping[str, str], as_of: date) -> ShownThing:
    def words(field: str | None) -> str:
        value = record.get(field) if field else None
        return redact(value) if isinstance(value, str) else ""

    def day(field: str | None) -> date | None:
        value = record.get(field) if field else None
        return value.date() if isinstance(value, pd.Timestamp) else None

    done = day(shows.done_on)
    return ShownThing(
        kind=shows.kind,
        key=redact(str(record["_id"])),
        title=words(shows.title),
        team=teams.get(str(record["_team"]), ""),
        stage=words(shows.stage),
        owner=words(shows.owner),
        on=day(shows.on),
        due_on=day(shows.due_on),
        done_on=done if done is not None and done <= as_of else None,
    )
