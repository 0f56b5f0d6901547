"""`python -m config.jsonschema` writes the JSON Schemas by which editors complete and check the YAML files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from config.loading.load import FILE_MODELS
from config.schema import Form, Sheet

if TYPE_CHECKING:
    from pydantic import BaseModel

SCHEMA_FOLDER = Path(__file__).parent / "schemas"


def render_schemas() -> dict[str, str]:
    """Return the text of each schema by its file name; the same models always give the same text."""
    texts = {}
    models: dict[str, type[BaseModel]] = {**FILE_MODELS, "form": Form, "sheet": Sheet}
    for name, model in models.items():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
        texts[f"{name}.schema.json"] = json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    return texts


def write_schemas(folder: Path) -> None:
    """Write every schema into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in render_schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_schemas(SCHEMA_FOLDER)
