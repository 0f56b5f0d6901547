"""A programme whose forms and spreadsheets are in Google, and what Google pushes about them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import yaml

from integration.adapters.google.watching.channels import token_for
from tests.unit.webhooks.web_app import CONFIG

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CHANNEL_KEY = b"the key of the channels in the tests"
FORMS = {key: f"1Form-{key}" for key in ("change_idea", "families", "pulse", "time_and_barriers")}
SHEETS = {"register": "1Sheet-register", "notes": "1Sheet-notes"}


def write_google_config(folder: Path) -> Path:
    """Write the shipped programme with its forms, and two spreadsheets, in Google; return its folder."""
    shutil.copytree(CONFIG, folder)
    reviews = folder / "sheets" / "reviews.yaml"
    text = reviews.read_text(encoding="utf-8")
    reviews.write_text(text.replace("spreadsheet: register", "spreadsheet: notes"), encoding="utf-8")
    facts = {"forms": FORMS, "sheets": SHEETS}
    (folder / "google.yaml").write_text(yaml.safe_dump(facts), encoding="utf-8")
    return folder


def drive_notification(channel: str, *, state: str = "update", uri: str = "", **other: str) -> Mapping[str, str]:
    """Return the headers by which Drive tells of a change; `other` replaces them by the last word of their name."""
    usual = {
        "ID": channel, "Token": token_for(CHANNEL_KEY, channel), "State": state, "Number": "7",
        "URI": uri or "https://www.googleapis.com/drive/v3/files/1Gone?alt=json",
    }  # fmt: skip
    named = {"ID": "Channel-ID", "Token": "Channel-Token", "State": "Resource-State", "URI": "Resource-URI"}
    return {f"X-Goog-{named.get(name, 'Message-Number')}": said for name, said in (usual | other).items()}
