"""Tests of integration.adapters.mail."""
