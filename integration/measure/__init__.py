"""From typed rows to figures."""
