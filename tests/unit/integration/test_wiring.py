"""Nothing worked out by other code is used again: another file, library or Python is another digest."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from integration.adapters.clock import FixedClock
from integration.wiring import build_service, digest_code, list_files, list_libraries
from tests.system.google.story import small_config

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.schema import Settings

PROJECT = Path(__file__).parents[3]
PACKAGES = ("config", "integration")
SITE = "site-packages"
FACES = {"jobs", "webhooks"}
"""They ask for figures, and work out none."""
DATA = ("config/crescendo/", "config/sample/", "config/schemas/")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a folder with our packages, and one library beside them."""
    for package in PACKAGES:
        shutil.copytree(PROJECT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "sample"))
    (tmp_path / "libraries" / "scipy-1.17.1.dist-info").mkdir(parents=True)
    return tmp_path


def digest_of(installed: Path) -> str:
    packages = [installed / package for package in PACKAGES]
    return digest_code(packages, library_folders=[str(installed / "libraries")])


def edit(name: str) -> Callable[[Path], object]:
    return lambda installed: (installed / name).write_text((installed / name).read_text() + "\n")


@pytest.mark.parametrize(
    "change",
    [
        edit("integration/pack/templates/pack.typ"),
        edit("integration/alerts/templates/alerts.html"),
        edit("config/schema/measures.py"),
        edit("config/spelling.py"),
        edit("integration/measure/figures.py"),
        lambda installed: (installed / "integration/pack/templates/pack.docx").write_bytes(b"a new kind of template"),
        lambda installed: (installed / "integration/text_format.py").rename(installed / "integration/text.py"),
        lambda installed: (installed / "integration/pack/__init__.py").unlink(),
        lambda installed: (installed / "libraries/scipy-1.17.1.dist-info").rename(
            installed / "libraries/scipy-1.17.2.dist-info"
        ),
        lambda installed: (installed / "libraries/new-1.0.dist-info").mkdir(),
    ],
)
def test_another_file_or_library_is_another_digest(installed: Path, change: Callable[[Path], object]) -> None:
    before = digest_of(installed)
    assert digest_of(installed) == before
    change(installed)
    assert digest_of(installed) != before


def test_what_is_no_code_changes_nothing(installed: Path) -> None:
    before = digest_of(installed)
    edit("config/crescendo/measures.yaml")(installed)  # the settings have a digest of their own
    (installed / "config/yours").mkdir()
    (installed / "config/yours/programme.yaml").write_text("a programme")
    (installed / "integration/__pycache__").mkdir()
    (installed / "integration/__pycache__/wiring.cpython-313.pyc").write_bytes(b"compiled")
    assert digest_of(installed) == before


def test_every_file_of_the_packages_counts() -> None:
    kept = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split()  # noqa: S607
    ours = tuple(f"{package}/" for package in PACKAGES)
    known = {PROJECT / name for name in kept if name.startswith(ours) and not name.startswith(DATA)}
    seen = {Path(path) for package in PACKAGES for path in list_files(PROJECT / package)}
    assert known
    assert known <= seen


def test_every_module_that_the_main_job_imports_counts(tmp_path: Path) -> None:
    config = small_config(tmp_path / "config")
    script = (
        "import sys; from jobs.cli.app import main\n"
        f"sys.argv = ['jobs', 'demo', '--home', {str(tmp_path / 'home')!r}, '--config', {str(config)!r}]\n"
        "try: main()\n"
        "except SystemExit as leaving: assert not leaving.code\n"
        "print(*(getattr(module, '__file__', None) or '' for module in list(sys.modules.values())), sep='\\n')"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S603
    imported = {Path(line) for line in ran.stdout.splitlines() if line.endswith((".py", ".so"))}
    seen = {Path(path) for package in PACKAGES for path in list_files(PROJECT / package)}
    ours = {path for path in imported if path.is_relative_to(PROJECT) and ".venv" not in path.parts}
    assert {path for path in ours if path.relative_to(PROJECT).parts[0] not in FACES} <= seen
    assert len(ours & seen) > 100
    by_package = metadata.packages_distributions()
    libraries = {path.parts[path.parts.index(SITE) + 1].partition(".")[0] for path in imported if SITE in path.parts}
    owners = {canonicalize_name(owner) for name in libraries & by_package.keys() for owner in by_package[name]}
    assert len(owners) > 10
    assert owners <= {canonicalize_name(each.rpartition("-")[0]) for each in list_libraries(sys.path)}


def test_every_requirement_counts() -> None:
    lines = (PROJECT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = {canonicalize_name(Requirement(line.partition(" #")[0]).name) for line in lines if line[:1].isalpha()}
    assert required
    assert required <= {canonicalize_name(each.rpartition("-")[0]) for each in list_libraries(sys.path)}


def test_the_service_uses_nothing_that_another_library_worked_out(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rules_digest() -> str:
        clock = FixedClock(datetime(2026, 3, 3, tzinfo=UTC))
        return build_service(settings=settings, home=tmp_path, data=None, key="", clock=clock).rules_digest

    before = rules_digest()
    assert rules_digest() == before
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "scipy-99.0.dist-info").mkdir()
    assert rules_digest() != before


def test_the_service_uses_nothing_that_was_worked_out_by_another_clock_in_london(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rules_digest() -> str:
        clock = FixedClock(datetime(2026, 3, 3, tzinfo=UTC))
        return build_service(settings=settings, home=tmp_path, data=None, key="", clock=clock).rules_digest

    monkeypatch.setattr("integration.wiring.TZPATH", (str(tmp_path / "none"), str(tmp_path)))
    without = rules_digest()
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe/London").write_bytes(b"rules")
    before = rules_digest()
    (tmp_path / "Europe/London").write_bytes(b"other rules")
    assert len({without, before, rules_digest()}) == 3
