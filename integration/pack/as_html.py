"""The pack as HTML that mail programs understand: MJML through mrml, every value escaped by Jinja."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import mrml
from jinja2 import Environment, PackageLoader, StrictUndefined

from integration.pack.behind import tables_behind
from integration.pack.charts import chart_specs
from integration.pack.content import DECISIONS_ON_FIRST_PAGE, NO_TARGET
from integration.pack.decisions import more_in_detail
from integration.pack.marks import page_marks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integration.pack.content import PackContent

LONGEST_KEPT_WHOLE = 20
"""Letters of a cell; in a longer one a long word may be broken, so that it does not widen the page."""


def to_html(content: PackContent, images: Mapping[str, str]) -> str:
    """Return the whole page; `images` says for each chart's name where its picture is (`cid:…` or `data:…`)."""
    charts = {chart.name: chart for chart in chart_specs(content)}
    behind = tables_behind(charts.values())
    source = (
        _templates()
        .get_template("pack.mjml")
        .render(
            pack=content,
            charts=charts,
            behind=behind,
            marks=page_marks(content, behind),
            longest_kept_whole=LONGEST_KEPT_WHOLE,
            images=images,
            no_target=NO_TARGET,
            decisions=content.decisions[:DECISIONS_ON_FIRST_PAGE],
            more_decisions=content.decisions[DECISIONS_ON_FIRST_PAGE:],
            more=more_in_detail(len(content.decisions) - DECISIONS_ON_FIRST_PAGE),
        )
    )
    return str(mrml.to_html(source).content)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("integration.pack"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
