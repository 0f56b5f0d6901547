"""The requests of `batchUpdate`, one module a kind of request: each changes a spreadsheet and returns its reply."""
