"""Tests of integration.alerts."""
