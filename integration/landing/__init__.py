"""Landing: what is known of a form or a sheet before any of its values is read.

Pure: readings come in, and sentences for the project team go out. A sentence names questions, headings and counts,
never an answer.

    completeness  whether a reading is whole enough to replace the one before; what the source and the store hold
    questions     which question belongs to which field, and which questions were reworded
    form_changes  how a form differs from its fields in the YAML
    headings      how a sheet's heading row differs from its fields
"""
