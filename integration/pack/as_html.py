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

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integration.pack.content import PackContent


def to_html(content: PackContent, images: Mapping[str, str]) -> str:
    """Return the whole page; `images` says for each chart's name where its picture is (`cid:…` or `data:…`)."""
    charts = {chart.name: chart for chart in chart_specs(content)}
    source = (
        _templates()
        .get_template("pack.mjml")
        .render(
            pack=content,
            charts=charts,
            behind=tables_behind(charts.values()),
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
