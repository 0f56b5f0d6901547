"""What expires: as alerts.yaml says, and as the job `lookout` found it last and remembered."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from integration.model import Expiring
from jobs.london import LONDON

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.schema import Alerts
    from integration.ports import Store

MEMORY = "expiries"


def written_down(alerts: Alerts) -> list[Expiring]:
    """Return what alerts.yaml says; a thing is good until its day has ended in London."""
    return [
        Expiring(each.what, datetime.combine(each.on + timedelta(days=1), time.min, tzinfo=LONDON), each.to_do)
        for each in alerts.expiries
    ]


def looked_up(store: Store) -> list[Expiring]:
    """Return what was remembered."""
    return [
        Expiring(
            what=each["what"],
            until=datetime.fromisoformat(each["until"]) if each["until"] else None,
            to_do=each["to_do"],
            early=timedelta(seconds=each["early"]) if each["early"] else None,
        )
        for each in json.loads(store.recall(MEMORY) or "[]")
    ]


def keep_looked_up(store: Store, expiring: Iterable[Expiring]) -> None:
    """Remember these, instead of those before."""
    told = [
        {
            "what": each.what,
            "until": each.until.isoformat() if each.until else None,
            "to_do": each.to_do,
            "early": each.early.total_seconds() if each.early else None,
        }
        for each in expiring
    ]
    store.remember(MEMORY, json.dumps(told, ensure_ascii=False))
