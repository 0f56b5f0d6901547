"""The requests of `batchUpdate`, one module a kind of thing: each changes a spreadsheet and returns its reply."""
