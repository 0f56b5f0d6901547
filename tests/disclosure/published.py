"""Reads what was published as a leader would: the summary workbook and every pack, into cells.

The summary and the packs of one reporting date are one publication and must not contradict each other. A pack of an
earlier date that lies in the same folder is a publication of its own, before it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import openpyxl

from tests.disclosure.cells import WHOLE, Cell, Period, Place, State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.disclosure.cells import Programme, Question

SIGNS = {state.value: state for state in (State.HIDDEN, State.NOT_AVAILABLE, State.WITHDRAWN)}
NOT_APPLICABLE = "[z]"
BAND_WORDS = re.compile(r"(\d+) or (fewer|more) of (\d+)")
AS_OF_WORDS = re.compile(r"known on (\d{1,2} \w+ \d{4})")
OUTSIDE = "core_team"
"""The audience whose packs stay within the project: it is no part of the system of those who could show each other."""


@dataclass(slots=True)
class Publication:
    """What one authority's readers got at one moment. `problems` says where it contradicts itself or the rules."""

    name: str
    authority: str
    as_of: date
    cells: dict[Place, Cell] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def take(self, place: Place, cell: Cell, where: str) -> None:
        """Add a cell that stands there; a second one of the same place must say the same."""
        before = self.cells.setdefault(place, cell)
        if before != cell:
            self.problems.append(f"{where}: {place} is {describe(cell)}, elsewhere {describe(before)}")
            # Readers of several audiences learn whichever says more.
            if before.state is State.HIDDEN:
                self.cells[place] = cell


def describe(cell: Cell) -> str:
    """Return a cell in words, such as `4 of 13` or `[c]`."""
    match cell.state:
        case State.SHOWN if cell.numerator is not None:
            return f"{cell.numerator} of {cell.n}"
        case State.SHOWN:
            return f"{cell.figure:g} from {cell.n} answers"
        case State.BAND if cell.n is not None:
            return f"{cell.n - 1} or more of {cell.n}" if cell.is_high else f"1 or fewer of {cell.n}"
    return cell.state.value


def read_folder(folder: Path, programme: Programme) -> list[Publication]:
    """Return the publications that lie in a home folder, by authority and reporting date.

    Raises ValueError where a sheet or a pack is not in the form that leaders get.
    """
    found: dict[tuple[str, date], Publication] = {}

    def publication(authority: str, as_of: date) -> Publication:
        name = f"{folder.name}, {authority}, as of {as_of}"
        return found.setdefault((authority, as_of), Publication(name, authority, as_of))

    for path in sorted(folder.glob("summary-*.xlsx")):
        authority = path.stem.removeprefix("summary-")
        book = openpyxl.load_workbook(path, read_only=True)
        lines = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
        book.close()
        target = publication(authority, _read_as_of(lines["Cover"], path.name))
        for place, cell, where in _read_tables(lines, programme, target):
            target.take(place, cell, where)
    for path in sorted(folder.glob("packs/*/*/**/pack.json")):
        authority, *audience = path.relative_to(folder / "packs").parts[1:-1]
        if OUTSIDE not in audience:
            record = json.loads(path.read_text(encoding="utf-8"))
            _read_pack(record, programme, publication(authority, date.fromisoformat(record["as_of"])))
    for one in found.values():
        one.problems += _find_periods_to_come(one)
    return [found[key] for key in sorted(found)]


def _find_periods_to_come(publication: Publication) -> Iterator[str]:
    late = {place.period for place in publication.cells if place.period.end > publication.as_of}
    for period in sorted(late):
        yield f"{publication.name}: the {period.kind} {period.name} ends on {period.end}, after the reporting date"


def _read_as_of(cover: list[tuple[Any, ...]], name: str) -> date:
    text = " ".join(str(cell) for line in cover for cell in line if cell)
    if not (found := AS_OF_WORDS.search(text)):
        raise ValueError(f"{name}: its cover does not say on which day the figures were known")
    return _read_day(found[1])


def _read_day(words: str) -> date:
    return datetime.strptime(words, "%d %B %Y").date()  # noqa: DTZ007  # a day of the calendar


# --- The summary -----------------------------------------------------------------------------------------------


