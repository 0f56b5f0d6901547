"""Every kind of field and of measure has every part, and its parts agree with each other."""

from __future__ import annotations

from typing import Any

import pytest

from config.schema import PeriodKind
from config.schema.fields import FIELD_MODELS, Answers, FieldBase, OpenField, RowsField, type_name
from config.schema.measures import MEASURE_MODELS, MeasureBase, kind_name
from integration.kinds import fields, measures
from integration.kinds.fields import FIELD_KINDS
from integration.kinds.measures import MEASURE_KINDS, Basis, ChartKind, Decision, DisclosedAs, ValueFormat
from integration.model import ColumnType
from integration.pack.charts.designs import CHART_DESIGNS

FIELD_PARTS = ("answers", "distinguishes_rows")
MEASURE_PARTS = ("reads", "is_proportion", "needs_headcounts", "allowed_periods")


def missing_parts(model: type[Any], parts: tuple[str, ...]) -> list[str]:
    """Return what a model must say of its kind and does not."""
    return [*(part for part in parts if not hasattr(model, part)), *model.__abstractmethods__]


@pytest.mark.parametrize("model", FIELD_MODELS, ids=type_name)
def test_a_kind_of_field_has_every_part(model: type[FieldBase]) -> None:
    assert missing_parts(model, FIELD_PARTS) == []
    assert FIELD_KINDS[type_name(model)].model is model
    assert FIELD_KINDS[type_name(model)].asked_as


@pytest.mark.parametrize("model", MEASURE_MODELS, ids=kind_name)
def test_a_kind_of_measure_has_every_part(model: type[MeasureBase]) -> None:
    assert missing_parts(model, MEASURE_PARTS) == []
    assert MEASURE_KINDS[kind_name(model)].model is model


def test_every_record_stands_for_one_kind_that_yaml_can_name() -> None:
    assert sorted(type_name(record.model) for record in fields.RECORDS) == sorted(map(type_name, FIELD_MODELS))
    assert sorted(kind_name(record.model) for record in measures.RECORDS) == sorted(map(kind_name, MEASURE_MODELS))


@pytest.mark.parametrize("model", FIELD_MODELS, ids=type_name)
def test_the_parts_of_a_kind_of_field_agree(model: type[FieldBase]) -> None:
    kind, answers = FIELD_KINDS[type_name(model)], model.answers
    columns = {Answers.NUMBER: NUMBERS, Answers.STEP: NUMBERS, Answers.DAY: {ColumnType.DATE}}
    assert kind.column in columns.get(answers, {ColumnType.TEXT}), "a column holds what the answers are"
    assert kind.shows_found == (answers is not Answers.PERSON), "what identifies a person is shown to nobody"
    assert issubclass(model, RowsField) == (answers is Answers.OPTION_BY_ROW), "rows have columns of their own"
    assert not (answers is Answers.STEP and issubclass(model, OpenField)), "steps can be listed"


NUMBERS = {ColumnType.INTEGER, ColumnType.NUMBER}


@pytest.mark.parametrize("model", MEASURE_MODELS, ids=kind_name)
def test_the_parts_of_a_kind_of_measure_agree(model: type[MeasureBase]) -> None:
    kind = MEASURE_KINDS[kind_name(model)]
    is_share = kind.value_format.is_share
    assert model.is_proportion == is_share, "a part of a whole is written as one"
    assert (kind.value_format is ValueFormat.COUNT) == (kind.basis is Basis.NONE), "a count alone says all"
    assert kind.value_format is not ValueFormat.OUT_OF or kind.basis is Basis.NUMERATOR, "so many of so many"
    assert not kind.has_interval or kind.basis is Basis.NUMERATOR, "an interval is that of numerator and denominator"
    assert (kind.decision is Decision.PACE) == (kind.find_pace is not None), "leaders are asked about its pace"
    assert (kind.chart is ChartKind.COUNT) == (kind.find_pace is not None), "the chart of counts draws the pace"
    assert kind.chart is not ChartKind.WINDOWS, "that chart shows every kind"
    assert kind.chart not in {ChartKind.FORTNIGHTS, ChartKind.RESPONSE_RATE} or is_share, "their axis is of per cents"
    assert (kind.decision is Decision.ANSWERING) == model.needs_headcounts, "only of a rate more can answer"
    assert not kind.target_of_all or is_share, "only of a whole there is all"
    assert model.allowed_periods.described or model.allowed_periods.kinds == frozenset(PeriodKind)
    assert model.reads


@pytest.mark.parametrize("model", MEASURE_MODELS, ids=kind_name)
def test_what_all_said_alike_is_known_as_such_of_every_kind(model: type[MeasureBase]) -> None:
    kind = MEASURE_KINDS[kind_name(model)]
    of_numerator = DisclosedAs.RESPONSES if model.needs_headcounts else DisclosedAs.SHARE
    of_basis = {Basis.NUMERATOR: of_numerator, Basis.ANSWERS: DisclosedAs.MEAN, Basis.NONE: DisclosedAs.COUNT}
    assert kind.disclosed_as is of_basis[kind.basis]


@pytest.mark.parametrize("model", MEASURE_MODELS, ids=kind_name)
def test_a_kind_of_measure_says_every_field_that_its_yaml_names(model: type[MeasureBase]) -> None:
    own = {name: info.annotation for name, info in model.model_fields.items() if name not in MeasureBase.model_fields}
    given: dict[str, Any] = {name: name for name in own} | {"where": {"where": ("x",)}, "values": ("x",)}
    spec = model.model_construct(**{name: given[name] for name in own})
    said = {field.name for field in spec.list_named_fields()} | {(spec.find_date_field() or ("", ""))[1]}
    named = {name for name in own if name not in {"kind", "values", "unit", "within_phase"}}
    assert named <= said, "what it does not name is not checked, and no rewording breaks its series"
    assert spec.find_unit() == ("unit" if "unit" in own else "")
    assert spec.find_phase() == ("within_phase" if "within_phase" in own else None)


def test_every_chart_has_its_design_and_every_kind_of_answer_its_kind_of_field() -> None:
    assert set(CHART_DESIGNS) == set(ChartKind)
    assert {model.answers for model in FIELD_MODELS} == set(Answers)


def test_a_kind_that_lacks_a_part_is_named_with_it() -> None:
    class HalfField(FieldBase):
        answers = Answers.NUMBER

    class HalfMeasure(MeasureBase):
        is_proportion = False

    assert sorted(missing_parts(HalfField, FIELD_PARTS)) == [
        "distinguishes_rows", "find_mistakes", "list_possible_answers",
    ]  # fmt: skip
    assert sorted(missing_parts(HalfMeasure, MEASURE_PARTS)) == [
        "allowed_periods", "find_date_field", "list_named_fields", "needs_headcounts", "reads",
    ]  # fmt: skip
    with pytest.raises(TypeError, match="value_format"):
        type(MEASURE_KINDS["mean"])(model=HalfMeasure)  # type: ignore[call-arg]  # as mypy says
