"""A kind of field and a kind of measure that the service does not have, each added by its model and its record alone.

The field is a length of time (`duration`), the measure a median. Everything else must follow: reading, checks, columns,
figures, what is hidden, the leaders' summary, the pack with its chart, and what `scaffold` guesses.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from dataclasses import replace
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pytest
from pydantic import Field, create_model

from config import schema
from config.loading import load
from config.schema.fields import Answers, OpenField
from config.schema.measures import NumbersMeasure
from integration.kinds import cells, guesses, question_types, values
from integration.kinds.fields import FIELD_KINDS, FieldKind
from integration.kinds.measures import (
    MEASURE_KINDS,
    Basis,
    Decision,
    DisclosedAs,
    MeasureKind,
    ValueFormat,
    read_numbers,
)
from integration.model import ColumnType, IssueCode, QuestionType
from tests.system.commands import SAMPLE, run
from tests.truth.workbook import Book
from tests.unit.config.folder import Folder

if TYPE_CHECKING:
    from pathlib import Path

    from integration.kinds.cells import CellValues
    from integration.kinds.guesses import GuessContext, TypeGuess
    from integration.kinds.measures import CellRows
    from integration.kinds.values import Raw, ReadValue
    from integration.model import Question

# The kind of field: its model, and its record.


class DurationField(OpenField):
    """A length of time, "1:30" for an hour and a half; in hours."""

    type: Literal["duration"]
    longest: float = 24

    answers = Answers.NUMBER
    distinguishes_rows = False


def read_duration(raw: Raw, longest: float) -> ReadValue:
    match = re.fullmatch(r"(\d{1,3}):([0-5]\d)(?::[0-5]\d)?", values.to_text(raw).strip())
    if match is None:
        return values.ReadValue(code=IssueCode.NOT_A_NUMBER)
    hours = int(match[1]) + int(match[2]) / 60
    return values.ReadValue(hours) if hours <= longest else values.ReadValue(code=IssueCode.OUT_OF_RANGE)


def guess_duration(question: Question, context: GuessContext) -> TypeGuess | None:  # noqa: ARG001
    return guesses.TypeGuess() if question.type is QuestionType.TIME else None


DURATION = FieldKind(
    model=DurationField,
    column=ColumnType.NUMBER,
    build_reader=lambda field, _: partial(read_duration, longest=field.longest),
    describe_allowed=lambda field, _: f"hours and minutes, such as 1:30, of at most {field.longest:g} hours",
    shows_found=True,
    asked_as=frozenset({QuestionType.TIME, QuestionType.TEXT}),
    compare_with_question=question_types.compare_nothing,
    find_ends=lambda _: None,
    guess=guess_duration,
)

# The kind of measure: its model, and its record.


class MedianMeasure(NumbersMeasure):
    """Median of a number: half of the answers are below it."""

    kind: Literal["median"]


def calculate_medians(spec: MedianMeasure, source: CellRows) -> CellValues:
    means = cells.calculate_means(read_numbers(spec, source.frame), source.grouped)
    none = np.full(len(means.rows), np.nan)
    return replace(means, value=means.median, numerator=none, denominator=none)


MEDIAN = MeasureKind(
    model=MedianMeasure,
    calculate=calculate_medians,
    has_interval=False,
    disclosed_as=DisclosedAs.MEAN,
    value_format=ValueFormat.NUMBER,
    basis=Basis.ANSWERS,
    target_of_all="",
    chart=None,
    decision=Decision.TARGET,
    work_items=None,
    find_pace=None,
)

# What the project team writes.

QUESTION = {
    "itemId": "visit",
    "title": "How long was your longest visit this week?",
    "questionItem": {"question": {"questionId": "0d0a", "timeQuestion": {"duration": True}}},
}
FIELD = """
  - name: longest_visit
    type: duration
    id: 0d0a
    question: How long was your longest visit this week?
    longest: 12
"""
MEASURE = """
  longest_visit_median:
    title: Longest visit of the week
    outcome: Social workers spend more time with children and families
    definition: The longest visit of the week; half of the answers are above it and half below.
    kind: median
    source: time_and_barriers
    field: longest_visit
    unit: hours
    periods: [window]
    target: 5
    rests_on: people
"""
TIMES = ("4:00", "4:12", "4:30", "3:45", "5:00", "4:12")
"""No median of them may be taken for a part of a whole."""


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add both kinds to this process, as their lines in the two unions and the two tables would."""
    fields: Any = tuple[Annotated[schema.FieldSpec | DurationField, Field(discriminator="type")], ...]
    for base in (schema.Form, schema.Sheet):
        name = base.__name__
        monkeypatch.setattr(schema, name, create_model(name, __base__=base, fields=fields))
    measures: Any = dict[str, Annotated[schema.MeasureSpec | MedianMeasure, Field(discriminator="kind")]]
    monkeypatch.setitem(
        load.FILE_MODELS, "measures", create_model("Measures", __base__=schema.Measures, measures=measures)
    )
    for table, name, record in ((FIELD_KINDS, "duration", DURATION), (MEASURE_KINDS, "median", MEDIAN)):
        added: Any = table
        monkeypatch.setitem(added, name, record)


