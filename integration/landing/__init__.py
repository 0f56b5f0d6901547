"""Landing: what is known of a form or a sheet before any of its values is read.

Pure: readings come in, and sentences for the project team go out. A sentence names questions, headings and counts,
never an answer.

    completeness  whether a reading is whole enough to replace the one before; what the source and the store hold
    questions     which question belongs to which field, and which questions were reworded
    form_changes  how a form differs from its fields in the YAML
    headings      how a sheet's heading row differs from its fields
"""

from integration.landing.completeness import (
    Completeness,
    check_missing_responses,
    check_row_count,
    check_sheet_size,
    compare_responses,
    sum_completeness,
)
from integration.landing.form_changes import describe_form_changes
from integration.landing.headings import HeadingCheck, check_headings, describe_renamed_tab, restore_lost_columns
from integration.landing.questions import (
    decode_rewordings,
    encode_rewordings,
    find_rewordings,
    is_another_form,
    list_expected_questions,
    merge_known_questions,
)

__all__ = [
    "Completeness", "HeadingCheck", "check_headings", "check_missing_responses",
    "check_row_count", "check_sheet_size", "compare_responses", "decode_rewordings", "describe_form_changes",
    "describe_renamed_tab", "encode_rewordings", "find_rewordings", "is_another_form", "list_expected_questions",
    "merge_known_questions", "restore_lost_columns", "sum_completeness",
]  # fmt: skip
