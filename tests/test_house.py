"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
from importlib import metadata
from pathlib import Path

import msgspec
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import integration
import webhooks
from config.schema.fields import FIELD_MODELS, type_name
from config.schema.measures import MEASURE_MODELS, kind_name
from integration.model import Channel, DateCell, Erasure, KnownTab
from webhooks.__main__ import main as serve_web_side

PROJECT = Path(__file__).parents[1]
PACKAGES = ("config", "integration", "jobs", "webhooks")


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (PROJECT / package).rglob("*.py"))


def calls(path: Path) -> set[str]:
    """Return the names of everything that a module calls."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {f.id if isinstance(f, ast.Name) else f.attr for f in found if isinstance(f, ast.Name | ast.Attribute)}


def test_only_disclosure_says_what_may_be_shown() -> None:
    """Nothing reaches a leader around it: nobody else can make what summaries and packs are made of."""
    makers = {path.relative_to(PROJECT).parts[1] for path in modules() if calls(path) & {"LeadersView", "WorkItem"}}
    assert makers == {"disclose"}


def test_only_one_place_reads_the_environment() -> None:
    readers = [
        path.relative_to(PROJECT).as_posix() for path in modules() if re.search(r"os\.environ|getenv", path.read_text())
    ]
    assert set(readers) <= {"config/environment.py"}


def test_every_setting_of_the_environment_stands_in_the_documents() -> None:
    commands = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    names = re.findall(r'"([A-Z]+_[A-Z_]+)"', (PROJECT / "config" / "environment.py").read_text())
    assert names
    for name in names:
        assert name in commands


def test_every_option_of_the_web_side_stands_in_its_document() -> None:
    web = (PROJECT / "docs" / "web.md").read_text(encoding="utf-8")
    for parameter in serve_web_side.params:
        assert f"`{parameter.opts[0]}" in web


def documents() -> list[Path]:
    """Return what people read, but the changelog and the decisions: those speak of what was so then."""
    then = {"decisions.md", "CHANGELOG.md"}
    return sorted(path for path in (*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")) if path.name not in then)


def anchors(path: Path) -> set[str]:
    """Return the anchors that a Markdown file's headings make."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_every_file_and_heading_that_a_document_names_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        linked = document.parent / name if name else document
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target
    for name in re.findall(r"`((?:config|integration|jobs|webhooks|tests|docs)/[\w./-]+)`", text):
        assert (PROJECT / name).exists() or name.startswith("config/yours"), name


def test_the_readme_stays_short() -> None:
    assert len((PROJECT / "README.md").read_bytes()) <= 6 * 1024


def test_every_requirement_is_pinned_and_says_why() -> None:
    pinned = re.compile(r'[A-Za-z0-9_.\[\]-]+==[\w.]+(; python_version < "[\d.]+")? +# \S.*')
    for name in ("requirements.txt", "tests/requirements.txt"):
        lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
        for line in lines:
            assert line.startswith(("#", "-r")) or pinned.fullmatch(line), line


def locked(name: str) -> dict[str, str]:
    """Return the version of each distribution that a lock file names, by its normalised name."""
    lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
    pins = (re.match(r"([A-Za-z0-9_.-]+)==([^ ;]+)", line) for line in lines)
    return {canonicalize_name(pin[1]): pin[2] for pin in pins if pin}


@pytest.mark.parametrize("folder", ["", "tests/"])
def test_the_lock_holds_every_requirement_and_all_that_it_needs(folder: str) -> None:
    """Where this fails, run `make lock`."""
    lock = locked(f"{folder}requirements.lock")
    text = (PROJECT / f"{folder}requirements.txt").read_text(encoding="utf-8")
    wanted = [Requirement(line.partition(" #")[0]) for line in text.splitlines() if re.match(r"[A-Za-z]", line)]
    assert wanted
    seen: set[str] = set()
    for requirement in wanted:
        assert lock[canonicalize_name(requirement.name)] in requirement.specifier, requirement.name
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        if name in seen or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        seen.add(name)
        assert name in lock, requirement
        extras = [{"extra": extra} for extra in ("", *requirement.extras)]
        for line in metadata.distribution(name).requires or ():
            needed = Requirement(line)
            if not needed.marker or any(needed.marker.evaluate(extra) for extra in extras):
                needed.marker = None
                wanted.append(needed)
    assert "://" not in (PROJECT / f"{folder}requirements.lock").read_text(encoding="utf-8")


def shapes() -> list[type]:
    """Return every class that msgspec reads by its annotations: each Struct of ours, and what the store remembers."""
    packages = (integration, webhooks)
    found = (info for package in packages for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."))
    names = [info.name for info in found if "migrations" not in info.name and not info.name.endswith("__main__")]
    values = [value for name in names for value in vars(importlib.import_module(name)).values()]
    ours = {value for value in values if isinstance(value, type) and issubclass(value, msgspec.Struct)}
    return [*sorted(ours - {msgspec.Struct}, key=repr), Channel, DateCell, Erasure, KnownTab]


def test_what_is_read_by_its_annotations_knows_their_types_at_run_time() -> None:
    """An import for type checking alone would fail only when the first such value is read."""
    assert len(shapes()) > 40
    for shape in shapes():
        msgspec.json.Decoder(shape)


def test_nothing_that_is_written_at_run_time_is_kept_in_the_repository() -> None:
    kept = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split()  # noqa: S607
    assert not [name for name in kept if name.startswith(("var/", ".venv/")) or name.endswith((".db", ".eml"))]


def test_every_kind_of_field_and_of_measure_is_documented() -> None:
    text = (PROJECT / "docs" / "configure.md").read_text(encoding="utf-8")
    rows = "\n".join(line for line in text.splitlines() if line.lstrip().startswith("|"))
    kinds = [*map(type_name, FIELD_MODELS), *map(kind_name, MEASURE_MODELS)]
    assert [kind for kind in kinds if f"`{kind}`" not in rows] == []
