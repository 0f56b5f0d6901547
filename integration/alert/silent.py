"""A form from which nothing comes any more, while the programme runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.alert.words import COMMAND, length, moment
from integration.model import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Quiet:
    """Since when nothing came from a form (`newest`, None: nothing ever came), and how long that may be."""

    form: str
    newest: datetime | None
    after: timedelta


def what_is_silent(forms: Iterable[Quiet], *, start: datetime, end: datetime, now: datetime) -> Iterator[Trouble]:
    """Give `silent/<form>` for each form that is silent for too long; before `start` and after `end` none may speak."""
    if not start <= now <= end:
        return
    for each in forms:
        since = max(each.newest, start) if each.newest else start
        if now - since > each.after:
            came = f"the newest came at {moment(each.newest)}" if each.newest else "none ever came"
            yield Trouble(
                f"silent/{each.form}",
                f"No answer to the form “{each.form}” has come for {length(now - since)}: {came}.",
                "Open the form as somebody who answers it would, and see whether it still takes answers and whether "
                f"people still have the right link; then look with: {COMMAND} check --live",
            )
