"""The configuration that is shipped: it loads, it agrees, it is what the sample needs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date, time
from typing import TYPE_CHECKING

import pytest

from config.errors import ConfigError
from config.jsonschema import SCHEMA_FOLDER, render_schemas, write_schemas
from config.loading.load import load_sample_date, load_settings
from config.schema import ChoiceField, CountMeasure, GridField, ShareMeasure
from config.schema.jobs import JOB_NAMES, Every, Monthly
from tests.unit.config.folder import SHIPPED, Folder

if TYPE_CHECKING:
    from pathlib import Path

    from config.schema import Settings

SAMPLE = SHIPPED.parent / "sample"


def test_it_names_every_form_sheet_and_job(settings: Settings) -> None:
    assert set(settings.forms) == {"pulse", "time_and_barriers", "families", "change_idea"}
    assert set(settings.sheets) == {"small_changes", "blueprint", "reviews", "teams"}
    assert set(settings.jobs) == set(JOB_NAMES)
    assert settings.jobs["pack"].when == Monthly(2, "working day", time(7))
    assert settings.jobs["pack"].missed == "each"
    assert settings.jobs["sync"].when == Every(10)


def test_unquoted_yes_and_no_are_answers(settings: Settings) -> None:
    field = settings.forms["families"].fields[-1]
    assert isinstance(field, ChoiceField)
    assert field.options == ("Yes", "No")


def test_a_measure_counts_numbers_of_a_likert_field_and_words_of_a_grid(settings: Settings) -> None:
    ownership, obstacles = settings.measures["ownership_positive"], settings.measures["obstacles_a_lot"]
    assert isinstance(ownership, ShareMeasure)
    assert isinstance(obstacles, ShareMeasure)
    assert (ownership.values, obstacles.values) == ((4, 5), ("A lot",))


def test_the_target_of_phase_2_is_the_authoritys(settings: Settings) -> None:
    measure = settings.measures["changes_implemented_in_phase_2"]
    assert isinstance(measure, CountMeasure)
    assert (measure.target, measure.target_for, measure.within_phase) == (10, "authority", "small_changes")


@pytest.mark.parametrize("key", ["pulse", "time_and_barriers", "families", "change_idea"])
def test_every_question_of_the_sample_forms_has_its_field(settings: Settings, key: str) -> None:
    asked: dict[str, str] = {}
    for item in json.loads((SAMPLE / "forms" / key / "form.json").read_text(encoding="utf-8"))["items"]:
        if "questionItem" in item:
            asked[item["questionItem"]["question"]["questionId"]] = item["title"]
        for row in item.get("questionGroupItem", {}).get("questions", []):
            asked[row["questionId"]] = row["rowQuestion"]["title"]
    named: dict[str | None, str | None] = {}
    for field in settings.forms[key].fields:
        if isinstance(field, GridField):
            named |= {row.id: row.label for row in field.rows.values()}
        else:
            named[field.id] = field.question
    assert named == asked


def test_the_sample_names_its_reporting_date(tmp_path: Path) -> None:
    assert load_sample_date(SAMPLE) == date(2022, 7, 31)
    assert load_sample_date(tmp_path) is None


def test_a_sample_date_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sample.yaml").write_text("as_of: July\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"sample\.yaml:1:8: as_of: found “July”"):
        load_sample_date(tmp_path)


def test_the_schemas_are_those_of_the_models() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in SCHEMA_FOLDER.glob("*.json")}
    assert written == render_schemas(), "run: python -m config.jsonschema"


def test_schemas_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    write_schemas(tmp_path / "schemas")
    assert {path.name for path in (tmp_path / "schemas").iterdir()} == set(render_schemas())


def test_every_file_names_the_schema_by_which_an_editor_checks_it() -> None:
    for path in SHIPPED.rglob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert match, path
        wanted = path.parent.name.removesuffix("s") if path.parent != SHIPPED else path.stem
        assert (path.parent / match[1]).resolve() == SCHEMA_FOLDER / f"{wanted}.schema.json"


def test_the_digest_changes_with_any_byte_and_not_with_the_place(folder: Folder, tmp_path: Path) -> None:
    before = folder.load().digest
    assert before == load_settings(SHIPPED).digest == Folder(tmp_path / "elsewhere").load().digest
    assert folder.change("jobs.yaml", "# What runs", "# What runs,").load().digest != before


def test_loading_needs_none_of_the_large_libraries() -> None:
    code = (
        "import sys; from pathlib import Path; from config.loading.load import load_settings;"
        "load_settings(Path(sys.argv[1]));"
        "print({'pandas', 'numpy', 'sqlalchemy', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run(  # noqa: S603  # our own Python and code
        [sys.executable, "-c", code, str(SHIPPED)], capture_output=True, text=True, check=True, cwd=SHIPPED.parents[1]
    )
    assert done.stdout.strip() == "set()"
