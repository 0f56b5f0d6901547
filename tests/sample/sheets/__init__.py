"""The tabs of the shared register: what a project officer keeps in each, row by row."""
