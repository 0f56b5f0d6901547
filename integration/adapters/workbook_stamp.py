"""What a workbook says of itself: its title and author, and never the time at which it was made."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from integration.adapters.workbook_text import clean_text

PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>'
    "<dc:creator>{author}</dc:creator><dc:language>en-GB</dc:language></cp:coreProperties>"
)
FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)


def stamp(workbook: io.BytesIO, *, title: str, author: str = "") -> bytes:
    """Return the workbook with these properties; the same parts always give the same bytes."""
    properties = PROPERTIES.format(title=escape(clean_text(title)), author=escape(clean_text(author)))
    copy = io.BytesIO()
    with zipfile.ZipFile(workbook) as made, zipfile.ZipFile(copy, "w") as kept:
        for part in made.infolist():
            content = properties.encode() if part.filename == "docProps/core.xml" else made.read(part)
            name = zipfile.ZipInfo(part.filename, FIRST_DAY_OF_ZIP)
            # The lightest packing: a third larger, and three times as fast on a large workbook.
            kept.writestr(name, content, compress_type=zipfile.ZIP_DEFLATED, compresslevel=1)
    return copy.getvalue()
