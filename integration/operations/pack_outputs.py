"""The outputs of a pack: one record each, with everything that is to be known of it.

Every output is written of the same frozen content, and shows the same figures. The index is written last: where its
version stands in the pack's folder, so do all other files of that version.
"""

# ruff: noqa: PLC0415  # the stage and its libraries are imported only where a pack is written

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from integration.pack import PackContent
    from integration.ports import Typesetter


@dataclass(frozen=True, slots=True, kw_only=True)
class PackMaterials:
    """What outputs are made with beside the content."""

    drawings: Mapping[str, bytes]
    """Each chart as SVG, by its file name."""
    pictures: Mapping[str, bytes]
    """Each chart as PNG, by its name."""
    typesetter: Typesetter
    built_at: datetime
    """When this version of the content was first built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOutput:
    """One output: a file in the folder of a pack. The same content and materials must give the same bytes."""

    name: str
    """The file's name; no two outputs have the same."""
    media_type: str
    """As a mail or a page declares it."""
    write: Callable[[PackContent, PackMaterials], bytes]
    """Returns the file. Raises RenderError."""
    attached_as: str
    """Where it is attached to the mail, what the attachment's name says it is ("review"); "" where it is not."""
    is_index: bool
    """Whether it is the index, a JSON object with `version` and `as_of`: just one is."""


def _write_html(content: PackContent, materials: PackMaterials) -> bytes:
    """Return the page with its pictures in it."""
    from integration.pack import to_html

    urls = {
        name: f"data:image/png;base64,{base64.b64encode(picture).decode()}"
        for name, picture in materials.pictures.items()
    }
    return to_html(content, urls).encode()


def _write_pdf(content: PackContent, materials: PackMaterials) -> bytes:
    from integration.pack import to_typst

    return materials.typesetter.typeset(to_typst(content), files=materials.drawings)


def _write_text(content: PackContent, _materials: PackMaterials) -> bytes:
    from integration.pack import to_text

    return to_text(content).encode()


def _write_calendar(content: PackContent, materials: PackMaterials) -> bytes:
    from integration.pack import to_ics

    return to_ics(content, stamp=materials.built_at)


def _write_record(content: PackContent, _materials: PackMaterials) -> bytes:
    from integration.pack import to_json

    return to_json(content)


TEXT_FILE = "pack.txt"
"""What the terminal shows of a pack, and the text of its mails."""

PACK_OUTPUTS: dict[str, PackOutput] = {
    output.name: output
    for output in (
        PackOutput(
            name="pack.html",
            media_type="text/html; charset=utf-8",
            write=_write_html,
            attached_as="",
            is_index=False,
        ),
        PackOutput(
            name="pack.pdf",
            media_type="application/pdf",
            write=_write_pdf,
            attached_as="review",
            is_index=False,
        ),
        PackOutput(
            name=TEXT_FILE,
            media_type="text/plain; charset=utf-8",
            write=_write_text,
            attached_as="",
            is_index=False,
        ),
        PackOutput(
            name="review.ics",
            media_type="text/calendar; method=PUBLISH; charset=utf-8",
            write=_write_calendar,
            attached_as="meeting",
            is_index=False,
        ),
        PackOutput(
            name="pack.json",
            media_type="application/json",
            write=_write_record,
            attached_as="",
            is_index=True,
        ),
    )
}
"""By their names."""


def pack_folder(authority: str, month: str) -> str:
    """Return the pack's folder under the home folder."""
    return f"packs/{month}/{authority}"


def pack_files(authority: str, month: str) -> list[str]:
    """Return the names of the pack's files under the home folder, the index last."""
    return [f"{pack_folder(authority, month)}/{name}" for name in _names()]


def find_index() -> PackOutput:
    """Return the output that is the index."""
    return PACK_OUTPUTS[_names()[-1]]


def _names() -> list[str]:
    return sorted(PACK_OUTPUTS, key=lambda name: PACK_OUTPUTS[name].is_index)  # else in the order of the table


def write_outputs(content: PackContent, materials: PackMaterials) -> dict[str, bytes]:
    """Return every file of the pack by its name, the index last. Raises RenderError."""
    return {name: PACK_OUTPUTS[name].write(content, materials) for name in _names()}


def list_attachments(content: PackContent, files: Mapping[str, bytes]) -> tuple[tuple[str, str, bytes], ...]:
    """Return name, media type and content of each file that is attached to the pack's mails."""
    return tuple(
        (
            f"{content.authority}-{output.attached_as}-{content.month}{PurePath(name).suffix}",
            output.media_type,
            files[name],
        )
        for name, output in PACK_OUTPUTS.items()
        if output.attached_as
    )
