"""The Flask side: hooks for machines and pages for people."""
