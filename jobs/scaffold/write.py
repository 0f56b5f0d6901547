"""Reads a form, chooses its key, writes its file; a file that is there is never overwritten."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from config.agree.sources import LONGEST_TAB, TABS
from config.jsonschema import FOLDER
from config.schema import KEY_PATTERN
from config.schema.google import read_form_id
from integration.adapters.form_questions import form_title, questions_of
from integration.adapters.source_file import read_whole
from integration.errors import CallError
from jobs.scaffold.fields import guess_fields
from jobs.scaffold.guess import Guess
from jobs.scaffold.labels import one_line
from jobs.scaffold.names import short_name
from jobs.scaffold.text import CHECK, form_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.schema import Settings


@dataclass(frozen=True, slots=True)
class Scaffolded:
    """The file that was written, how many fields it has, and how many lines of it a person should check."""

    path: Path
    fields: int
    checks: int
    google_id: str = ""

    def in_words(self) -> str:
        """Return what was done, and what is left to a person."""
        told = f"Wrote {self.path}: {self.fields} fields. Read it through ({self.checks} to check: see “check”)"
        if self.google_id:
            told += f", add “{self.path.stem}: {self.google_id}” under forms in google.yaml"
        return f"{told}, then run python -m jobs check."


def scaffold(
    settings: Settings, folder: Path, form: str, *, key: str = "", fetch: Callable[[str], bytes]
) -> Scaffolded:
    """Write forms/<key>.yaml into the configuration folder from a form, ready to edit.

    `form` is a file (form.json, as forms.get gives it), or a form in Google by its id or link, which `fetch` reads.
    Raises CallError where it is neither, where the key cannot be used, or where the file is there already.
    """
    content, where, google_id = _read(form, fetch)
    title = one_line(form_title(content, where))
    path = _free_path(settings, folder, key or _key_from(title, where))
    guesses = guess_fields(questions_of(content, where), settings.programme)
    schema = Path(os.path.relpath(FOLDER, path.parent)).as_posix() + "/form.schema.json"
    text = form_text(title or path.stem, guesses, schema=schema)
    _write_new(path, text)
    fields = sum(isinstance(guess, Guess) for guess in guesses)
    needs_line = settings.google is not None and bool(settings.google.forms)
    return Scaffolded(path, fields, text.count(CHECK), google_id if needs_line else "")


def _read(form: str, fetch: Callable[[str], bytes]) -> tuple[bytes, str, str]:
    """Return the form's JSON, what to call it in a sentence, and its id in Google, "" for a file."""
    path = Path(form)
    if path.exists() or path.suffix.lower() == ".json":
        if not path.is_file():
            raise CallError(f"There is no file {form}: name the form's JSON, or its id or link in Google.")
        return read_whole(path), form, ""
    try:
        google_id = read_form_id(form)
    except ValueError as error:
        raise CallError(f"{form} is neither a file nor a form in Google: give a form's JSON, or {error}.") from None
    return fetch(google_id), f"The form {google_id}", google_id


def _key_from(title: str, where: str) -> str:
    if key := short_name(title, (), otherwise=""):
        return key
    raise CallError(f"{where} has no title of which a key can be made: give one with --key, such as --key pulse.")


def _free_path(settings: Settings, folder: Path, key: str) -> Path:
    """Return the file of that key; raises CallError where the key cannot be a form's, or belongs to something else."""
    if not re.fullmatch(KEY_PATTERN, key) or len(key) > LONGEST_TAB:
        raise CallError(
            f"{key!r} cannot be a key: give --key with at most {LONGEST_TAB} lower-case letters, digits and "
            "underscores, beginning with a letter."
        )
    path = folder / "forms" / f"{key}.yaml"
    if key in settings.forms or path.exists():
        raise CallError(
            f"{path} is there already and is not overwritten: give another key with --key, or move it away."
        )
    if key in settings.sheets:
        raise CallError(f"{key} is the key of {folder / 'sheets' / key}.yaml already: give another with --key.")
    if key in TABS:
        raise CallError(f"{key} is a tab that the service makes itself: give another key with --key.")
    return path


def _write_new(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise CallError(f"{path} cannot be written ({error.strerror}): name a configuration folder that can.") from None