def _read_tables(
    lines: dict[str, list[tuple[Any, ...]]], programme: Programme, publication: Publication
) -> Iterator[tuple[Place, Cell, str]]:
    """Give every cell of a measure of people, and where it stands."""
    titles = {question.title: question for question in programme.questions.values()}
    groups = {f"{programme.names[publication.authority]}, all teams": WHOLE}
    groups |= {name: key for key, name in programme.teams[publication.authority].items()}
    for sheet, rows in lines.items():
        top = next((row for row, line in enumerate(rows) if {"Measure", "Who", "Figure"} <= set(line)), None)
        if top is None:
            continue
        for number, line in enumerate(rows[top + 1 :], top + 2):
            row = dict(zip(rows[top], line, strict=True))
            where = f"{publication.name}, sheet {sheet}, row {number}"
            if (question := titles.get(row["Measure"])) is None:
                continue
            if row["Who"] not in groups:
                publication.problems.append(f"{where}: {row['Who']!r} is neither this authority nor one of its teams")
                continue
            period = _read_period(row["Period"], programme, where)
            place = Place(question.key, groups[row["Who"]], period)
            cell, problem = _read_row(row, question)
            publication.problems += [f"{where}: {place} {problem}"] if problem else []
            yield place, cell, where


def _read_period(words: str, programme: Programme, where: str) -> Period:
    """Return the period that a leader reads, such as "Fortnight 23, 11 to 24 July 2022"."""
    if found := re.match(r"Fortnight (\d+), ", words):
        return programme.fortnight(int(found[1]))
    if found := re.match(r"Up to (.+)", words):
        return Period("to_date", "to_date", programme.start, _read_day(found[1]))
    titles = {key: title for key, (title, _, _) in programme.windows.items() if words.startswith(f"{title}, ")}
    if titles:
        return programme.window(max(titles, key=lambda key: len(titles[key])))
    try:
        first = _read_day(f"1 {words}")
    except ValueError:
        raise ValueError(f"{where}: the period {words!r} is none that the auditor knows") from None
    return month_of(first)


def month_of(day: date) -> Period:
    """Return the calendar month that holds a day."""
    first = day.replace(day=1)
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return Period("month", f"{first:%Y-%m}", first, date.fromordinal(following.toordinal() - 1))


def _read_row(row: dict[str, Any], question: Question) -> tuple[Cell, str]:
    """Return the cell of a row, and what is wrong with the row or ""."""
    figure, number, out_of = row["Figure"], row["Number"], row["Out of"]
    limits = [row["Likely range, from"], row["Likely range, to"]]
    if figure in SIGNS:
        # Of nobody it may be said that 0 of 0 answered.
        silent = {figure, NOT_APPLICABLE, *([0] if figure == State.NOT_AVAILABLE.value else [])}
        told = [one for one in (number, out_of, *limits) if one not in silent]
        return Cell(SIGNS[figure]), f"is {figure}, yet {told} stands beside it" if told else ""
    if isinstance(figure, str):
        told = [one for one in limits if one != NOT_APPLICABLE]
        problem = f"is told in words, yet a range {told} stands beside it" if told else ""
        cell = _read_band(figure, out_of)
        return cell, problem or ("" if number == figure else f"is {figure!r}, but Number says {number!r}")
    return _check_rounded(
        figure, None if number == NOT_APPLICABLE else int(number), int(out_of), question,
        [one for one in limits if not isinstance(one, str)],
    )  # fmt: skip


def _read_band(words: str, n: Any) -> Cell:
    """Return the cell of near unanimity in words; ValueError where the words are no band of these n."""
    found = BAND_WORDS.fullmatch(words)
    is_high = found is not None and found[2] == "more"
    if found is None or int(found[3]) != n or int(found[1]) != (n - 1 if is_high else 1):
        raise ValueError(f"the words {words!r} are no band of {n!r}")
    return Cell(State.BAND, n=n, is_high=is_high)


def _check_rounded(
    figure: float, numerator: int | None, n: int, question: Question, limits: list[float]
) -> tuple[Cell, str]:
    """Return a shown cell, and what is wrong with its digits or ""."""
    fine = {"figure": figure} | {f"limit {place}": limit for place, limit in enumerate(limits)}
    digits = 1 if question.rounding == 0.1 else 2
    cell = Cell(State.SHOWN, n=n, numerator=numerator, figure=round(figure, digits))
    for name, value in fine.items():
        if abs(value - round(value, digits)) > 1e-9:
            return cell, f"is not rounded at the door: its {name} is {value!r}"
    if numerator is not None and n and abs(figure - numerator / n) > 0.5 * question.rounding + 1e-9:
        return cell, f"says {figure:g}, which is not {numerator} of {n}"
    return cell, ""


