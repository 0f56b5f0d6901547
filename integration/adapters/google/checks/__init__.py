"""What `check --live` asks Google."""
