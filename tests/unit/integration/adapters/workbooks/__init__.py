"""Tests of integration.adapters.workbooks."""
