"""Reading the folder of YAML files: either all of it is right, or every problem of every file is reported at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from config.agree import agree
from config.draft import Document, Draft
from config.errors import ConfigError, Problem
from config.folder import Found, find_files, read_bytes
from config.marked import Keys, read_marked
from config.plain import A_GROUP, describe, explain_errors
from config.schema import (
    Alerts,
    Form,
    Google,
    Jobs,
    Measures,
    MeasureSpec,
    Packs,
    Programme,
    Retention,
    Sample,
    Settings,
    ShareMeasure,
    Sheet,
)
from config.sound import read_soundly
from config.written import Written

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

M = TypeVar("M", bound=BaseModel)

WHOLE_FILES: dict[str, type[BaseModel]] = {
    "programme": Programme,
    "measures": Measures,
    "packs": Packs,
    "jobs": Jobs,
    "google": Google,
    "alerts": Alerts,
    "retention": Retention,
}
NUMBERED = frozenset({"likert5", "scale"})
"""Types whose answers are numbers; the answers of every other type are words, also those that look like numbers."""


def load(folder: Path) -> Settings:
    """Return the configuration in the folder. Raises ConfigError with every problem of all files."""
    found = find_files(folder)
    reading = _Reading(list(found.problems))
    draft = reading.draft(found)
    problems = [*reading.problems, *agree(draft)]
    if problems:
        order = {name: place for place, name in enumerate(found.names)}
        raise ConfigError(sorted(set(problems), key=lambda p: (order.get(p.file, -1), p.line, p.column, p)))
    return _settings(draft, reading.digest(folder)).written_in(_written(draft, folder))


def load_sample_date(folder: Path) -> date | None:
    """Return the reporting date that sample.yaml beside a sample names; None where there is no such file.

    Raises ConfigError.
    """
    path = folder / "sample.yaml"
    if not path.exists():
        return None
    reading = _Reading([])
    document = reading.document(Sample, path)
    if document is None or reading.problems:
        raise ConfigError(reading.problems)
    return document.model.as_of


@dataclass(slots=True)
class _Reading:
    """Collects the problems of every file, and the bytes from which the digest is made."""

    problems: list[Problem]
    contents: dict[Path, bytes] = field(default_factory=dict)

    def draft(self, found: Found) -> Draft:
        whole: dict[str, Any] = {
            name: self.document(model, found.whole[name]) for name, model in WHOLE_FILES.items() if name in found.whole
        }
        forms = {key: self.document(Form, path) for key, path in found.forms.items()}
        sheets = {key: self.document(Sheet, path) for key, path in found.sheets.items()}
        unread = frozenset(key for key, document in (*forms.items(), *sheets.items()) if document is None)
        return Draft(
            **whole,
            forms={key: document for key, document in forms.items() if document},
            sheets={key: document for key, document in sheets.items() if document},
            unread=unread,
        )

    def document(self, model: type[M], path: Path) -> Document[M] | None:
        """Return one file as far as it is sound."""
        name = path.as_posix()
        content = read_bytes(path)
        if isinstance(content, Problem):
            self.problems.append(content)
            return None
        self.contents[path] = content
        tree, problems = read_marked(name, content)
        self.problems += problems
        if not isinstance(tree, Keys):
            if not problems:
                found = "an empty file" if tree is None else describe(tree)
                self.problems.append(Problem(name, 1, 1, "", found, A_GROUP))
            return None
        sound, rest, error = read_soundly(model, tree)
        if error is not None:
            self.problems += explain_errors(name, tree, model, error)
        return Document(name, tree, rest, sound)

    def digest(self, folder: Path) -> str:
        """Return the SHA-256 over the names of the files within the folder, and their bytes."""
        digest = hashlib.sha256()
        for path, content in sorted(self.contents.items()):
            digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()


def _settings(draft: Draft, digest: str) -> Settings:
    programme, measures, packs, jobs = draft.programme, draft.measures, draft.packs, draft.jobs
    if programme is None or measures is None or packs is None or jobs is None:
        raise AssertionError("a file that could not be read was not reported")
    # Every part has been read by its model already: reading all of it once more would only take time.
    return Settings.model_construct(
        programme=programme.model,
        forms={key: draft.forms[key].model for key in _in_order(draft.forms, measures.model)},
        sheets={key: draft.sheets[key].model for key in _in_order(draft.sheets, measures.model)},
        measures={key: _with_words(spec, draft) for key, spec in measures.model.measures.items()},
        packs=packs.model,
        jobs=jobs.model.jobs,
        google=draft.google.model if draft.google else None,
        alerts=draft.alerts.model if draft.alerts else Alerts(),
        retention=draft.retention.model if draft.retention else Retention(),
        digest=digest,
    )


def _written(draft: Draft, folder: Path) -> Written:
    whole: tuple[Document[Any] | None, ...] = (
        draft.programme,
        draft.measures,
        draft.packs,
        draft.jobs,
        draft.google,
        draft.alerts,
        draft.retention,
    )
    documents: list[Document[Any]] = [*draft.sources.values(), *(document for document in whole if document)]
    return Written({Path(d.file).relative_to(folder).as_posix(): (d.file, d.written) for d in documents})


def _in_order(sources: Iterable[str], measures: Measures) -> list[str]:
    """Return the sources that measures rest on, in the order of the measures, then the others by name."""
    known = list(sources)
    measured = [spec.source for spec in measures.measures.values() if spec.source in known]
    return list(dict.fromkeys([*measured, *known]))


def _with_words(spec: MeasureSpec, draft: Draft) -> MeasureSpec:
    """Return the measure with its answers as words, where the field's answers are words."""
    if not isinstance(spec, ShareMeasure):
        return spec
    field_type = next(f.type for f in draft.sources[spec.source].model.fields if f.name == spec.field)
    if field_type in NUMBERED:
        return spec
    return spec.model_copy(update={"values": tuple(str(value) for value in spec.values)})
