"""Tests of integration.adapters.google.checks."""
