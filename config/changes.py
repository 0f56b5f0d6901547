"""What differs between two states of the YAML: each value that was changed, added or taken away, with its place.

Files are plain data here (`to_plain_data`), by their names within the folder. The entries of a list are known by their
names or their words, and not by their places, so that an option that is inserted does not change all that follow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config import schema
from config.spelling import quoted
from config.yaml_positions import YamlPositions, to_plain_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.schema import Settings

PlainFiles = dict[str, Any]
"""The content of files, as dicts, lists and texts, by their names: `programme.yaml`, `forms/pulse.yaml`."""

COUNTING_FILES = ("programme.yaml", "measures.yaml")
COUNTING_FOLDERS = ("forms/", "sheets/")


@dataclass(frozen=True, slots=True)
class Change:
    """One value of a file that differs; None is: it is not there. No steps: the file itself."""

    file: str
    steps: tuple[str, ...]
    before: Any
    after: Any

    def in_words(self) -> str:
        """Return such as `windows.baseline.start was “2021-09-06”, is “2021-10-04”`."""
        name = ".".join(self.steps) or "the file"
        if self.before is None:
            return f"{name} is new" + (f": {quoted(self.after)}" if isinstance(self.after, str) else "")
        if self.after is None:
            return f"{name} is gone"
        if isinstance(self.before, str) and isinstance(self.after, str):
            return f"{name} was {quoted(self.before)}, is {quoted(self.after)}"
        return f"{name} was changed"


def plain_counting_files(settings: Settings) -> PlainFiles:
    """Return the files by which answers are read and counted, as they were loaded."""
    return {
        name: to_plain_data(tree)
        for name, (_, tree) in sorted(settings.positions.files.items())
        if name in COUNTING_FILES or name.startswith(COUNTING_FOLDERS)
    }


def with_earlier_files(settings: Settings, files: PlainFiles, digest: str) -> Settings:
    """Return the settings as they were with these files. Raises pydantic's ValidationError where they fit no more."""
    forms, sheets = (
        {name[len(folder) : -len(".yaml")]: plain for name, plain in files.items() if name.startswith(folder)}
        for folder in COUNTING_FOLDERS
    )
    return settings.model_copy(
        update={
            "programme": schema.Programme.model_validate(files["programme.yaml"]),
            "forms": {key: schema.Form.model_validate(plain) for key, plain in forms.items()},
            "sheets": {key: schema.Sheet.model_validate(plain) for key, plain in sheets.items()},
            "measures": schema.Measures.model_validate(files["measures.yaml"]).measures,
            "digest": digest,
            "positions": YamlPositions(),
        }
    )


def find_changes(before: PlainFiles, after: PlainFiles) -> list[Change]:
    """Return every difference, file by file."""
    return [
        change for file in sorted({*before, *after}) for change in _compare(file, (), before.get(file), after.get(file))
    ]


def _compare(file: str, steps: tuple[str, ...], before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    before_by_name, after_by_name = _entries(before), _entries(after)
    if before_by_name is None or after_by_name is None:
        yield Change(file, steps, before, after)
        return
    differing = [
        change
        for name in {**before_by_name, **after_by_name}
        for change in _compare(file, (*steps, name), before_by_name.get(name), after_by_name.get(name))
    ]
    # The same entries in another order are a change of the list.
    yield from differing or [Change(file, steps, before, after)]


def _entries(value: Any) -> Mapping[str, Any] | None:
    """Return the entries of a group or a list by their names; None where they have none, or have one twice."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, list):
        return None
    named = [(each.get("name") if isinstance(each, dict) else each, each) for each in value]
    by_name = {name: each for name, each in named if isinstance(name, str)}
    return by_name if len(by_name) == len(value) else None
