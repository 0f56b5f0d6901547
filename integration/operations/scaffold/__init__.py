"""scaffold: from a form's questions to its YAML file, ready to edit.

1. `form_file` reads the form, from a file or from Google, and chooses its key.
2. `fields` makes a field of each question, the rows of a grid together, so that each is found again by its id or words.
3. The records of the kinds of field (`integration.kinds`) guess each field's type from how the question is asked and
   what may be answered; beside them it is found which questions ask for the team and for the person's own code.
4. `form_file` writes the fields as YAML, each with a short name that `fields` makes of the question's words.

All but `form_file` is pure.
"""

from integration.operations.scaffold.form_file import fetch_from_google, scaffold

__all__ = ["fetch_from_google", "scaffold"]
