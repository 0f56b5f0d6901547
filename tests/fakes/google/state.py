"""Everything that the stand-in remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from threading import RLock
from typing import TYPE_CHECKING

from tests.fakes.google.account import Keys, Tokens
from tests.fakes.google.clock import Clock
from tests.fakes.google.faults import Faults
from tests.fakes.google.forms import Form, Pages
from tests.fakes.google.push_tokens import Signers

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.google.call_log import Call
    from tests.fakes.google.channels import Channel
    from tests.fakes.google.quota import Quota
    from tests.fakes.google.reader import Watch
    from tests.fakes.google.sharing import File
    from tests.fakes.google.spreadsheets import Spreadsheet


@dataclass(slots=True)
class Meanwhile:
    """Something that happens just before a call is applied."""

    action: Callable[[], object]
    on: Callable[[Call], bool]


@dataclass(slots=True)
class State:
    """Whoever reads or changes it holds its `lock`."""

    seed: int
    checks_answers: bool
    clock: Clock = field(default_factory=Clock)
    lock: RLock = field(default_factory=RLock)
    chance: Random = field(init=False)
    tokens: Tokens = field(init=False)
    keys: Keys = field(default_factory=Keys)
    signers: Signers = field(default_factory=Signers)
    pages: Pages = field(init=False)
    faults: Faults = field(default_factory=Faults)
    spreadsheets: dict[str, Spreadsheet] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    topics: dict[str, bool] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    quotas: dict[str, Quota] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)
    calls: list[Call] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)
    meanwhile: list[Meanwhile] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    latency_seconds: float = 0.0

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.tokens = Tokens(self.clock, Random(self.seed + 1))
        self.pages = Pages(Random(self.seed + 2))
