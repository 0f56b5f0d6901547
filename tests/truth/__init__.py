"""The truth about the shipped sample, and what holds the service's work against a truth."""
