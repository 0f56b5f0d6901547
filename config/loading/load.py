"""Reading the folder of YAML files: either all of it is right, or every problem of every file is reported at once."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from config.checks import agree
from config.errors import ConfigError, Problem
from config.loading.messages import A_GROUP, describe, explain_errors
from config.partial import Document, Draft
from config.positions import Items, Keys, Written, as_plain, read_marked
from config.schema import (
    KEY_PATTERN,
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
from config.spelling import listed, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from pydantic.fields import FieldInfo

    from config.positions import Node, Step

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


def load_settings(folder: Path) -> Settings:
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


def read_soundly(model: type[M], tree: Keys) -> tuple[M, Keys, ValidationError | None]:
    """Return the model of what is sound in the tree, that part of the tree, and what is wrong with the whole.

    Where something is wrong, entries with a mistake are left out, and a key that cannot be read at all is empty or
    None in the model: so everything else can still be held against the other files.
    """
    try:
        return model.model_validate(as_plain(tree)), tree, None
    except ValidationError as error:
        values: dict[str, Any] = {}
        nodes: dict[str, Node] = {}
        for name, info in model.model_fields.items():
            sound = _sound_part(info, tree.nodes[name]) if name in tree.nodes else None
            if sound is not None:
                values[name], nodes[name] = sound
            else:
                values[name] = info.get_default(call_default_factory=True) if not info.is_required() else _empty(info)
        return model.model_construct(**values), Keys(tree.mark, nodes, tree.marks), error


def _sound_part(info: FieldInfo, node: Node) -> tuple[Any, Node] | None:
    """Return the value of one key without its wrong entries, and its node likewise; None where nothing is left."""
    kind: Any = Annotated[info.annotation, info]
    adapter = TypeAdapter[Any](kind)
    while True:
        try:
            return adapter.validate_python(as_plain(node)), node
        except ValidationError as error:
            steps = [detail["loc"] for detail in error.errors(include_url=False)]
            thinner = _thinned(node, {way[0] for way in steps if way})
            if () in steps or _size(thinner) == _size(node):
                return None
            node = thinner


def _empty(info: FieldInfo) -> Any:
    kind = get_origin(info.annotation)
    return kind() if kind in {tuple, dict} else None


def _size(node: Node) -> int:
    return len(node.nodes) if isinstance(node, Items | Keys) else 0


def _thinned(node: Node, gone: set[Step]) -> Node:
    if isinstance(node, Items):
        return Items(node.mark, [item for place, item in enumerate(node.nodes) if place not in gone])
    if isinstance(node, Keys):
        return Keys(node.mark, {key: value for key, value in node.nodes.items() if key not in gone}, node.marks)
    return node


LARGEST_BYTES = 1024 * 1024
WHOLE = ("programme", "measures", "packs", "jobs")
"""The files of which there is one each."""
OPTIONAL = ("google", "alerts", "retention")
"""The files of which there may be one each: what they turn on is off without them."""
GROUPS = ("forms", "sheets")
"""The folders that hold one file for each form or sheet."""


@dataclass(frozen=True, slots=True)
class Found:
    """The files by what they are: `whole` by name, forms and sheets by key; `names` in the order of reading."""

    whole: dict[str, Path]
    forms: dict[str, Path]
    sheets: dict[str, Path]
    problems: tuple[Problem, ...]

    @property
    def names(self) -> list[str]:
        """Every file as it is shown, in the order in which problems are listed."""
        whole = [self.whole[name] for name in (*WHOLE, *OPTIONAL) if name in self.whole]
        return [path.as_posix() for path in (*whole[:1], *self.forms.values(), *self.sheets.values(), *whole[1:])]


def find_files(folder: Path) -> Found:
    """Return what is there. A folder that cannot be read is one problem."""
    try:
        there = sorted(_yaml_files(folder))
    except OSError as error:
        allowed = "the folder that holds programme.yaml; name it with --config or CRESCENDO_CONFIG"
        problem = Problem(folder.as_posix(), 1, 1, "", f"no folder that can be read ({error.strerror})", allowed)
        return Found({}, {}, {}, (problem,))
    whole = {name: folder / f"{name}.yaml" for name in (*WHOLE, *OPTIONAL) if folder / f"{name}.yaml" in there}
    groups = {
        group: {path.stem: path for path in there if path.parent == folder / group and _is_key_file(path)}
        for group in GROUPS
    }
    taken = {*whole.values(), *groups["forms"].values(), *groups["sheets"].values()}
    missing = [_missing(folder, name) for name in WHOLE if name not in whole]
    strange = [_strange(folder, path) for path in there if path not in taken]
    return Found(whole, groups["forms"], groups["sheets"], (*missing, *strange))


def read_bytes(path: Path) -> bytes | Problem:
    """Return the file's content, or why it cannot be had."""
    name = path.as_posix()
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        return Problem(name, 1, 1, "", f"a file that cannot be read ({error.strerror})", "a file that you may read")
    if len(content) > LARGEST_BYTES:
        return Problem(name, 1, 1, "", "a file of more than 1 MiB", "at most 1 MiB")
    return content


def _yaml_files(folder: Path) -> Iterator[Path]:
    """Give the YAML files of the folder and of the folders in it."""
    for path in folder.iterdir():
        inside = path.iterdir() if path.is_dir() else (path,)
        yield from (file for file in inside if file.suffix.lower() in {".yaml", ".yml"} and not file.is_dir())


def _is_key_file(path: Path) -> bool:
    return path.suffix == ".yaml" and re.fullmatch(KEY_PATTERN, path.stem) is not None


def _missing(folder: Path, name: str) -> Problem:
    path = (folder / f"{name}.yaml").as_posix()
    return Problem(path, 1, 1, "", "no such file", f"a file {name}.yaml beside {_others(name)}")


def _strange(folder: Path, path: Path) -> Problem:
    name = path.as_posix()
    if path.parent.name in GROUPS and path.parent.parent == folder:
        allowed = (
            "a name of lower-case letters, digits and underscores, ending in .yaml: it is the key of the form or sheet"
        )
        return Problem(name, 1, 1, "", f"a file named {quoted(path.name)}", allowed)
    names = (*WHOLE, *OPTIONAL)
    known, guess = [f"{whole}.yaml" for whole in names], nearest(path.stem, names)
    allowed = f"{listed(known)}, and files in forms/ and sheets/"
    return Problem(
        name,
        1,
        1,
        "",
        f"a YAML file named {quoted(path.name)}, which nothing reads",
        allowed,
        f"{guess}.yaml" if guess else "",
    )


def _others(name: str) -> str:
    return listed(f"{other}.yaml" for other in WHOLE if other != name)
