"""The errors of the configuration, as one tree.

    SettingError
    ├── ConfigError            the YAML files: every problem of all of them, each with its place
    └── SecretMissing          a secret or another setting of the environment is missing or unusable

Both are for the operator to correct, so both end a command with exit code 2.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a file: where it stands, what was found, what is allowed. Lines and columns count from 1.

    `key` is the path to it, such as `fields.hours_direct.minimum`; `nearest` is the allowed spelling that was
    probably meant, "" where nothing comes near.
    """

    file: str
    line: int
    column: int
    key: str
    found: str
    allowed: str
    nearest: str = ""

    def __str__(self) -> str:
        """Return the problem as one line."""
        key = f"{self.key}: " if self.key else ""
        guess = f" (did you mean “{self.nearest}”?)" if self.nearest else ""
        return f"{self.file}:{self.line}:{self.column}: {key}found {self.found}; allowed: {self.allowed}{guess}"


class SettingError(Exception):
    """The root. `exit_code` is that of a command that ends with this error."""

    exit_code: ClassVar[int] = 2


class ConfigError(SettingError):
    """The YAML files cannot be used as they are; `problems` holds every mistake."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order given; there is at least one."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def as_dicts(self) -> list[dict[str, Any]]:
        """Return the problems as plain data, for JSON."""
        return [asdict(problem) for problem in self.problems]


class SecretMissing(SettingError):  # noqa: N818  # its name stands in the notes of runs
    """A secret or another setting of the environment is missing or unusable; the sentence says which and what to do."""
