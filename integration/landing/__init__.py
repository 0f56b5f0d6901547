"""Landing: what can be said of a reading before any of its values is read.

Pure: the readings come in, sentences for the project team go out. A sentence names questions, headings and
counts, never an answer.
"""

from integration.landing.completeness import Compared, check_lost, check_shrink, compare, shrunk, together
from integration.landing.form_changes import drift
from integration.landing.headings import Headings, check_headings, keep_lost_columns, renamed_tab
from integration.landing.questions import (
    Expected,
    expected_questions,
    is_another_form,
    read_rewordings,
    remembered,
    rewordings,
    write_rewordings,
)

__all__ = [
    "Compared", "Expected", "Headings", "check_headings", "check_lost", "check_shrink", "compare", "drift",
    "expected_questions", "is_another_form", "keep_lost_columns", "read_rewordings", "remembered", "renamed_tab",
    "rewordings", "shrunk", "together", "write_rewordings",
]  # fmt: skip
