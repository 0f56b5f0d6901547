"""Stage: typed rows to figures."""
