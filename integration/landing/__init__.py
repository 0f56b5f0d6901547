"""Landing: what can be said of a reading before any of its values is read.

Pure: the readings come in, sentences for the project team go out. A sentence names questions, headings and
counts, never an answer.
"""

from integration.landing.compare import Compared, compare, together
from integration.landing.drift import drift
from integration.landing.headings import Headings, check_headings, renamed_tab
from integration.landing.lost_columns import keep_lost_columns
from integration.landing.questions import Expected, expected_questions, is_another_form, remembered
from integration.landing.rewordings import read_rewordings, rewordings, write_rewordings
from integration.landing.shrink import check_lost, check_shrink, shrunk

__all__ = [
    "Compared", "Expected", "Headings", "check_headings", "check_lost", "check_shrink", "compare", "drift",
    "expected_questions", "is_another_form", "keep_lost_columns", "read_rewordings", "remembered", "renamed_tab",
    "rewordings", "shrunk", "together", "write_rewordings",
]  # fmt: skip
