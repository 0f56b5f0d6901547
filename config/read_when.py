"""Reads when a job runs, and guesses what was meant by words that say none of it."""

from __future__ import annotations

import re
from datetime import time
from typing import TYPE_CHECKING

from config.fold import fold
from config.nearest import nearest
from config.when import (
    EXAMPLES,
    HOUR,
    LAST,
    LONGEST_EVERY,
    MOST,
    ORDINALS,
    WEEKDAYS,
    ByHand,
    Daily,
    Every,
    Monthly,
    Weekly,
    When,
    numbered,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def read_when(words: str) -> When:
    """Return the schedule that the words say; case and white space do not matter.

    Raises ValueError, with what was probably meant or "", where they say none.
    """
    when = _read(fold(words))
    if when is None:
        raise ValueError(_guess(fold(words)))
    return when


def _read(text: str) -> When | None:
    for pattern, make in _FORMS:
        match = pattern.fullmatch(text)
        if match:
            return make(match)
    return None


_WHICH = {word: number for number, word in enumerate(ORDINALS, 1)} | {numbered(n): n for n in range(1, 32)}
_WHICH_OR_LAST = _WHICH | {"last": LAST}
_KINDS = {fold(kind): kind for kind in MOST}


def _every(match: re.Match[str]) -> Every | None:
    minutes = int(match["count"] or 1) * (HOUR if match["unit"] == "hour" else 1)
    return Every(minutes) if minutes <= LONGEST_EVERY else None


def _weekly(match: re.Match[str]) -> Weekly:
    return Weekly([fold(day) for day in WEEKDAYS].index(match["weekday"]), _at(match))


def _monthly(match: re.Match[str]) -> Monthly | None:
    which, kind = _WHICH_OR_LAST[match["which"]], _KINDS[match["kind"]]
    return Monthly(which, kind, _at(match)) if which <= MOST[kind] else None


def _on_a_day(match: re.Match[str]) -> Monthly | None:
    which = int(match["number"]) if match["number"] else _WHICH[match["which"]]
    return Monthly(which, "day", _at(match)) if which <= MOST["day"] else None


def _at(match: re.Match[str]) -> time:
    return time.fromisoformat(match["at"])


_AT = r"at (?P<at>(?:[01][0-9]|2[0-3]):[0-5][0-9])"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], When | None]], ...] = (
    (re.compile(r"every (?:(?P<count>[1-9][0-9]{0,4}) )?(?P<unit>minute|hour)s?"), _every),
    (re.compile(rf"(?:daily|every day) {_AT}"), lambda match: Daily(_at(match))),
    (re.compile(rf"every working day {_AT}"), lambda match: Daily(_at(match), working=True)),
    (re.compile(rf"(?:weekly on|every) (?P<weekday>{'|'.join(map(fold, WEEKDAYS))}) {_AT}"), _weekly),
    (re.compile(rf"monthly on the (?P<which>{'|'.join(_WHICH_OR_LAST)}) (?P<kind>{'|'.join(_KINDS)}) {_AT}"), _monthly),
    (re.compile(rf"monthly on (?:day (?P<number>[1-9][0-9]?)|the (?P<which>{'|'.join(_WHICH)})) {_AT}"), _on_a_day),
    (re.compile(r"by hand"), lambda _: ByHand()),
)

_VOCABULARY = tuple(
    dict.fromkeys(word for example in (*EXAMPLES, *ORDINALS, *WEEKDAYS) for word in fold(example).split())
)
_MEANT = (
    dict.fromkeys(("weekday", "weekdays", "workday", "workdays", "workingday"), "working day")
    | {fold(day)[:3]: fold(day) for day in WEEKDAYS}
    | {"manually": "by hand", "mins": "minutes", "hrs": "hours", "midnight": "00:00", "noon": "12:00"}
)
"""Words of which the spelling alone would lead astray."""
_LOOSE_TIME = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?(?P<half>am|pm)?")


def _guess(text: str) -> str:
    """Return the schedule that the words come nearest to, each word mended by itself; "" where that is still none."""
    mended = " ".join(_mended(text.split()))
    when = _read(mended) or _read(f"every {mended}")
    return when.in_words() if when else ""


def _mended(words: list[str]) -> Iterator[str]:
    for place, word in enumerate(words):
        loose = _LOOSE_TIME.fullmatch(word)
        if loose and place and words[place - 1] == "at":
            yield _clock(loose)
        elif word[0].isdigit() or word in _VOCABULARY:
            yield word
        else:
            yield _MEANT.get(word) or nearest(word, _VOCABULARY) or word


def _clock(loose: re.Match[str]) -> str:
    noon = {"am": 0, "pm": 12}
    hour = int(loose["hour"])
    hour = hour % 12 + noon[loose["half"]] if loose["half"] else hour
    return f"{hour:02}:{loose['minute'] or '00'}"
