"""Every kind of field and of measure has every part, and its parts agree with each other."""

from __future__ import annotations

from typing import Any

import pytest

from config.schema import PeriodKind
from config.schema.fields import FIELD_MODELS, Answers, FieldBase, type_name
from config.schema.measures import MEASURE_MODELS, MeasureBase, kind_name
from integration.kinds.fields import FIELD_KINDS
from integration.kinds.measures import MEASURE_KINDS, Basis, ChartKind, ValueFormat
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


def test_no_record_stands_for_a_kind_that_no_yaml_can_name() -> None:
    assert set(FIELD_KINDS) == {type_name(model) for model in FIELD_MODELS}
    assert set(MEASURE_KINDS) == {kind_name(model) for model in MEASURE_MODELS}


@pytest.mark.parametrize("model", MEASURE_MODELS, ids=kind_name)
def test_the_parts_of_a_kind_of_measure_agree(model: type[MeasureBase]) -> None:
    kind = MEASURE_KINDS[kind_name(model)]
    assert model.is_proportion == kind.value_format.is_share, "a part of a whole is written as one"
    assert (kind.value_format is ValueFormat.COUNT) == (kind.basis is Basis.NONE), "a count alone says all"
    assert not kind.has_interval or kind.basis is Basis.NUMERATOR, "an interval is that of numerator and denominator"
    assert (kind.chart is ChartKind.COUNT) == (kind.find_pace is not None), "the chart of counts draws the pace"
    assert model.allowed_periods.described or model.allowed_periods.kinds == frozenset(PeriodKind)
    assert model.reads


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
