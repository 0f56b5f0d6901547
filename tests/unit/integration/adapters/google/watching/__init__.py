"""Tests of integration.adapters.google.watching."""
