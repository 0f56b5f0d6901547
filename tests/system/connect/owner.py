"""The owner of a form, who pasted our script: Node runs it against the stand-in for Google and the real web side."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ADDRESS = "https://crescendo.example.org"
FORMS_API = "https://forms.googleapis.com"
HARNESS = Path(__file__).parent / "apps_script.js"


class AppsScript:
    """The process in which Google runs a script; starting one for each test would take longer than all the rest."""

    def __init__(self, node: str, script: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # our own command
            [node, HARNESS, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, **asked: Any) -> dict[str, Any]:
        """Let it do one thing; return what it then holds."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told


@dataclass
class Owner:
    """A form's owner. `error` is what the last run of the script ended with, "" where it ended well."""

    at: AppsScript
    error: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    triggers: Sequence[Mapping[str, str]] = ()
    log: Sequence[str] = ()
    sent: Sequence[Mapping[str, Any]] = ()

    def __post_init__(self) -> None:
        self._do(do="begin")

    def press(self, function: str) -> None:
        """Choose a function in the editor, and press Run."""
        self._do(do="run", name=function)

    def somebody_answers(self) -> None:
        """Let Google fire the triggers of an answer."""
        self._do(do="fire", kind="submit")

    def ten_minutes_pass(self) -> None:
        """Let Google fire the triggers of the clock."""
        self.time_passes(600)
        self._do(do="fire", kind="clock")

    def time_passes(self, seconds: float) -> None:
        """Let what the script noted be so much longer ago."""
        self._do(do="pass", seconds=seconds)

    def reach(self, *, google: str, service: str) -> None:
        """Let what the script fetches come from these addresses."""
        self.let(hosts={FORMS_API: google, ADDRESS: service})

    def let(self, **values: Any) -> None:
        """Let something of Google be otherwise; the names are those of the harness's state."""
        self._do(do="set", values=values)

    @property
    def kept(self) -> dict[str, str]:
        """Return the properties of the script, by their short names."""
        return {name.removeprefix("crescendo."): value for name, value in self.properties.items()}

    @property
    def is_to_be_tried_again(self) -> bool:
        """Whether the script noted that something is to be sent again."""
        return "again" in self.kept

    def sent_of(self, kind: str) -> list[Mapping[str, Any]]:
        """Return the requests to the service that brought a `form.response` or a `form.changed`."""
        return [each for each in self.sent if json.loads(each["body"])["type"] == kind]

    def _do(self, **asked: Any) -> None:
        told = self.at.ask(**asked)
        self.error, self.properties, self.triggers = told["error"], told["properties"], told["triggers"]
        self.log, self.sent = told["log"], told["sent"]
