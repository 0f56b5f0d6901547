"""Landing: what can be said of a reading before any of its values is read.

Pure: the readings come in, sentences for the project team go out. A sentence names questions, headings and
counts, never an answer.
"""

from integration.landing.drift import Expected, drift, expected_questions, is_another_form
from integration.landing.headings import Headings, keep_lost_columns, missing_columns
from integration.landing.shrink import check_lost, check_shrink, shrunk

__all__ = [
    "Expected", "Headings", "check_lost", "check_shrink", "drift", "expected_questions", "is_another_form",
    "keep_lost_columns", "missing_columns", "shrunk",
]  # fmt: skip
