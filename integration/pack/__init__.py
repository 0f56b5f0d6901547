"""From shown figures to the monthly review pack: one content, many outputs that show the same figures."""

from integration.pack.build import build_content
from integration.pack.charts import Chart, DataTable, chart_specs
from integration.pack.content import PackContent

__all__ = [
    "Chart",
    "DataTable",
    "PackContent",
    "build_content",
    "chart_specs",
]
