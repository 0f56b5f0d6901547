"""The kinds of field and the kinds of measure: one frozen record each with every part that any stage needs.

- `fields` has the records of the kinds of field; `values` reads one value, `question_types` says by which questions of
  a form a kind can be asked, `guesses` what `scaffold` takes a question for.
- `measures` has the records of the kinds of measure; `cells` works out what the rows of a cell amount to.

A record has no defaults: a kind that lacks a part does not type-check. What may be written of a kind in YAML stands in
its model in `config.schema`.
"""
