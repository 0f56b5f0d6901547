"""Normalising: from stored answers and sheet readings to typed rows, and the issues that a person can put right.

1. `build_columns` makes a column, with its reading rule, of each field of the YAML.
2. Of a form: `extract_answers` takes the answers out of the stored responses, and `build_chunk` reads each version
   once into a typed chunk, which is kept (`encode_chunk`, `decode_chunks`).
3. `accept_form_rows` and `accept_sheet_rows` decide which rows count, and list the issues.
"""
