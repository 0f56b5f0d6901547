"""The tabs of the shared register: what somebody keeps in each, row by row."""
