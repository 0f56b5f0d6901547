"""The command `scaffold`: from a form, or its id in Google, to its YAML file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from config.schema import Google
from jobs.options import Globals, load_settings, with_globals

if TYPE_CHECKING:
    from config.schema import Settings

NEW = "new"
"""What the form is called until it has a key."""


@click.command("scaffold")
@click.argument("form")
@click.option("--key", default="", help="The form's key [made from its title].")
@with_globals
def scaffold_command(given: Globals, form: str, key: str) -> None:
    """Write forms/<key>.yaml from a form, ready to edit: FORM is its JSON file, or its id or link in Google."""
    from jobs.scaffold import scaffold  # noqa: PLC0415

    settings = load_settings(given)

    def fetch(form_id: str) -> bytes:
        return _fetch(settings, given, form_id)

    click.echo(scaffold(settings, given.config_folder, form, key=key, fetch=fetch).in_words())


def _fetch(settings: Settings, given: Globals, form_id: str) -> bytes:
    """Return the form from Google, also where google.yaml does not name it, or is not there at all."""
    from integration.adapters.google.forms import fetch_form  # noqa: PLC0415
    from integration.wiring import build_service  # noqa: PLC0415

    # The account asks for the right to read forms only where google.yaml has any.
    google = settings.google or Google()
    if form_id not in google.forms.values():
        google = google.model_copy(update={"forms": {**google.forms, NEW: form_id}})
    wider = settings.model_copy(update={"google": google})
    service = build_service(settings=wider, home=given.home_folder(), data=None, key="")
    try:
        return fetch_form(service.google, form_id)
    finally:
        service.close()
