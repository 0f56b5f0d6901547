"""The frozen record of a pack: every figure shown, and every sentence.

Sorted, so that two can be compared. No recipient's address is in it. What leaders get holds no id of a response; nor
does the digest depend on one, so that a new version says that something that they see has changed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from integration.model import EarlierFigure, ShownAs
from integration.pack.charts.designs import draw_charts
from integration.pack.content import State
from integration.pack.figures import NUMBERS, WITHDRAWN_SYMBOL, explain_symbols
from integration.text_format import quote

if TYPE_CHECKING:
    from integration.pack.content import Figure, Measure, PackContent


PLAIN_FIELDS = (
    "authority", "authority_name", "month", "version", "programme", "title", "preheader", "hope", "contact", "changes",
    "decisions",
)  # fmt: skip
"""Fields of the content that the record has as they are."""

FIGURE_FIELDS = (
    "key", "measure", "team", "team_name", "period_kind", "period", "period_words", "interval", "shown",
)  # fmt: skip
"""Fields of a figure that the record has as they are."""


def to_json(content: PackContent, *, with_ids: bool = False) -> bytes:
    """Return the record as UTF-8 JSON with sorted keys; with the ids that figures rest on it is for the store alone."""
    record = _build_record(content)
    if with_ids:
        ids = {figure.key: list(figure.ids) for figure in content.figures}
        record["figures"] = [figure | {"ids": ids[figure["key"]]} for figure in record["figures"]]
    return f"{json.dumps(record, sort_keys=True, ensure_ascii=False, indent=1)}\n".encode()


def compute_digest(content: PackContent) -> str:
    """Return the SHA-256 of the record without its version: two packs with the same content have the same digest."""
    record = _build_record(content)
    del record["version"]
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def _build_record(content: PackContent) -> dict[str, Any]:
    measures = {measure.key: measure for measure in content.measures}
    symbols = explain_symbols([figure.main] for figure in content.figures)
    return {
        **{name: getattr(content, name) for name in PLAIN_FIELDS},
        "as_of": content.as_of.isoformat(),
        "meeting": asdict(content.meeting) | {"starts_at": content.meeting.starts_at.isoformat()},
        "headlines": [
            {
                "title": headline.title,
                "figure": headline.figure.key,
                "shown": headline.figure.shown,
                "target": headline.target,
                "since": headline.since,
                "before": _build_figure(headline.before, measures) if headline.before else None,
            }
            for headline in content.headlines
        ],
        "sections": [
            {
                "title": section.title,
                "columns": section.columns,
                "rows": [
                    asdict(row) | {"figures": [figure.key if figure else None for figure in row.figures]}
                    for row in section.rows
                ],
                "charts": section.charts,
                "things": [asdict(table) for table in section.work_items],
            }
            for section in content.sections
        ],
        "charts": [
            {
                "name": chart.name,
                "title": chart.title,
                "alt": chart.alt_text,
                "note": chart.data.note,
                "columns": chart.data.columns,
                "rows": chart.data.rows,
            }
            for chart in draw_charts(content)
        ],
        "definitions": {measure.key: measure.definition for measure in content.measures},
        "figures": [_build_figure(figure, measures) for figure in content.figures],
        # Every note that any output has, wherever it stands there.
        "notes": [note for note in (content.small_sample_note, *sorted(symbols), *content.notes) if note],
    }


def _build_figure(figure: Figure, measures: dict[str, Measure]) -> dict[str, Any]:
    return {
        **{name: getattr(figure, name) for name in FIGURE_FIELDS},
        **{name: _to_number(getattr(figure, name)) for name in (*NUMBERS, "target")},
        "title": measures[figure.measure].title,
        "definition": measures[figure.measure].definition,
        "period_start": figure.start.isoformat() if figure.start else None,
        "period_end": figure.end.isoformat() if figure.end else None,
        "hidden": figure.state in {State.HIDDEN, State.WITHDRAWN},
        **({"told": figure.main} if figure.state is State.TOLD else {}),
        **({"series_from": figure.series_from.isoformat()} if figure.series_from else {}),
    }


def _to_number(value: float | None) -> float | int | None:
    return int(value) if value is not None and value.is_integer() else value


def read_earlier_figures(record: str) -> tuple[list[EarlierFigure], list[str]]:
    """Return the figures in a pack's record as it is stored, and the names of those that cannot be read.

    Also those that its first page compares with, before the others. A figure without answers is left out. Raises
    ValueError for a record that is none.
    """
    try:
        body = json.loads(record)
        authority = str(body["authority"])
        before = [headline["before"] for headline in body["headlines"] if headline["before"]]
        listed = [*before, *body["figures"]]
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from error
    figures, unread = [], []
    for each in listed:
        try:
            figure = _read_earlier_figure(each, authority)
        except (KeyError, TypeError, ValueError):
            unread.append(f"the figure {quote(str(each.get('key') if isinstance(each, dict) else each))}")
            continue
        if figure.shown_as is not ShownAs.NO_ANSWERS:
            figures.append(figure)
    return figures, unread


def _read_earlier_figure(stored: dict[str, Any], authority: str) -> EarlierFigure:
    measure, team, kind, period = (str(stored[name]) for name in ("measure", "team", "period_kind", "period"))
    key = (authority, measure, team, kind, period)
    if stored["hidden"]:
        is_withdrawn = WITHDRAWN_SYMBOL in str(stored["shown"])
        return EarlierFigure(key, ShownAs.WITHDRAWN if is_withdrawn else ShownAs.HIDDEN, "", {})
    told = str(stored.get("told", ""))
    numbers = {name: float(stored[name]) for name in NUMBERS if stored[name] is not None}
    shown_as = ShownAs.BAND if told else ShownAs.FIGURE if "value" in numbers else ShownAs.NO_ANSWERS
    ids = stored.get("ids")
    return EarlierFigure(key, shown_as, told, numbers, None if ids is None else tuple(map(str, ids)))
