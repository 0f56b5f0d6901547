"""The hooks, one test module each, and what all of them share."""
