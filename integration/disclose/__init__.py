"""The only way out: what an authority's leaders may see. Nothing reaches a leader around it."""

from integration.disclose.disclosure import DisclosureContext, disclose, put_right
from integration.disclose.figures_on_people import Digests
from integration.disclose.leaders_view import build_leaders_view, redact

__all__ = ["Digests", "DisclosureContext", "build_leaders_view", "disclose", "put_right", "redact"]
