"""The only way out: what an authority's leaders may see. Nothing reaches a leader around it."""

from integration.disclose.hide import hidden_figures
from integration.disclose.show import redact, show

__all__ = ["hidden_figures", "redact", "show"]