@pytest.fixture
def config(tmp_path: Path) -> Folder:
    """Return a configuration that uses both."""
    folder = Folder(tmp_path / "config")
    folder.change("forms/time_and_barriers.yaml", "\nfields:\n", f"\nfields:\n{FIELD}")
    folder.change("measures.yaml", "\nmeasures:\n", f"\nmeasures:\n{MEASURE}")
    folder.change("packs.yaml", "headlines:\n", "headlines:\n  - longest_visit_median\n")
    return folder.change(
        "packs.yaml", "      - time_share_mean\n", "      - time_share_mean\n      - longest_visit_median\n"
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return the sample, in which the form asks for the visit and everyone has answered; one of them in words."""
    folder = shutil.copytree(SAMPLE, tmp_path / "data")
    form, responses = (folder / "forms" / "time_and_barriers" / name for name in ("form.json", "responses.json"))
    asked = json.loads(form.read_text(encoding="utf-8"))
    asked["items"].append(QUESTION)
    form.write_text(json.dumps(asked), encoding="utf-8")
    answered = json.loads(responses.read_text(encoding="utf-8"))
    for place, response in enumerate(answered["responses"]):
        value = TIMES[place % len(TIMES)] if place else "all afternoon"
        response["answers"]["0d0a"] = {"questionId": "0d0a", "textAnswers": {"answers": [{"value": value}]}}
    responses.write_text(json.dumps(answered), encoding="utf-8")
    return folder


@pytest.mark.usefixtures("kinds")
def test_a_kind_of_field_and_a_kind_of_measure_are_a_model_and_a_record(
    config: Folder, data: Path, tmp_path: Path
) -> None:
    ran = run("demo", "--config", config.path, "--data", data, "--home", tmp_path / "home")
    assert ran.code == 0, ran.err
    home = Book(tmp_path / "home" / "data.xlsx")

    rows = [row for row in home.rows("time_and_barriers") if row["counted"] and row["window"]]
    assert {row["longest_visit"] for row in rows} - {None} <= {3.75, 4, 4.2, 4.5, 5}
    issue = next(row for row in home.rows("needs_attention") if row["field"] == "longest_visit")
    assert issue["found"] == "all afternoon"
    assert issue["allowed"] == "hours and minutes, such as 1:30, of at most 12 hours"

    answers = defaultdict(list)
    for row in rows:
        if row["longest_visit"] is not None:
            answers[row["authority"], row["team"], row["window"]].append(row["longest_visit"])
            answers[row["authority"], "", row["window"]].append(row["longest_visit"])
    figures = [row for row in home.rows("measures") if row["measure"] == "longest_visit_median"]
    for row in figures:
        own = answers.get((row["authority"], row["team"] or "", row["period"]), [])
        assert row["n"] == len(own)
        assert row["value"] == (pytest.approx(median(own)) if own else None)
    assert sum(row["value"] is not None for row in figures) > len(answers) / 2
    assert {row["numerator"] for row in figures} == {None}
    few = [row for row in figures if row["n"] and row["n"] < 5]
    assert few, "the sample has a small group, which must not show"
    assert all(row["hidden"] for row in few)

    authority = "northbrook"
    summary = Book(tmp_path / "home" / f"summary-{authority}.xlsx").text()
    assert "Longest visit of the week (hours)" in summary
    text = next((tmp_path / "home").glob(f"packs/*/{authority}/pack.txt")).read_text(encoding="utf-8")
    shown = re.findall(r"(\d\.\d hours) \(\d+ answers\)", text)
    assert shown, text
    assert "Longest visit of the week: " in text, "it is behind its target of five hours"
    assert not re.search(r"4\d\d%", text), "it is no percentage"
    assert "Longest visit of the week" in next((tmp_path / "home").glob(f"packs/*/{authority}/pack.html")).read_text()


@pytest.mark.usefixtures("kinds")
def test_the_checks_know_a_new_kind(config: Folder) -> None:
    config.load()
    config.change("measures.yaml", "    field: longest_visit\n", "    field: able_to_help\n").load()
    config.change("measures.yaml", "    field: able_to_help\n    unit", "    field: barriers_other\n    unit")
    assert "which is no field of time_and_barriers" in config.only_line()
    config.change("measures.yaml", "    field: barriers_other\n    unit", "    field: week\n    unit")
    assert re.search("“week”, a field of type date.*longest_visit", config.only_line())
    config.change("measures.yaml", "    field: week\n    unit", "    field: longest_visit\n    unit")
    config.change(
        "measures.yaml",
        "kind: median\n    source: time_and_barriers",
        "kind: share\n    values: [4]\n    source: time_and_barriers",
    )
    assert "longest_visit" in config.lines()[0]


@pytest.mark.usefixtures("kinds")
def test_a_form_that_asks_otherwise_is_noticed_and_scaffold_guesses_the_new_kind(
    config: Folder, data: Path, tmp_path: Path
) -> None:
    form = data / "forms" / "time_and_barriers" / "form.json"
    ran = run("scaffold", form, "--key", "again", "--config", config.path)
    assert ran.code == 0, ran.err
    written = (config.path / "forms" / "again.yaml").read_text(encoding="utf-8")
    assert re.search(r"type: duration\n\s+id: 0d0a", written)
    (config.path / "forms" / "again.yaml").unlink()
    asked = json.loads(form.read_text(encoding="utf-8"))
    asked["items"][-1]["questionItem"]["question"] = {"questionId": "0d0a", "dateQuestion": {}}
    form.write_text(json.dumps(asked), encoding="utf-8")
    key = {"PSEUDONYM_KEY": "a key of the tests, long enough"}
    where = ("--config", config.path, "--data", data, "--home", tmp_path / "home")
    ran = run("run", "sync", *where, environment=key)
    assert "Field longest_visit: the form now asks for a date, which does not fit the type duration" in ran.out
