"""The protocols between the flow and the outside world; adapters obey them."""

from integration.ports.books import AlertBook, AuditTrail, Decide, Ledger, Tombstones
from integration.ports.erasures import Erasures
from integration.ports.outside import (
    ChartPainter,
    Clock,
    Files,
    Intake,
    Mailer,
    PdfMaker,
    Publisher,
    PushTokens,
    Source,
)
from integration.ports.store import Store

__all__ = [
    "AlertBook", "AuditTrail", "ChartPainter", "Clock", "Decide", "Erasures", "Files", "Intake", "Ledger", "Mailer",
    "PdfMaker", "Publisher", "PushTokens", "Source", "Store", "Tombstones",
]  # fmt: skip
