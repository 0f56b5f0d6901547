"""The only way out: what an authority's leaders may see. Nothing reaches a leader around it."""

from integration.disclose.leaders_view import build_leaders_view, redact
from integration.disclose.suppression import find_hidden_figures

__all__ = ["build_leaders_view", "find_hidden_figures", "redact"]
