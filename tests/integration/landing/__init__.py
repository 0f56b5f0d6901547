"""Tests of integration/landing."""
