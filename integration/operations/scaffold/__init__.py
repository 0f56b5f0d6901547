"""scaffold: from a form's questions to its YAML file, ready to edit.

    write       the form is read, its key chosen, the file written
    fields      a field for each question, the rows of a grid together
    kinds       its type, guessed from how it is asked and what may be answered
    people      which question asks for the team, and which for the code
    labels      the options, and which of them say that there is no answer
    findable    each question is found again by its id or its words
    names       a short name for each field, out of the question's words
    text        the fields as YAML
    scalar      one value as YAML

All but `write` is pure: `guess` is what they hand to each other.
"""

from integration.operations.scaffold.write import scaffold

__all__ = ["scaffold"]