# --- The packs -------------------------------------------------------------------------------------------------


def _read_pack(record: dict[str, Any], programme: Programme, publication: Publication) -> None:
    """Take the figures of a pack, and note what it says beside them that they do not."""
    where = f"{publication.name}, pack of {record['month']}"
    befores = [headline["before"] for headline in record["headlines"] if headline.get("before")]
    figures = [*record["figures"], *befores]
    if named := sum(bool(figure.get("ids")) for figure in figures):
        publication.problems.append(f"{where}: {named} figures name the responses that they rest on")
    for figure in figures:
        question = programme.questions.get(figure["measure"])
        if question is None:
            continue
        if figure["team"] and figure["team"] not in programme.teams[publication.authority]:
            publication.problems.append(f"{where}: {figure['team']!r} is not one of the authority's teams")
            continue
        place = Place(question.key, figure["team"], _pack_period(figure, programme))
        cell, problem = _read_figure(figure, question)
        publication.problems += [f"{where}: {place} {problem}"] if problem else []
        publication.take(place, cell, where)
    titles = [question.title for question in programme.questions.values()]
    publication.problems += _find_words_that_say_more(record, figures, titles, where)


def _pack_period(figure: dict[str, Any], programme: Programme) -> Period:
    start = date.fromisoformat(figure["period_start"]) if figure["period_start"] else programme.start
    end = date.fromisoformat(figure["period_end"])
    if figure["period_kind"] == "to_date":
        start = programme.start
    return Period(figure["period_kind"], figure["period"], start, end)


def _read_figure(figure: dict[str, Any], question: Question) -> tuple[Cell, str]:
    """Return the cell of a figure of `pack.json`, and what is wrong with it or ""."""
    numbers = {name: figure[name] for name in ("value", "numerator", "lower", "upper")}
    standing = {name: value for name, value in numbers.items() if value is not None}
    if figure.get("told"):
        cell = _read_band(figure["told"], figure["denominator"] if figure["denominator"] is not None else figure["n"])
        return cell, f"is told in words, yet {standing} stands beside them" if standing else ""
    if figure["shown"] in SIGNS or figure["hidden"]:
        if figure["shown"] == State.NOT_AVAILABLE.value:
            standing = {name: value for name, value in standing.items() if value}
        if any(figure[name] not in {None, 0} for name in ("n", "denominator")):
            standing["n"] = figure["n"]
        state = State.HIDDEN if figure["hidden"] else SIGNS[figure["shown"]]
        return Cell(state), f"is {state.value}, yet {standing} stands beside it" if standing else ""
    n = figure["n"] if question.is_mean else figure["denominator"]
    limits = [value for value in (figure["lower"], figure["upper"]) if value is not None]
    return _check_rounded(figure["value"], figure["numerator"], n, question, limits)


def _find_words_that_say_more(
    record: dict[str, Any], figures: list[dict[str, Any]], titles: list[str], where: str
) -> Iterator[str]:
    """Give each figure "4 of 13" or "(13 answers)" in a text on a measure of people that no figure shows."""
    pattern = re.compile(r"\d+ of \d+|\(\d+ answers\)")
    known = set(pattern.findall(" ".join(figure["shown"] for figure in figures)))
    charts = [
        (chart["title"], chart["alt"], chart["note"], *chart["columns"], *chain.from_iterable(chart["rows"]))
        for chart in record["charts"]
    ]
    passages = [*charts, *((text,) for text in (*record["decisions"], *record["changes"], record["preheader"]))]
    for passage in passages:
        if any(title.partition(" (")[0] in text for title in titles for text in passage):
            for text in sorted(set(passage)):
                # How many fortnights reached a target is no figure of people.
                said = set(pattern.findall(re.sub(r"\d+ of \d+ fortnights", "", text)))
                for words in sorted(said - known):
                    yield f"{where}: a text says {words!r}, which is no figure of the pack: {text[:120]!r}"
