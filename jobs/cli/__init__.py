"""The command line: one module a group of commands. Reads options, calls an operation, prints."""
