"""Running without a person: what is due is planned, run and retried, on one machine or several, and watched over."""
