"""Tests of integration/disclose."""
