"""Tests of integration.adapters."""
