"""A stand-in for Google: the calls that the product makes of Sheets, Drive, Forms and the token server, with state."""

from tests.fakes.google.stand_in import StandIn

__all__ = ["StandIn"]
