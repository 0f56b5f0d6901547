"""Tests of integration.alert."""
