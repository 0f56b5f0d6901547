"""Calls to Google: client, sign-in, budget, faults."""
