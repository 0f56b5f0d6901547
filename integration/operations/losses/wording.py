"""What counts no more since the YAML changed, in words: how many, of what, and the lines of YAML that did it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from integration.model import LossKind, LossNote
from integration.text_format import format_list, format_number, format_time, quote

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from config.changes import Change
    from config.schema import Settings
    from integration.model import KeptLosses, Loss

MOST_LINES = 3
"""So many lines of YAML are named for one loss; of more only the number."""
NOT_COUNTING = frozenset({
    "title", "outcome", "definition", "contact", "hoped", "target", "target_for", "rests_on", "unit", "statutory",
    "headcount", "shows", "shrink_share", "asks", "asked",
})  # fmt: skip
"""Keys by which nothing counts more or less."""


def losses_as_data(found: KeptLosses | None, *, now: datetime) -> list[dict[str, Any]]:
    """Return what is still told, for `status --json` and `check --json`; the moment is ISO text in UTC."""
    notes = found.told_at(now) if found else ()
    return [{**asdict(note), "lines": list(note.lines), "noted_at": found.noted_at.isoformat()}
            for note in notes if found]  # fmt: skip


def describe_losses(losses: list[dict[str, Any]]) -> list[str]:
    """Return the lines that a person reads; none where there is nothing."""
    if not losses:
        return []
    return [
        f"The YAML changed, and answers that counted count no more (noticed {format_time(losses[0]['noted_at'])}):",
        *(f"  {loss['sentence']}" for loss in losses),
        f"  {WHAT_TO_DO}",
        "",
    ]


def describe_uncomparable(reason: str) -> str:
    """Return that nothing can be compared with the YAML by which everything counted, and what to do."""
    return (
        "Whether all still counts that counted before was not compared: this version of the service does not read the "
        f"YAML that an earlier one kept ({reason}). Look once whether the counts in the status are what you expect; "
        "from the next publish on, changes are compared with the YAML as it is then."
    )


WHAT_TO_DO = "Put the lines back, or add what is missing; if it is meant, say so: python -m jobs run publish --confirm"


def note_losses(
    losses: Iterable[Loss], changes: list[Change], settings: Settings, earlier: Settings
) -> tuple[LossNote, ...]:
    """Return the losses in words, those of several sources as one where the same line did the same."""
    counting = [
        each for each in changes
        if not each.steps or each.steps[-1] not in NOT_COUNTING or each.steps[:-1] == ("fields",)
    ]  # fmt: skip
    joined: dict[tuple[Any, ...], tuple[Loss, dict[str, int], list[Change]]] = {}
    for loss in losses:
        causes = _find_causes(loss, counting)
        of_source = loss.source if loss.kind in {LossKind.ANSWERS, LossKind.MEASURE, LossKind.SOURCE} else ""
        lines = tuple((each.file, each.steps) for each in causes)
        key = (loss.kind, loss.name, loss.code, loss.field, loss.now_in, of_source, lines)
        _, by_source, _ = joined.setdefault(key, (loss, {}, causes))
        by_source[loss.source] = by_source.get(loss.source, 0) + loss.count
    return tuple(_note(loss, by_source, causes, settings, earlier) for loss, by_source, causes in joined.values())


def _find_causes(loss: Loss, changes: list[Change]) -> list[Change]:
    """Return the changes at the likeliest of the places where the cause may stand; all of them where none is there."""
    for file, steps in loss.places:
        if found := [each for each in changes if each.file == file and each.steps[: len(steps)] == steps]:
            return found
        # A whole group, or the file, was taken away.
        if found := [each for each in changes if each.file == file and each.steps == steps[: len(each.steps)]]:
            return found
    return changes


def _note(
    loss: Loss, by_source: dict[str, int], causes: list[Change], settings: Settings, earlier: Settings
) -> LossNote:
    count = sum(by_source.values())
    places = [f"{settings.positions.file_and_line(each.file, *each.steps)} ({each.in_words()})" for each in causes]
    if len(places) > MOST_LINES:
        places = [*places[:MOST_LINES], f"{len(places) - MOST_LINES} more changes"]
    lines = tuple(dict.fromkeys(settings.positions.file_and_line(each.file, *each.steps) for each in causes))
    each_source = format_list([f"{format_number(number)} in {source}" for source, number in by_source.items()])
    sources = f"({each_source})" if len(by_source) > 1 else f"of {loss.source}"
    sentence = f"{_say(loss, count, sources, earlier)}: {'; '.join(places)}.{_advise(loss, causes, settings)}"
    return LossNote(str(loss.kind), loss.name, loss.field, loss.code, loss.now_in, count, by_source, lines, sentence)


def _say(loss: Loss, count: int, sources: str, earlier: Settings) -> str:  # noqa: PLR0911  # one return a kind
    """Return how many count no more, and of what."""
    is_form, one = loss.source in earlier.forms, count == 1
    rows = f"{format_number(count)} {'row' if one else 'rows'} {sources}"
    answers = f"{format_number(count)} {'answer' if one else 'answers'}"
    counts, is_, are_said = ("counts", "is", "stands") if one else ("count", "are", "stand")
    match loss.kind:
        case LossKind.SOURCE:
            return f"{rows} {counts} nowhere, for the {'form' if is_form else 'sheet'} is configured no more"
        case LossKind.ROWS:
            of = f" for {quote(loss.name)}" if loss.name else ""
            what = loss.code if loss.code in {"superseded", "refused"} else f"refused as {loss.code}"
            return f"{rows}{of} that counted {is_} {what} now"
        case LossKind.ANSWERS:
            option = f" {quote(loss.name)}" if loss.name else ""
            return f"{answers}{option} to the field {loss.field} of {loss.source} that counted {is_} {loss.code} now"
        case LossKind.OWNER:
            return f"{rows} that counted for {quote(loss.name)} {counts} for {quote(loss.now_in)} now"
        case LossKind.PHASE:
            return f"{rows} of the phase {loss.name} {are_said} in no phase"
        case LossKind.WINDOW:
            where = f"in the window {loss.now_in} instead" if loss.now_in else "in no window"
            return f"{rows} that counted in the window {loss.name} {counts} {where}"
        case LossKind.MEASURE:
            return f"{rows} that counted for the measure {loss.name} {counts} for it no more"


def _advise(loss: Loss, causes: list[Change], settings: Settings) -> str:
    """Return what to write where a name was changed, after a space; "" where nothing helps so simply."""
    for each in causes:
        if (
            loss.kind in {LossKind.ROWS, LossKind.ANSWERS}
            and each.steps[-1:] == ("name",)
            and isinstance(each.before, str)
        ):
            place = settings.positions.file_and_line(each.file, *each.steps[:-1], "aliases")
            return f" If it is the same under a new name, add {quote(each.before)} to its aliases at {place}."
    is_gone = any(each.steps[-1:] == (loss.name,) and each.after is None for each in causes)
    if loss.kind is LossKind.ANSWERS and loss.name and is_gone:
        return f" If it has a new name, add {quote(loss.name)} to the aliases of that."
    return ""
