"""Tests of integration.adapters.render."""
