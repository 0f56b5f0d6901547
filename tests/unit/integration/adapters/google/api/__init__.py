"""Tests of integration.adapters.google.api."""
