"""From shown figures to the monthly review pack."""
