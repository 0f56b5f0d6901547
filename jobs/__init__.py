"""What runs: one module a job, and the command line."""
