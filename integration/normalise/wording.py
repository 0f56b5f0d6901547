"""What a project officer reads beside a row that needs attention."""

from __future__ import annotations

from integration.model import Code

TYPE_IT = "Type the right value into “correction”; until then"

WHAT_TO_DO: dict[Code, str] = {
    Code.OUTSIDE_PROGRAMME: (
        "It was sent outside the programme's dates and counts nowhere. Nothing to do, unless the dates in "
        "programme.yaml are wrong."
    ),
    Code.UNKNOWN_TEAM: f"{TYPE_IT} the row counts nowhere.",
    Code.UNKNOWN_AUTHORITY: f"{TYPE_IT} the row counts nowhere.",
    Code.MISSING_KEY: "Give the row its own reference in the shared sheet; until then it counts nowhere.",
    Code.DUPLICATE_KEY: (
        "The first row with this reference counts. Give this one its own reference in the shared sheet, or delete it."
    ),
    Code.MISSING_REQUIRED: f"{TYPE_IT} the field stays empty, and the rest of the row counts.",
    Code.UNKNOWN_CHOICE: f"{TYPE_IT} only this answer is left out.",
    Code.NOT_A_NUMBER: f"{TYPE_IT} only this answer is left out.",
    Code.OUT_OF_RANGE: f"{TYPE_IT} only this answer is left out.",
    Code.NOT_A_DATE: f"{TYPE_IT} only this answer is left out.",
    Code.BAD_FORMAT: f"{TYPE_IT} only this answer is left out.",
}

NOT_HERE = "It cannot be corrected here. "
READ_BUT_WRONG = "What was typed into “correction” cannot be read either. "
