from typing import Any

import pytest

from integration.adapters.google.publishing.chart_tab import build_chart_tab
from integration.adapters.google.publishing.desired_state import DesiredTab
from integration.model import SummaryChart
from tests.unit.integration.adapters.google.publishing.schema import sheets, wrong_in

TARGET = ("Target", (0.7, 0.7, 0.7))


def chart(*series: tuple[str, tuple[float | None, ...]], percent: bool = True, **changes: Any) -> SummaryChart:
    values: dict[str, Any] = {"title": "Feel ownership, by fortnight", "alt_text": "All teams: 40% at first. It rose."}
    periods = ("27 Jun 2022", "11 Jul 2022", "25 Jul 2022")
    lines = series or (("All teams", (0.4, None, 0.6)), ("Elm", (None, 0.5, 0.75)))
    return SummaryChart(**{**values, "periods": periods, "lines": lines, "percent": percent, **changes})


def tab_of(*charts: SummaryChart) -> DesiredTab:
    return build_chart_tab(charts, key="summary.Charts", title="Charts")


def spec(desired: DesiredTab, place: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = desired.format.charts[place]["spec"]["basicChart"]
    return found


def seen(desired: DesiredTab, source: dict[str, Any]) -> list[Any]:
    """Return the cells that a part of a chart is drawn from."""
    (span,) = source["sourceRange"]["sources"]
    rows = slice(span["startRowIndex"], span["endRowIndex"])
    assert span["endColumnIndex"] == span["startColumnIndex"] + 1
    return list(desired.cells[rows, span["startColumnIndex"]])


def test_each_line_is_drawn_from_the_cells_beside_it_oldest_first_with_a_gap_for_none() -> None:
    desired = tab_of(chart(), chart(title="Another", alt_text="."))
    for place in range(2):
        drawn = spec(desired, place)
        assert seen(desired, drawn["domains"][0]["domain"]) == ["Period", "27 Jun 2022", "11 Jul 2022", "25 Jul 2022"]
        lines = [seen(desired, each["series"]) for each in drawn["series"]]
        assert lines == [["All teams", 0.4, "", 0.6], ["Elm", "", 0.5, 0.75]]
        assert (drawn["headerCount"], drawn["interpolateNulls"]) == (1, False)


def test_above_a_chart_are_its_title_and_its_text_alternative() -> None:
    cells = list(tab_of(chart()).cells[:, 0])
    assert cells[0] == "Charts"
    assert cells[4:7] == ["Feel ownership, by fortnight", "All teams: 40% at first.", "It rose."]


def test_a_chart_has_a_text_alternative() -> None:
    told = tab_of(chart()).format.charts[0]["spec"]["altText"]
    assert told == "Line chart. Feel ownership, by fortnight. All teams: 40% at first. It rose."


def test_charts_lie_below_each_other_within_the_tab_and_never_over_figures() -> None:
    many = tuple(f"period {number}" for number in range(40))
    desired = tab_of(chart(), chart(("Elm", (0.5,) * 40), periods=many), chart())
    top = 0
    for place, each in enumerate(desired.format.charts):
        position = each["position"]["overlayPosition"]
        row, column = position["anchorCell"]["rowIndex"], position["anchorCell"]["columnIndex"]
        assert row >= top
        top = row + -(-position["heightPixels"] // 21)
        assert top <= desired.cells.shape[0]
        assert not any(desired.cells[row:top, column])
        assert desired.format.widths[column] >= position["offsetXPixels"] + position["widthPixels"]
        assert seen(desired, spec(desired, place)["domains"][0]["domain"])[0] == "Period"


def test_shares_are_shown_as_percentages_from_none_to_all() -> None:
    desired = tab_of(chart())
    left = spec(desired)["axis"][1]
    assert left["viewWindowOptions"] == {"viewWindowMode": "EXPLICIT", "viewWindowMin": 0, "viewWindowMax": 1}
    assert {"type": "PERCENT", "pattern": "0%"} in [
        each.format.get("numberFormat") for each in desired.format.cell_formats
    ]


@pytest.mark.parametrize(
    ("figures", "percent", "window"),
    [
        ((0.5, 1.2, 1.1), True, {"viewWindowMode": "EXPLICIT", "viewWindowMin": 0}),
        ((6.5, 7.0, 8.0), False, {"viewWindowMode": "EXPLICIT", "viewWindowMin": 0}),
        ((-1.0, 0.0, 1.0), False, None),
    ],
)
def test_no_figure_lies_outside_the_chart(figures: tuple[float, ...], percent: bool, window: Any) -> None:  # noqa: FBT001  # a parameter of the test
    desired = tab_of(chart(("Elm", figures), percent=percent))
    assert spec(desired)["axis"][1].get("viewWindowOptions") == window


@pytest.mark.parametrize(("figures", "pattern"), [((6.5, 7.0, 8.0), "0.0"), ((6, 7, 8), "#,##0")])
def test_averages_have_one_decimal_and_counts_none(figures: tuple[float, ...], pattern: str) -> None:
    formats = [
        each.format.get("numberFormat", {})
        for each in tab_of(chart(("Elm", figures), percent=False)).format.cell_formats
    ]
    assert pattern in [each.get("pattern") for each in formats]


def test_the_target_is_dashed_and_every_figure_has_a_point() -> None:
    whole, target = spec(tab_of(chart(("All teams", (0.4, None, 0.6)), TARGET)))["series"]
    assert whole["pointStyle"]["shape"] == "CIRCLE"
    assert target["lineStyle"]["type"] == "MEDIUM_DASHED"
    assert "pointStyle" not in target


def test_lines_side_by_side_have_colours_of_their_own() -> None:
    series = spec(tab_of(chart(*((name, (0.1, 0.2, 0.3)) for name in "ABCDE"), TARGET)))["series"]
    assert len({str(each["colorStyle"]) for each in series}) == 6


def test_google_knows_every_part_of_a_chart_and_no_sheet_is_named() -> None:
    desired = tab_of(chart(), chart(("Elm", (6.5, 7.0, 8.0)), percent=False), chart(("Elm", (0.5, 0.5, 1.2)), TARGET))
    assert wrong_in(desired.format) == []
    assert "sheetId" not in str(desired.format.charts)


def test_what_google_does_not_know_would_be_found() -> None:
    (good,) = tab_of(chart()).format.charts
    assert sheets().wrong_in_answer("EmbeddedChart", {**good, "size": 3})
    bad = {**good["spec"]["basicChart"], "legendPosition": "BELOW"}
    assert sheets().wrong_in_answer("EmbeddedChart", {**good, "spec": {"basicChart": bad}})
