"""Tests of integration.adapters.google.publishing."""
