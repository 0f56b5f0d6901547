"""From stored answers to typed rows and issues.

`columns_of` makes the rules, `shape_answers` and `read_versions` read each stored version once into a typed
chunk, `settle_form` and `settle_sheet` decide what counts.
"""

from integration.normalise.chunks import pack_chunk, read_versions, shape_answers, unpack_chunks
from integration.normalise.fields import FieldColumn, columns_of
from integration.normalise.forms import settle_form
from integration.normalise.sheets import settle_sheet

__all__ = [
    "FieldColumn", "columns_of", "pack_chunk", "read_versions", "settle_form", "settle_sheet", "shape_answers",
    "unpack_chunks",
]  # fmt: skip
