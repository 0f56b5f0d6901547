"""Forms and sheets in, from files: a folder, JSON of the Forms API, CSV, workbooks."""
