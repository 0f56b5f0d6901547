"""From stored answers to typed rows and issues.

`columns_of` makes the rules, `shape_answers` and `read_versions` read each stored version once into a typed
chunk, `settle_form` and `settle_sheet` decide what counts.
"""

from integration.normalise.chunks import build_chunk, decode_chunks, encode_chunk, extract_answers
from integration.normalise.fields import FieldColumn, build_columns
from integration.normalise.forms import accept_form_rows
from integration.normalise.sheets import accept_sheet_rows

__all__ = [
    "FieldColumn",
    "accept_form_rows",
    "accept_sheet_rows",
    "build_chunk",
    "build_columns",
    "decode_chunks",
    "encode_chunk",
    "extract_answers",
]  # fmt: skip
