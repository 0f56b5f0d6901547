"""Tests; they mirror the four packages."""
