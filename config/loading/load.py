"""Loads the folder of YAML files: either all of it is right, or every problem of every file is reported at once.

1. `list_files` lists what lies in the folder.
2. Each file is parsed with its positions (`config.yaml_positions`) and validated by its model; of a file with
   mistakes the valid part is salvaged (`config.partial`), and each mistake explained (`config.loading.error_messages`).
3. The files are checked against each other (`config.checks`).
4. Where there is no problem, the models become the `Settings`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from config import schema
from config.checks.measures import check_measures, check_packs
from config.checks.programme import check_alerts, check_google, check_jobs, check_programme
from config.checks.sources import check_forms, check_sheets, check_sources
from config.errors import ConfigError, Problem
from config.loading.error_messages import A_GROUP, describe_node, explain_errors
from config.partial import ConfigFile, PartialConfiguration, salvage
from config.spelling import listed, nearest, quoted
from config.yaml_positions import MappingNode, YamlPositions, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

M = TypeVar("M", bound=BaseModel)

Models = dict[str, type[BaseModel]]
REQUIRED_MODELS: Models = {
    "programme": schema.Programme,
    "measures": schema.Measures,
    "packs": schema.Packs,
    "jobs": schema.Jobs,
}
OPTIONAL_MODELS: Models = {"google": schema.Google, "alerts": schema.Alerts, "retention": schema.Retention}
"""What these files turn on is off without them."""
FILE_MODELS = REQUIRED_MODELS | OPTIONAL_MODELS
"""The model of each file of which there is one; forms and sheets have one file each."""
SOURCE_FOLDERS = ("forms", "sheets")
"""The folders that hold one file for each form or sheet."""
MAX_FILE_BYTES = 1024 * 1024

CROSS_CHECKS = (
    check_programme, check_sources, check_forms, check_sheets, check_measures, check_packs, check_jobs, check_google,
    check_alerts,
)  # fmt: skip


def load_settings(folder: Path) -> schema.Settings:
    """Return the configuration in the folder. Raises ConfigError with every problem of all files."""
    files, problems_of_folder = list_files(folder)
    reader = _Reader(problems_of_folder)
    partial = reader.read_all(files)
    problems = {*reader.problems, *chain.from_iterable(check(partial) for check in CROSS_CHECKS)}
    if problems:
        order = {path.as_posix(): place for place, path in enumerate(files.values())}
        raise ConfigError(sorted(problems, key=lambda p: (order.get(p.file, -1), p.line, p.column, p)))
    programme, measures, packs, jobs = partial.programme, partial.measures, partial.packs, partial.jobs
    if programme is None or measures is None or packs is None or jobs is None:
        raise AssertionError("a file that could not be read was not reported")
    digest = hashlib.sha256()  # over the names of the files within the folder, and their bytes
    names = {path: path.relative_to(folder).as_posix() for path in reader.contents}
    for path, content in sorted(reader.contents.items()):
        digest.update(f"{names[path]}\0{len(content)}\0".encode() + content)
    # The sources that measures rest on, in the order of the measures, then the others by name.
    in_order = dict.fromkeys([spec.source for spec in measures.model.measures.values()] + list(partial.sources))
    # Every part has been read by its model already: reading all of it once more would only take time.
    return schema.Settings.model_construct(
        programme=programme.model,
        forms={key: partial.forms[key].model for key in in_order if key in partial.forms},
        sheets={key: partial.sheets[key].model for key in in_order if key in partial.sheets},
        measures=measures.model.measures,
        packs=packs.model,
        jobs=jobs.model.jobs,
        google=partial.google.model if partial.google else None,
        alerts=partial.alerts.model if partial.alerts else schema.Alerts(),
        retention=partial.retention.model if partial.retention else schema.Retention(),
        digest=digest.hexdigest(),
        positions=YamlPositions({names[path]: (path.as_posix(), tree) for path, tree in reader.trees.items()}),
    )


def load_sample_date(folder: Path) -> date | None:
    """Return the reporting date in the sample.yaml beside a sample; None without such a file. Raises ConfigError."""
    path = folder / "sample.yaml"
    if not path.exists():
        return None
    reader = _Reader([])
    sample = reader.read(schema.Sample, path)
    if sample is None or reader.problems:
        raise ConfigError(reader.problems)
    return sample.model.as_of


def list_files(folder: Path) -> tuple[dict[str, Path], list[Problem]]:
    """Return the files by name (`programme`, `forms/pulse`), in the order in which problems are listed, and problems.

    A folder that cannot be read is one problem.
    """
    paths: list[Path] = []
    try:
        for path in folder.iterdir():
            inside = path.iterdir() if path.is_dir() else (path,)
            paths += [file for file in inside if file.suffix.lower() in {".yaml", ".yml"} and not file.is_dir()]
    except OSError as error:
        allowed = "the folder that holds programme.yaml; name it with --config or CRESCENDO_CONFIG"
        return {}, [_file_problem(folder, f"no folder that can be read ({error.strerror})", allowed)]
    single = {name: folder / f"{name}.yaml" for name in FILE_MODELS if folder / f"{name}.yaml" in paths}
    keyed = [path for path in sorted(paths) if path.suffix == ".yaml" and re.fullmatch(schema.KEY_PATTERN, path.stem)]
    sources = [
        (f"{group}/{path.stem}", path) for group in SOURCE_FOLDERS for path in keyed if path.parent == folder / group
    ]
    files = dict([*list(single.items())[:1], *sources, *single.items()])
    problems = [_unknown_file(folder, path) for path in sorted(paths) if path not in files.values()]
    for name in REQUIRED_MODELS:
        if name not in single:
            others = listed(f"{other}.yaml" for other in REQUIRED_MODELS if other != name)
            problems.append(
                _file_problem(folder / f"{name}.yaml", "no such file", f"a file {name}.yaml beside {others}")
            )
    return files, problems


def _unknown_file(folder: Path, path: Path) -> Problem:
    if path.parent.name in SOURCE_FOLDERS and path.parent.parent == folder:
        allowed = (
            "a name of lower-case letters, digits and underscores, ending in .yaml: it is the key of the form or sheet"
        )
        return _file_problem(path, f"a file named {quoted(path.name)}", allowed)
    guess = nearest(path.stem, FILE_MODELS)
    allowed = f"{listed(f'{name}.yaml' for name in FILE_MODELS)}, and files in forms/ and sheets/"
    found = f"a YAML file named {quoted(path.name)}, which nothing reads"
    return _file_problem(path, found, allowed, f"{guess}.yaml" if guess else "")


def _file_problem(path: Path, found: str, allowed: str, guess: str = "") -> Problem:
    """Return a problem with a file as a whole."""
    return Problem(path.as_posix(), 1, 1, "", found, allowed, guess)


@dataclass(slots=True)
class _Reader:
    """Reads the files; collects the problems of all of them, their bytes (for the digest) and their trees."""

    problems: list[Problem]
    contents: dict[Path, bytes] = field(default_factory=dict)
    trees: dict[Path, MappingNode] = field(default_factory=dict)

    def read_all(self, files: Mapping[str, Path]) -> PartialConfiguration:
        """Return every file as far as it is valid."""
        single: dict[str, Any] = {
            name: self.read(model, files[name]) for name, model in FILE_MODELS.items() if name in files
        }
        forms = {path.stem: self.read(schema.Form, path) for name, path in files.items() if name.startswith("forms/")}
        sheets = {
            path.stem: self.read(schema.Sheet, path) for name, path in files.items() if name.startswith("sheets/")
        }
        return PartialConfiguration(
            **single,
            forms={key: form for key, form in forms.items() if form},
            sheets={key: sheet for key, sheet in sheets.items() if sheet},
            unread=frozenset(key for key, file in (*forms.items(), *sheets.items()) if file is None),
        )

    def read(self, model: type[M], path: Path) -> ConfigFile[M] | None:
        """Return one file as far as it is valid; None where nothing of it can be used."""
        name = path.as_posix()
        try:
            with path.open("rb") as file:
                content = file.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            found = f"a file that cannot be read ({error.strerror})"
            self.problems.append(_file_problem(path, found, "a file that you may read"))
            return None
        if len(content) > MAX_FILE_BYTES:
            self.problems.append(_file_problem(path, "a file of more than 1 MiB", "at most 1 MiB"))
            return None
        self.contents[path] = content
        tree, problems = parse_yaml(name, content)
        self.problems += problems
        if not isinstance(tree, MappingNode):
            if not problems:
                found = "an empty file" if tree is None else describe_node(tree)
                self.problems.append(_file_problem(path, found, A_GROUP))
            return None
        self.trees[path] = tree
        valid, valid_tree, errors = salvage(model, tree)
        if errors is not None:
            self.problems += explain_errors(name, tree, model, errors)
        return ConfigFile(name, tree, valid_tree, valid)
