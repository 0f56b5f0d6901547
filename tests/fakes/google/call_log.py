"""The log of every call that came, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["sheets", "drive", "forms", "token", "keys", "none"]


@dataclass(slots=True)
class Call:
    """One call: `kind` says which API; `status` is 0 where no answer was sent; `fault` is what was made to go wrong.

    `path` is as it came, percent-encoded, without the query; `method` is the verb; `name` the call's name in the
    discovery document; `applied` whether it was done.
    `response_bytes` counts the JSON, `wire_bytes` what went over the wire of it: Google compresses.
    """

    method: str
    path: str
    query: str = ""
    kind: Kind = "none"
    name: str = ""
    reads: bool = True
    status: int = 0
    request_bytes: int = 0
    response_bytes: int = 0
    wire_bytes: int = 0
    body: Any = None
    fault: str = ""
    applied: bool = False
