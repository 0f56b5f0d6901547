"""The four forms: what a person answers, field by field, in the order of the questions."""
