"""From shown figures to the monthly review pack: one content, many outputs that show the same figures."""

from integration.pack.as_json import digest, to_json
from integration.pack.as_mail import cid_of, to_html, to_ics, to_mails
from integration.pack.as_text import to_text
from integration.pack.as_typst import to_typst
from integration.pack.build import build_content
from integration.pack.charts.drawing import Chart, DataTable
from integration.pack.charts.specs import chart_specs
from integration.pack.content import PackContent

__all__ = [
    "Chart",
    "DataTable",
    "PackContent",
    "build_content",
    "chart_specs",
    "cid_of",
    "digest",
    "to_html",
    "to_ics",
    "to_json",
    "to_mails",
    "to_text",
    "to_typst",
]
