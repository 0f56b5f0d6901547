"""Tests of integration/measure."""
