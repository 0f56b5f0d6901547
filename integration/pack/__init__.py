"""From shown figures to the monthly review pack: one content, several outputs that show the same figures."""

from integration.pack.as_json import compute_digest, to_json
from integration.pack.as_mail import build_content_id, to_html, to_ics, to_mails
from integration.pack.as_text import to_text, to_typst
from integration.pack.build import build_content
from integration.pack.charts.designs import draw_charts
from integration.pack.charts.drawing import Chart
from integration.pack.content import PackContent

__all__ = [
    "Chart", "PackContent", "build_content", "build_content_id", "compute_digest", "draw_charts",
    "to_html", "to_ics", "to_json", "to_mails", "to_text", "to_typst",
]  # fmt: skip
