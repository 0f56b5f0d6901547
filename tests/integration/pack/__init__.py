"""Tests of integration.pack."""
