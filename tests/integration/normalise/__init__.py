"""Tests of integration/normalise."""
