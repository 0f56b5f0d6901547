"""Tests of our own test tools: the stand-in for Google, the generator of samples, the comparer, PostgreSQL."""
