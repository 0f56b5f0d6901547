"""Tests of integration/publish."""
