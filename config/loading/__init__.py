"""Reads the folder of YAML files: positions kept, every problem of every file reported at once."""
