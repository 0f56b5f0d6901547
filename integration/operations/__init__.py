"""What the service can be asked to do, one module each. They return values; no terminal, no web framework."""
